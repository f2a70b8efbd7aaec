//! Compile errors that need a real adapter: constants that the compiler evaluates, and a
//! framework's bounds on types. All others are in axioms-macros, whose fixtures need no framework.
//!
//! Bless changed messages with `TRYBUILD=overwrite`, and read each.

use std::io::Write as _;
use std::process::Command;

/// The release whose messages the `.stderr` files hold; see RELEASING.md.
const PINNED: &str = "rustc 1.95.";

#[test]
fn ui() {
    let rustc = Command::new("rustc").arg("--version").output().unwrap();
    let version = String::from_utf8_lossy(&rustc.stdout);
    if !version.starts_with(PINNED) {
        // Not with `eprintln!`, whose output a passing test does not show.
        let skipped = format!("skipped: the messages are those of {PINNED}x, and this is {version}");
        std::io::stderr().write_all(skipped.as_bytes()).unwrap();
        return;
    }
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/axum/*.rs");
    cases.compile_fail("tests/ui/rocket/*.rs");
}
