//! An empty group demands nothing.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any(), crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
