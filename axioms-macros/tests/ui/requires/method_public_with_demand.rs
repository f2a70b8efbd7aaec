//! A public method demands nothing.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(GET(public, any_scopes = "read"), crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
