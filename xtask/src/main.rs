//! The chores of this repository that no other tool does, as `cargo xtask <chore>`.

mod cargo;
mod ci;
mod public_api;
mod tidy;

use std::error::Error;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <chore>

  ci [--skip <step>]...   everything that a change must pass
  public-api [--write]    compares the public names with the lists that are kept, or writes the lists
  tidy                    the rules that no other tool knows";

fn main() -> ExitCode {
    if std::env::var_os(public_api::AS_RUSTDOC).is_some() {
        return public_api::rustdoc();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let outcome = match arguments.as_slice() {
        ["ci", options @ ..] => skipped(options).and_then(|skipped| ci::run(&skipped)),
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
