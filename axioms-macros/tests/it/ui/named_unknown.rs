//! The named type does not exist.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(Editors, crate = fake)]
fn handler() {}

fn main() {}
