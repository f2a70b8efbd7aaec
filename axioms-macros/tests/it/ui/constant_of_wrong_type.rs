//! A constant must be a string or a list of strings.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

const LEVEL: u8 = 3;

#[requires(any_roles = LEVEL, crate = fake)]
async fn handler() {}

fn main() {}
