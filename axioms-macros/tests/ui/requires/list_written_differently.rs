//! A list in another form than brackets with commas.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = vec!["a", "b"], crate = fake)]
fn handler_1() {}

#[requires(any_scopes = {"a", "b"}, crate = fake)]
fn handler_2() {}

#[requires(any_scopes = {"a"}, crate = fake)]
fn handler_3() {}

#[requires(any_scopes = ("a", "b"), crate = fake)]
fn handler_4() {}

#[requires(any_scopes = "a", "b", crate = fake)]
fn handler_5() {}

#[requires(any_scopes = "a" "b", crate = fake)]
fn handler_6() {}

#[requires(any_scopes = ["a" "b"], crate = fake)]
fn handler_7() {}

#[requires(any_scopes = ["a",, "b"], crate = fake)]
fn handler_8() {}

#[requires(any_scopes = ["a"; "b"], crate = fake)]
fn handler_9() {}

#[requires(any_scopes = "a" + "b", crate = fake)]
fn handler_10() {}

#[requires(any_scopes = any("a", "b"), crate = fake)]
fn handler_11() {}

#[requires(any_scopes = "a,b", crate = fake)]
fn handler_12() {}

#[requires(any_scopes = "a, b", crate = fake)]
fn handler_13() {}

#[requires(any_scopes = ["a", "b"].concat(), crate = fake)]
fn handler_14() {}

fn main() {}
