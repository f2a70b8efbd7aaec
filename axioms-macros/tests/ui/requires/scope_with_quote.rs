//! RFC 6749 does not allow every character in a scope.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = ["say\"so", "na\u{ef}ve"], crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
