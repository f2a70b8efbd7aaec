//! What the run needs: Node and Python, the packages pinned in `interop/`, and the example API.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::Result;
use super::child::Child;
use super::table::{Script, Transport};
use super::tls::Tls;

const NODE: (u32, u32) = (20, 19);
const PYTHON: (u32, u32) = (3, 10);
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

pub(super) struct Tools {
    scripts: PathBuf,
    python: PathBuf,
    /// The example API.
    pub(super) api: PathBuf,
    pub(super) tls: Tls,
}

impl Tools {
    /// Looks for the tools first, so that a missing one is told before anything is built.
    pub(super) fn install() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("the workspace has no root")?;
        let scripts = root.join("interop");
        find(&["node"], NODE, "Node.js")?;
        find(&[NPM], (7, 0), "npm")?;
        let python = find(&["python3", "python"], PYTHON, "Python")?;
        install_node_packages(&scripts)?;
        let python = install_python_packages(&scripts, python)?;
        let tls = Tls::make(&root.join("target/interop"))?;
        Ok(Self { scripts, python, api: build_api(root)?, tls })
    }

    pub(super) fn command(&self, script: &Script, transport: Transport) -> Command {
        let (program, file) = match script {
            Script::Node(file) => (Path::new("node"), file),
            Script::Python(file) => (self.python.as_path(), file),
        };
        let mut command = Command::new(program);
        command.arg(self.scripts.join(file)).env_remove("TLS_CERTIFICATE").env_remove("TLS_KEY");
        if transport == Transport::Https {
            command.env("TLS_CERTIFICATE", self.tls.certificate_file()).env("TLS_KEY", self.tls.key_file());
        }
        command
    }
}

/// The first of these programs that is there and new enough.
fn find<'p>(programs: &[&'p str], oldest: (u32, u32), name: &str) -> Result<&'p str> {
    let version = |program: &str| {
        let output = Command::new(program).arg("--version").stdin(Stdio::null()).output().ok()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let mut numbers = text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok());
        Some((numbers.next()?, numbers.next()?))
    };
    let found = programs.iter().find(|program| version(program).is_some_and(|found| found >= oldest));
    found.copied().ok_or_else(|| {
        let (major, minor) = oldest;
        format!(
            "{name} {major}.{minor} or newer is needed: no {} of that age on the PATH",
            programs.join(" or ")
        )
        .into()
    })
}

fn install_node_packages(scripts: &Path) -> Result<()> {
    let installed = scripts.join("node_modules");
    unless_installed(&scripts.join("package-lock.json"), &installed, || {
        // No package of the lock file needs its install script.
        run(Command::new(NPM)
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(scripts))
    })
}

/// A virtual environment with the packages; its interpreter.
fn install_python_packages(scripts: &Path, python: &str) -> Result<PathBuf> {
    let environment = scripts.join(".venv");
    let interpreter = environment.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let requirements = scripts.join("requirements.txt");
    unless_installed(&requirements, &environment, || {
        run(Command::new(python).args(["-m", "venv", "--clear"]).arg(&environment))?;
        let install = ["-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r"];
        run(Command::new(&interpreter).args(install).arg(&requirements))
    })?;
    Ok(interpreter)
}

/// Installs what `lock` pins into `folder`, unless the copy of it there says that this was done.
fn unless_installed(lock: &Path, folder: &Path, install: impl FnOnce() -> Result<()>) -> Result<()> {
    let copy = folder.join(".installed");
    let pinned = std::fs::read(lock)?;
    if std::fs::read(&copy).is_ok_and(|installed| installed == pinned) {
        return Ok(());
    }
    println!("installing what {} pins", lock.display());
    install()?;
    Ok(std::fs::write(copy, pinned)?)
}

/// Builds the example API on axum; where the program is.
fn build_api(root: &Path) -> Result<PathBuf> {
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--package", "axioms-examples", "--bin", "axum"]).current_dir(root);
    println!("building the example API");
    run(&mut cargo)?;
    // What is built is not built again; cargo says where it is. Of all that it names, programs alone have a path.
    let built = Child::start("cargo", cargo.arg("--message-format=json"))?.finish()?;
    let mut messages = built.iter().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = messages.find_map(|message| message.get("executable")?.as_str().map(PathBuf::from));
    program.ok_or_else(|| "cargo does not say where the example API is".into())
}

/// Runs a program to its end.
fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    Child::start(&name, command)?.finish().map(drop)
}
