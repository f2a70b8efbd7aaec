//! The same key twice is ambiguous.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = "read", any_scopes = "write", crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
