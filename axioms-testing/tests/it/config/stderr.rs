//! What a program without a `tracing` subscriber writes to stderr. Each case runs in a process of
//! its own, because the other tests have a subscriber.

use std::env;
use std::process::Command;

use axioms_core::{Refusal, Validator};
use axioms_testing::AUDIENCE;

use super::from_vars;
use crate::common::log;

/// The case that this process runs.
const CASE: &str = "STDERR_CASE";
const LISTENING: &str = "STDERR_LISTENING";

#[test]
fn player() {
    let Ok(case) = env::var(CASE) else { return };
    if env::var_os(LISTENING).is_some() {
        log::capture();
    }
    let unreachable = || Validator::builder().issuer("http://127.0.0.1:9").audience(AUDIENCE);
    match case.as_str() {
        "an unknown variable" => drop(from_vars([("AXIOMS_AUDIANCE", "a\u{1b}[2J")]).build()),
        "a doubtful setting" => drop(from_vars([("AXIOMS_JWKS_REFRESH_INTERVAL", "59")]).build()),
        "an unreachable issuer" => drop(unreachable().build()),
        "twice" => drop((unreachable().build(), unreachable().build())),
        "a guard without a validator" => {
            drop((Refusal::not_configured("add it"), Refusal::not_configured("add it")));
        }
        "nothing" => drop(from_vars([]).build()),
        "silenced" => {
            drop(unreachable().warn_on_stderr(false).build());
            drop(from_vars([("AXIOMS_AUDIANCE", "a")]).build());
            drop(Refusal::not_configured("add it"));
        }
        "silenced by the environment" => {
            drop(from_vars([("AXIOMS_WARN_ON_STDERR", "off"), ("AXIOMS_AUDIANCE", "a")]).build());
        }
        other => panic!("{other}"),
    }
}

/// The lines that the case writes to stderr.
fn lines(case: &str, listening: bool) -> Vec<String> {
    let mut player = Command::new(env::current_exe().unwrap());
    player
        .args(["--exact", "config::stderr::player", "--nocapture", "--quiet"])
        .env(CASE, case)
        .env_remove(LISTENING);
    if listening {
        player.env(LISTENING, "1");
    }
    let output = player.output().unwrap();
    assert!(output.status.success(), "{case}: {output:?}");
    let text = String::from_utf8(output.stderr).unwrap();
    text.lines().filter(|line| line.starts_with("axioms: ")).map(str::to_owned).collect()
}

#[test]
fn warnings_without_a_subscriber_go_to_stderr_once() {
    let unknown = "AXIOMS_AUDIANCE is unknown and has no effect; did you mean AXIOMS_AUDIENCE?";
    let unreachable = "the keys of http://127.0.0.1:9 could not be fetched";
    let rows = [
        ("an unknown variable", Some(unknown)),
        (
            "a doubtful setting",
            Some("refresh_interval (AXIOMS_JWKS_REFRESH_INTERVAL) = \"59 s\": each server"),
        ),
        ("an unreachable issuer", Some(unreachable)),
        ("twice", Some(unreachable)),
        ("a guard without a validator", Some("a guarded route has no validator: add it")),
        ("nothing", None),
        ("silenced", None),
        ("silenced by the environment", None),
    ];
    for (case, expected) in rows {
        let said = lines(case, false);
        assert_eq!(said.len(), usize::from(expected.is_some()), "{case}: {said:?}");
        assert!(
            said.iter().all(|line| expected.is_none_or(|words| line.contains(words))),
            "{case}: {said:?}"
        );
        assert_eq!(lines(case, true), [""; 0], "{case}, with a subscriber");
    }
}
