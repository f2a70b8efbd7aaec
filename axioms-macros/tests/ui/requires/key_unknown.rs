//! A key that resembles none is answered with the list of keys.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(audience = "api", crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
