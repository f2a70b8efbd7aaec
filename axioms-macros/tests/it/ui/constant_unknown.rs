//! A name without quotes is read as a constant.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_roles = ADMIN, crate = fake)]
async fn handler() {}

fn main() {}
