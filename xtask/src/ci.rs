//! `cargo xtask ci`: every check that a change must pass. Prints a table with the time of each
//! step.

use std::error::Error;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::{cargo, public_api, tidy};

type Outcome = Result<(), Box<dyn Error>>;
type Step = (&'static str, fn() -> Outcome);

/// What each step runs. The first ones take a second; each later one reuses what earlier ones
/// built.
const STEPS: &[Step] = &[
    ("tidy", tidy::run),
    ("fmt", || cargo("fmt --all --check")),
    ("typos", || tool("typos", "typos-cli", &mut Command::new("typos"))),
    ("machete", || {
        tool("cargo-machete", "cargo-machete", Command::new("cargo-machete").arg("--skip-target-dir"))
    }),
    ("deny", || {
        let checks = ["deny", "--workspace", "--all-features", "check", "bans", "licenses", "sources"];
        tool("cargo-deny", "cargo-deny", &mut cargo::command(&checks))
    }),
    ("test", || cargo("test --workspace")),
    ("backends", || {
        // Core with each signature backend that is not the default, then with all of them.
        let alone = "test --package axioms-testing --no-default-features --features";
        cargo(&format!("{alone} jwt-simple,axioms-core/metrics"))?;
        cargo(&format!("{alone} graviola,tls,axioms-core/metrics"))?;
        cargo("test --package axioms-testing --test it --features graviola,jwt-simple,tls")
    }),
    ("clippy", || cargo("clippy --workspace --all-targets --all-features -- --deny warnings")),
    ("features", features),
    ("docs", || {
        let mut docs = cargo::command(&["doc", "--no-deps", "--workspace", "--all-features"]);
        succeed(docs.env("RUSTDOCFLAGS", "--deny warnings"))
    }),
    ("public-api", || public_api::run(false)),
];

/// Runs the steps with these names, or all of them, and continues after a failure.
///
/// # Errors
/// Returns an error if a step fails or does not exist.
pub(crate) fn run(names: &[&str]) -> Outcome {
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|(step, _)| step != *name)) {
        let all: Vec<_> = STEPS.iter().map(|(step, _)| *step).collect();
        return Err(format!("there is no step {unknown}; there are {}", all.join(", ")).into());
    }
    let steps = STEPS.iter().filter(|(step, _)| names.is_empty() || names.contains(step));
    let done: Vec<_> = steps.map(|(name, step)| time(name, *step)).collect();
    println!();
    for (name, time, passed) in &done {
        println!("{name:<12} {:>7.1} s  {}", time.as_secs_f64(), if *passed { "ok" } else { "FAILED" });
    }
    match done.iter().filter(|(.., passed)| !passed).count() {
        0 => Ok(()),
        failures => Err(format!("{failures} of {} steps failed", done.len()).into()),
    }
}

/// Runs one step. Returns its time and whether it passed.
fn time(name: &'static str, step: fn() -> Outcome) -> (&'static str, Duration, bool) {
    println!("\n== {name}");
    let start = Instant::now();
    let outcome = step();
    if let Err(error) = &outcome {
        eprintln!("{error}");
    }
    (name, start.elapsed(), outcome.is_ok())
}

/// Each feature that a crate's own code reads, with each signature backend. The adapters only pass
/// features on to core; one backend shows that none of them needs core's default.
fn features() -> Outcome {
    const BACKENDS: &str = "aws-lc-rs,graviola,jwt-simple";
    let combinations = [
        "hack",
        "check",
        "--package=axioms-core",
        "--package=axioms-testing",
        "--feature-powerset",
        "--depth=2",
        "--exclude-features=default",
        "--at-least-one-of",
        BACKENDS,
        "--mutually-exclusive-features",
        BACKENDS,
    ];
    tool("cargo-hack", "cargo-hack", &mut cargo::command(&combinations))?;
    cargo(
        "check -p axioms-tower -p axioms-axum -p axioms-rocket -p axioms-warp -p axioms-cli \
         --no-default-features --features graviola",
    )
}

fn cargo(arguments: &str) -> Outcome {
    succeed(&mut cargo::command(&arguments.split_ascii_whitespace().collect::<Vec<_>>()))
}

/// Runs a program that `cargo install` provides.
fn tool(program: &str, package: &str, command: &mut Command) -> Outcome {
    if Command::new(program).arg("--version").output().is_err() {
        let version = include_str!("../../.ci/tools").lines().find(|line| line.starts_with(package));
        return Err(
            format!("{program} is missing: cargo install --locked {}", version.unwrap_or(package)).into()
        );
    }
    succeed(command.current_dir(cargo::root()))
}

fn succeed(command: &mut Command) -> Outcome {
    let status = command.status().map_err(|error| format!("{command:?}: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("{command:?}: {status}").into()) }
}
