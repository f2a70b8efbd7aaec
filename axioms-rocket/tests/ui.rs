//! What must not compile. Bless changed messages with `TRYBUILD=overwrite`, and read each.

#[test]
fn ui() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
