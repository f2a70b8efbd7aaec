//! What only real adapters can refuse to compile: constants that the compiler evaluates, and what a framework demands of
//! types. Everything else is in axioms-macros, whose fixtures need no framework.
//!
//! Bless changed messages with `TRYBUILD=overwrite`, and read each.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/axum/*.rs");
    cases.compile_fail("tests/ui/rocket/*.rs");
}
