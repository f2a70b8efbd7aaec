//! A handler runs for each request.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(crate = fake, any_scopes = "read")]
const fn handler() {}

fn main() {
    handler();
}
