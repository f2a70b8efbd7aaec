//! A key needs a value.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes, crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
