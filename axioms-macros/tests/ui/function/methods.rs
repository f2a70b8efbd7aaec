//! A plain function sees no request.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;

#[requires(GET(public), POST(any_scopes = "write"), crate = fake)]
fn read(token: &fake::AccessToken) -> Result<u8, fake::Denied> {
    Ok(1)
}

fn main() {}
