//! A name stands in a list once.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = ["read", "write", "read"], crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
