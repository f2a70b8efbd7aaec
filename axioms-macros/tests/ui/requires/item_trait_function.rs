//! A function without a body cannot be guarded.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

trait Api {
    #[requires(crate = fake, any_scopes = "read")]
    fn handler();
}

fn main() {}
