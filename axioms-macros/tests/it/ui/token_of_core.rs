//! The token of axioms-core is no argument of a handler, by whatever path and in whatever place.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

use fake::core::AccessToken;

#[requires(crate = fake, any_scopes = "read")]
fn by_name(_token: AccessToken) {}

#[requires(crate = fake, any_scopes = "read")]
fn by_path(_id: u8, _token: Option<fake::core::AccessToken>) {}

fn main() {}
