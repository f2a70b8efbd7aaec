//! A key whose words are separated by something else.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any-scopes = "read", crate = fake)]
fn handler_1() {}

#[requires(any scopes = "read", crate = fake)]
fn handler_2() {}

#[requires(any.scopes = "read", crate = fake)]
fn handler_3() {}

#[requires(anyScopes = "read", crate = fake)]
fn handler_4() {}

#[requires(ANY_SCOPES = "read", crate = fake)]
fn handler_5() {}

#[requires(any_roles::admin, crate = fake)]
fn handler_6() {}

fn main() {}
