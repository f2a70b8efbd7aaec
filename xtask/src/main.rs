//! The chores of this repository, as `cargo xtask <chore>`.

#![forbid(unsafe_code)]

mod bench;
mod cargo;
mod ci;
mod demo;
mod interop;
mod load;
mod process;
mod public_api;
mod soak;
mod tidy;

use std::error::Error;
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask <chore>

  bench [--quick] [--build-times] [--only <part>]
                          what validation costs, beside others, as docs/src/benchmarks.md
  ci [--skip <step>]...   everything that a change must pass
  demo                    the reference API on every server, as one table
  interop                 real authorization servers; needs Node and Python
  public-api [--write]    compares the public names with the lists that are kept, or writes the lists
  soak [--minutes <n>]    ten minutes of everything at once on one server, at full load
  tidy                    the rules that no compiler knows";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["bench", options @ ..] => finish(bench::run(options)),
        ["ci", options @ ..] => finish(skipped(options).and_then(|skipped| ci::run(&skipped))),
        ["demo"] => finish(demo::run()),
        ["interop"] => interop::run(),
        ["public-api"] => finish(public_api::run(false)),
        ["public-api", "--write"] => finish(public_api::run(true)),
        ["soak"] => finish(soak::run(10)),
        ["soak", "--minutes", minutes] => finish(whole(minutes).and_then(soak::run)),
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

/// A number of minutes, at least one and at most a day.
fn whole(minutes: &str) -> Result<u32, Box<dyn Error>> {
    minutes.parse().ok().filter(|minutes| (1..=24 * 60).contains(minutes)).ok_or_else(|| USAGE.into())
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
