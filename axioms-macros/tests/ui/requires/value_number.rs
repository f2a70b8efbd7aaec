//! A number is no name.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = 7, crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
