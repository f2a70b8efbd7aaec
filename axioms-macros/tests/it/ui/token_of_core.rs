//! A handler cannot take the token of axioms-core, by any path and in any place.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

use fake::core::AccessToken;

#[requires(crate = fake, any_scopes = "read")]
fn by_name(_token: AccessToken) {}

#[requires(crate = fake, any_scopes = "read")]
fn by_path(_id: u8, _token: Option<fake::core::AccessToken>) {}

fn main() {}
