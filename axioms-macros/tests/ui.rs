//! What compiles, and what the errors say where something does not. Bless changed messages with `TRYBUILD=overwrite`
//! and read each: it must stand at the words it is about, say what to write instead, and be the only one.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/requires/*.rs");
    cases.compile_fail("tests/ui/function/*.rs");
    cases.compile_fail("tests/ui/policy/*.rs");
    cases.compile_fail("tests/ui/owned/*.rs");
}
