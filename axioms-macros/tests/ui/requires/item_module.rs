//! A module is no function, nor are these.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(crate = fake, any_scopes = "read")]
mod routes {}

#[requires(crate = fake, any_scopes = "read")]
enum Route {}

#[requires(crate = fake, any_scopes = "read")]
const HANDLER: fn() = main;

fn main() {}
