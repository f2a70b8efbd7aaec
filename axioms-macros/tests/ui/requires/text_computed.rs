//! Text that the program would have to compute.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = "a".to_string(), crate = fake)]
fn handler_1() {}

#[requires(any_scopes = String::from("a"), crate = fake)]
fn handler_2() {}

#[requires(any_scopes = [SCOPES[0]], crate = fake)]
fn handler_3() {}

#[requires(any_scopes = self.scope, crate = fake)]
fn handler_4() {}

#[requires(any_scopes = if STRICT { "a" } else { "b" }, crate = fake)]
fn handler_5() {}

#[requires(any_scopes = "a" as &str, crate = fake)]
fn handler_6() {}

#[requires(any_scopes = SCOPES.0, crate = fake)]
fn handler_7() {}

#[requires(any_scopes = &SCOPES, crate = fake)]
fn handler_8() {}

#[requires(any_scopes = || "a", crate = fake)]
fn handler_9() {}

fn main() {}
