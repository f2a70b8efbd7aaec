//! Runs guarded servers as processes, and [wrk](https://github.com/wg/wrk) to load them.

#![forbid(unsafe_code)]

mod server;
mod wrk;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

pub use server::Server;
pub use wrk::{Answers, Wrk, write_tokens};

pub type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The directory `benchmarks`.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Cargo in the directory `benchmarks`.
#[must_use]
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Builds a program in release mode. One package at a time, so that no package gets the features of
/// another.
pub fn build(package: &str, program: &str) -> Result<PathBuf> {
    let target = root().join("target");
    let options = ["build", "--quiet", "--release", "--package", package, "--target-dir"];
    let status = cargo(&options).arg(&target).status()?;
    let built = status.success().then(|| target.join("release").join(program));
    built.ok_or_else(|| format!("cargo build --package {package}: {status}").into())
}

/// Runs a tool; a missing one is an error that says how to install it.
pub(crate) fn start(command: &mut Command, install: &str) -> Result<Child> {
    command.spawn().map_err(|error| {
        format!("{}: {error} (install it: {install})", command.get_program().display()).into()
    })
}
