//! Nor does one inside another.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any(any_roles = "admin", all()), crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
