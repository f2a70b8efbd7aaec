//! A method says what it demands.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(GET, crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
