//! Lists do not nest.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_roles = ["admin", ["editor"]], crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
