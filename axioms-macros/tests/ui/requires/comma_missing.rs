//! Arguments are separated by commas.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = "read" any_roles = "admin", crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
