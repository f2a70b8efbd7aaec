//! What only the real adapter can refuse to compile: texts that the compiler evaluates, and what axum asks of types.
//! Bless changed messages with `TRYBUILD=overwrite`, and read each.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
}
