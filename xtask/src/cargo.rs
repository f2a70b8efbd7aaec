//! Cargo, called from within: the one that runs this program, in the root of the workspace.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

pub(crate) fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Builds the example servers; gives each one's name and program, in the order of their names.
pub(crate) fn build_servers() -> Result<Vec<(String, PathBuf)>, Box<dyn Error>> {
    build(command(&["build", "--package", "axioms-examples", "--bins"]))
}

/// Builds what `cargo build` with its options says; gives each program's name and path, in the order of their names.
pub(crate) fn build(mut cargo_build: Command) -> Result<Vec<(String, PathBuf)>, Box<dyn Error>> {
    cargo_build.args(["--message-format", "json-render-diagnostics"]).stderr(Stdio::inherit());
    let output = cargo_build.output()?;
    if !output.status.success() {
        return Err(format!("{cargo_build:?}: {}", output.status).into());
    }
    let messages = String::from_utf8(output.stdout)?;
    let mut programs: Vec<_> = messages.lines().filter_map(program).collect();
    programs.sort();
    Ok(programs)
}

/// The name and the program in one of cargo's messages, if it is about a program.
fn program(message: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(message).ok()?;
    let path = message.get("executable")?.as_str()?;
    let name = message.get("target")?.get("name")?.as_str()?;
    Some((name.to_owned(), path.into()))
}
