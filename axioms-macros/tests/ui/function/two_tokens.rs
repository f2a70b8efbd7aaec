//! One token is checked.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;

#[requires(any_scopes = "read", crate = fake)]
fn read(mine: &fake::AccessToken, theirs: fake::AccessToken) -> Result<u8, fake::Denied> {
    Ok(1)
}

fn main() {}
