//! A closure cannot have the attribute.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

fn main() {
    #[requires(crate = fake, any_scopes = "read")]
    let handler = || ();
    handler()
}
