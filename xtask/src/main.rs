//! Tasks of this repository that no existing tool covers: `cargo xtask <task>`.

mod cargo;
mod ci;
mod public_api;
mod tidy;

use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <task>

  ci [<step>]...          runs every check that a change must pass, or these steps
  public-api [--write]    compares the public names with the recorded lists, or writes the lists
  tidy                    checks the rules of this repository that no existing tool checks";

fn main() -> ExitCode {
    if std::env::var_os(public_api::AS_RUSTDOC).is_some() {
        return public_api::rustdoc();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["ci", steps @ ..] => ci::run(steps),
        ["public-api"] => public_api::run(false),
        ["public-api", "--write"] => public_api::run(true),
        ["tidy"] => tidy::run(),
        _ => Err(USAGE.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
