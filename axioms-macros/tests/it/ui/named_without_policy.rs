//! The named type does not implement `HasPolicy`.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

struct Editors;

#[requires(Editors, crate = fake)]
fn handler_1() {}

#[requires(any(Editors, any_roles = "admin"), crate = fake)]
fn handler_2() {}

fn main() {}
