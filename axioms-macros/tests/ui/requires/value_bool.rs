//! A truth value is no name.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_roles = true, crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
