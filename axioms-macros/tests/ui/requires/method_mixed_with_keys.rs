//! Demands are shared by every method or given per method.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_roles = "admin", POST(any_scopes = "write"), crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
