//! A misspelt key is answered with the key that was meant.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scope = "read", crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
