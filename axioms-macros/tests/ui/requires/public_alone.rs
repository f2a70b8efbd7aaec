//! A public route has no attribute.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(public, crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
