//! A handler has one attribute.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = "read", crate = fake)]
#[requires(crate = fake, any_roles = "admin")]
async fn handler() {}

fn main() {
    drop(handler());
}
