//! Only a `Result` can hold a refusal.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;

#[requires(any_scopes = "read", crate = fake)]
fn read(token: &fake::AccessToken) -> u8 {
    1
}

fn main() {}
