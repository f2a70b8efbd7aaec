//! A method is public by its name alone.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(GET(public), default(public), crate = fake)]
fn handler() {}

fn main() {}
