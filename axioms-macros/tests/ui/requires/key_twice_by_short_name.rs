//! A short name is the same key.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_roles = "a", roles = "b", crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
