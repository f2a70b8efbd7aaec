//! `cargo xtask ci`: everything that a change must pass, each step timed, with a table at the end.

use std::error::Error;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::{cargo, demo, public_api, tidy};

type Outcome = Result<Done, Box<dyn Error>>;

#[derive(Clone, Copy)]
enum Done {
    Passed,
    /// What the step needs is not here.
    Skipped,
}

struct Step {
    name: &'static str,
    run: fn() -> Outcome,
}

const STEPS: &[Step] = &[
    Step { name: "tidy", run: || tidy::run().map(|()| Done::Passed) },
    Step { name: "fmt", run: || cargo_step(&["fmt", "--all", "--check"]) },
    Step {
        name: "clippy",
        run: || {
            cargo_step(&[
                "clippy",
                "--workspace",
                "--all-targets",
                "--all-features",
                "--",
                "--deny",
                "warnings",
            ])
        },
    },
    Step { name: "test", run: || cargo_step(&["test", "--workspace"]) },
    Step { name: "test-backends", run: test_backends },
    Step { name: "features", run: features },
    Step {
        name: "docs",
        run: || {
            let mut docs = cargo::command(&["doc", "--no-deps", "--workspace", "--all-features"]);
            succeed(docs.env("RUSTDOCFLAGS", "--deny warnings"))
        },
    },
    Step { name: "public-api", run: || public_api::run(false).map(|()| Done::Passed) },
    Step { name: "deny", run: deny },
    Step { name: "demo", run: || demo::run().map(|()| Done::Passed) },
];

/// Runs every step but those to skip, also after one has failed.
///
/// # Errors
/// When a step has failed, or one to skip does not exist.
pub(crate) fn run(skipped: &[&str]) -> Result<(), Box<dyn Error>> {
    let unknown = skipped.iter().find(|name| STEPS.iter().all(|step| step.name != **name));
    if let Some(unknown) = unknown {
        let names: Vec<_> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!("there is no step {unknown}; there are {}", names.join(", ")).into());
    }
    let done: Vec<_> = STEPS.iter().filter(|step| !skipped.contains(&step.name)).map(time).collect();
    println!();
    for (step, time, outcome) in &done {
        let outcome = match outcome {
            Some(Done::Passed) => "ok",
            Some(Done::Skipped) => "skipped",
            None => "FAILED",
        };
        println!("{:<18} {:>7.1} s  {outcome}", step.name, time.as_secs_f64());
    }
    match done.iter().filter(|(_, _, outcome)| outcome.is_none()).count() {
        0 => Ok(()),
        failures => Err(format!("{failures} of {} steps failed", done.len()).into()),
    }
}

/// Runs one step; how long it took, and what came of it, unless it failed.
fn time(step: &Step) -> (&Step, Duration, Option<Done>) {
    println!("\n== {}", step.name);
    let start = Instant::now();
    let outcome = (step.run)();
    if let Err(error) = &outcome {
        eprintln!("{error}");
    }
    (step, start.elapsed(), outcome.ok())
}

/// The core on each signature backend that is not the default, then all of them beside each other.
fn test_backends() -> Outcome {
    const ALONE: [&str; 4] = ["test", "--package", "axioms-testing", "--no-default-features"];
    const TOGETHER: [&str; 5] = ["test", "--package", "axioms-testing", "--test", "it"];
    for (tests, features) in [
        (&ALONE[..], "jwt-simple,axioms-core/metrics"),
        (&ALONE[..], "graviola,tls,axioms-core/metrics"),
        (&TOGETHER[..], "graviola,jwt-simple,tls"),
    ] {
        cargo_step(&[tests, &["--features", features]].concat())?;
    }
    Ok(Done::Passed)
}

/// Each feature builds with no other, but for a signature backend.
fn features() -> Outcome {
    for (package, features) in [
        (
            "axioms-core",
            &["aws-lc-rs", "aws-lc-rs,doctor", "aws-lc-rs,metrics", "graviola", "jwt-simple"][..],
        ),
        ("axioms-testing", &["aws-lc-rs", "graviola", "jwt-simple", "jwt-simple,tls"]),
        ("axioms-tower", &["aws-lc-rs", "graviola", "jwt-simple"]),
        ("axioms-axum", &["aws-lc-rs", "graviola", "jwt-simple"]),
        ("axioms-rocket", &["aws-lc-rs", "graviola", "jwt-simple"]),
        ("axioms-warp", &["aws-lc-rs", "graviola", "jwt-simple"]),
        ("axioms-cli", &["aws-lc-rs", "graviola", "jwt-simple"]),
        ("axioms-examples", &["axum", "bare", "rocket", "warp"]),
    ] {
        for feature in features {
            cargo_step(&["check", "--package", package, "--no-default-features", "--features", feature])?;
        }
    }
    Ok(Done::Passed)
}

/// Licences, advisories and sources of dependencies, where cargo-deny is installed.
fn deny() -> Outcome {
    if cargo::command(&["deny", "--version"]).output().is_ok_and(|output| output.status.success()) {
        return cargo_step(&["deny", "--workspace", "--all-features", "check"]);
    }
    println!("skipped: cargo-deny is not installed (cargo install cargo-deny)");
    Ok(Done::Skipped)
}

fn cargo_step(arguments: &[&str]) -> Outcome {
    succeed(&mut cargo::command(arguments))
}

fn succeed(command: &mut Command) -> Outcome {
    let status = command.status()?;
    if status.success() { Ok(Done::Passed) } else { Err(format!("{command:?}: {status}").into()) }
}
