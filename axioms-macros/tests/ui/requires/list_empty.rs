//! An empty list demands nothing.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(all_scopes = [], crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
