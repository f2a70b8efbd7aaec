//! A macro by example cannot be looked into.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = concat!("read", ":data"), crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
