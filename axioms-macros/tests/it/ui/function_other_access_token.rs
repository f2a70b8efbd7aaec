//! `AccessToken` must be the type of the SDK.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;

struct AccessToken;

#[requires(any_scopes = "read", crate = fake)]
fn read(token: &AccessToken) -> Result<u8, fake::Denied> {
    Ok(1)
}

fn main() {}
