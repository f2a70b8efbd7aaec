//! A refusal must be able to leave the function.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;

#[requires(any_scopes = "read", crate = fake)]
fn read(token: &fake::AccessToken) {}

fn main() {}
