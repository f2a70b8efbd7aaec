//! What a handler reads from a valid token, and what it can demand of one.

mod claims;
mod grants;
mod owners;
mod policies;

use axioms_core::AccessToken;
use serde_json::Value;

use crate::common::Bench;

/// A valid token with these claims, as a handler gets it.
fn token(bench: &Bench, claims: &Value) -> AccessToken {
    let members = claims.as_object().into_iter().flatten();
    let token = members.fold(bench.token(), |token, (name, value)| token.claim(name, value.clone()));
    bench.validator.validate(&token.sign()).expect("a valid token")
}
