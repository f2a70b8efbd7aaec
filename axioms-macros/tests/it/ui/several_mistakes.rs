//! Every mistake is reported, each at its place.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scope = "read", all_roles = [], GET(), permissions = "a b", permissions = 7, crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
