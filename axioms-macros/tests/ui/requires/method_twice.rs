//! A method has one rule.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(GET(public), GET(any_scopes = "read"), crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
