//! `public` belongs to a method.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(POST(any(public, any_roles = "admin")), crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
