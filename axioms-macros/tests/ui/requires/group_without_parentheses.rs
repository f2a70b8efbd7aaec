//! A group stands in parentheses.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any = ["read"], all, crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
