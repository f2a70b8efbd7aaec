//! A path has no quotes.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(crate = "fake")]
async fn handler() {}

fn main() {
    drop(handler());
}
