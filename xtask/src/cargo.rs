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
    let arguments =
        ["build", "--package", "axioms-examples", "--bins", "--message-format", "json-render-diagnostics"];
    let output = command(&arguments).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err("the example servers do not build".into());
    }
    let messages = String::from_utf8(output.stdout)?;
    let mut servers: Vec<_> = messages.lines().filter_map(server).collect();
    servers.sort();
    Ok(servers)
}

/// The name and the program in one of cargo's messages, if it is about a server.
fn server(message: &str) -> Option<(String, PathBuf)> {
    let message: Value = serde_json::from_str(message).ok()?;
    let program = message.get("executable")?.as_str()?;
    let name = message.get("target")?.get("name")?.as_str()?;
    // The package has one program that serves nothing.
    (name != "axioms").then(|| (name.to_owned(), program.into()))
}
