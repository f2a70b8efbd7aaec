//! Each handler has its own attribute.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

struct Api;

#[requires(crate = fake, any_scopes = "read")]
impl Api {
    fn handler() {}
}

fn main() {
    Api::handler();
}
