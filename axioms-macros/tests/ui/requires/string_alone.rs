//! A string does not say of which claim it speaks.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires("read", crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
