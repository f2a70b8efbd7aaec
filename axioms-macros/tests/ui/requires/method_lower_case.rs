//! Methods are written in capitals.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(get(public), POST(), crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
