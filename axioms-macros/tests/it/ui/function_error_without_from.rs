//! The function's error must implement `From` for a refusal.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;

struct Failure;

#[requires(any_scopes = "read", crate = fake)]
fn read(token: &fake::AccessToken) -> Result<u8, Failure> {
    Ok(1)
}

fn main() {}
