//! A space separates scopes.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = "read write", crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
