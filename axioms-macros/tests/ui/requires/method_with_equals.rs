//! A method stands with parentheses.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(GET = "read", crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
