//! An adapter's attribute refuses with the adapter's error.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::{requires_token_axum, requires_token_rocket, requires_token_warp};

#[requires_token_axum(any_scopes = "read", crate = fake)]
fn axum(token: &fake::AccessToken) {}

#[requires_token_rocket(any_scopes = "read", crate = fake)]
fn rocket(token: &fake::AccessToken) {}

#[requires_token_warp(any_scopes = "read", crate = fake)]
fn warp(token: &fake::AccessToken) {}

fn main() {}
