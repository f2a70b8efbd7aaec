//! Attributes of other crates above and below `#[requires]` keep the guard in place.

#![allow(clippy::unwrap_used, reason = "a broken test should stop where it broke")]

mod on_axum;
mod on_rocket;
mod on_warp;

use axioms_testing::{AUDIENCE, ISSUER, access_token, jwks};

/// A validator that fetches nothing.
fn validator() -> axioms_axum::Validator {
    axioms_axum::Validator::builder().issuer(ISSUER).audience(AUDIENCE).jwks(jwks()).build().unwrap()
}

/// The value of an `Authorization` header whose token has the scope `read`.
fn reader() -> String {
    format!("Bearer {}", access_token().scopes(["read"]).sign())
}
