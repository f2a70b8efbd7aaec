//! No token holds an empty name.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_roles = ["admin", ""], crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
