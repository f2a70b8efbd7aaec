//! A default is for the methods that others leave.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(default(any_scopes = "a"), crate = fake)]
fn handler() {}

fn main() {}
