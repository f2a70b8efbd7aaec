//! The chores of this repository, as `cargo xtask <chore>`.

#![forbid(unsafe_code)]

mod cargo;
mod ci;
mod demo;
mod interop;
mod public_api;
mod tidy;

use std::error::Error;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <chore>

  ci [--skip <step>]...   everything that a change must pass
  demo                    the reference API on every server, as one table
  interop                 real authorization servers; needs Node and Python
  public-api [--write]    compares the public names with the lists that are kept, or writes the lists
  tidy                    the rules that no compiler knows";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["ci", options @ ..] => finish(skipped(options).and_then(|skipped| ci::run(&skipped))),
        ["demo"] => finish(demo::run()),
        ["interop"] => interop::run(),
        ["public-api"] => finish(public_api::run(false)),
        ["public-api", "--write"] => finish(public_api::run(true)),
        ["tidy"] => finish(tidy::run()),
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}

/// The steps named by `--skip`.
fn skipped<'a>(options: &[&'a str]) -> Result<Vec<&'a str>, Box<dyn Error>> {
    options
        .chunks(2)
        .map(|option| match option {
            ["--skip", step] => Ok(*step),
            _ => Err(USAGE.into()),
        })
        .collect()
}

fn finish(result: Result<(), Box<dyn Error>>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
