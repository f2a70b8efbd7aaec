//! Rocket's routes ask only for the guards that stand in the signature when the route attribute reads it.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_rocket as requires;

#[requires(crate = fake, any_scopes = "read")]
fn above(_id: u8) {}

#[requires(crate = fake, any_scopes = "read")]
#[inline]
#[must_use]
fn with_others() -> u8 {
    1
}

fn main() {}
