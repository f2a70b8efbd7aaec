//! The programs that measure: built for release, they print what they measured as JSON.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::Result;
use crate::cargo;

/// One of the benches of axioms-testing.
pub(crate) fn bench(name: &str) -> Result<PathBuf> {
    let options = ["bench", "--package", "axioms-testing", "--no-run", "--bench", name];
    find(&cargo::build(cargo::command(&options))?, name)
}

/// A program of a package below `xtask/peers`, which is no member of the workspace.
pub(crate) fn peers(package: &str) -> Result<Vec<(String, PathBuf)>> {
    let folder = cargo::root().join("xtask/peers").join(package);
    let mut command = cargo::command(&["build", "--release", "--manifest-path"]);
    command.arg(folder.join("Cargo.toml")).env("CARGO_TARGET_DIR", cargo::root().join("target/peers"));
    cargo::build(command)
}

/// The program of this name.
pub(crate) fn find(programs: &[(String, PathBuf)], name: &str) -> Result<PathBuf> {
    let found = programs.iter().find(|(found, _)| found == name).map(|(_, program)| program.clone());
    found.ok_or_else(|| format!("cargo built no {name}").into())
}

/// What a program prints.
pub(crate) fn run(program: &Path, arguments: &[&str]) -> Result<Value> {
    let output = Command::new(program).args(arguments).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{} {}: {}", program.display(), arguments.join(" "), output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// A member that is an array of numbers.
pub(crate) fn numbers(value: &Value, name: &str) -> Vec<f64> {
    list(value, name).filter_map(Value::as_f64).collect()
}

/// The members of an array.
pub(crate) fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

/// A member that is text, or nothing.
pub(crate) fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A member that is a number, or NaN.
pub(crate) fn number(value: &Value, name: &str) -> f64 {
    value.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN)
}
