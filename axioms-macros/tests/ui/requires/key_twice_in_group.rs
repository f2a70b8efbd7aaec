//! A key stands once in a group, too.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any(any_roles = "a", any_roles = "b"), crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
