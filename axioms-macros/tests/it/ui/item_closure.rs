//! An attribute does not reach a closure.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

fn main() {
    #[requires(crate = fake, any_scopes = "read")]
    let handler = || ();
    handler()
}
