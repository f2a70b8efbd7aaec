//! Operators in the place of commas and groups.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = "a" && any_roles = "b", crate = fake)]
fn handler_1() {}

#[requires(any_scopes = "a" || any_roles = "b", crate = fake)]
fn handler_2() {}

#[requires(any_scopes = "a" | "b", crate = fake)]
fn handler_3() {}

#[requires(any_scopes = "a" and any_roles = "b", crate = fake)]
fn handler_4() {}

#[requires(any_scopes = "a" or any_roles = "b", crate = fake)]
fn handler_5() {}

#[requires(any_scopes = "a"; any_roles = "b", crate = fake)]
fn handler_6() {}

#[requires(any(any_scopes = "a") || any(any_roles = "b"), crate = fake)]
fn handler_7() {}

#[requires(any(any_scopes = "a") any(any_roles = "b"), crate = fake)]
fn handler_8() {}

#[requires(any_scopes = "a",, any_roles = "b", crate = fake)]
fn handler_9() {}

fn main() {}
