//! There must be a token to check.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;

#[requires(any_scopes = "read", crate = fake)]
fn read(name: &str) -> Result<u8, fake::Denied> {
    Ok(name.len() as u8)
}

fn main() {}
