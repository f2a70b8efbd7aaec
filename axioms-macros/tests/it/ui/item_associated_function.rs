//! An associated function cannot have the attribute.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

struct Api;

impl Api {
    #[requires(crate = fake, any_scopes = "read")]
    fn handler() {}
}

fn main() {}
