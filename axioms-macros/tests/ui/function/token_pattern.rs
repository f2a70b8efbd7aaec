//! The token needs a name.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;

#[requires(any_scopes = "read", crate = fake)]
fn read(fake::AccessToken { .. }: fake::AccessToken) -> Result<u8, fake::Denied> {
    Ok(1)
}

fn main() {}
