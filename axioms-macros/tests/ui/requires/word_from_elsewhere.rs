//! Words that other libraries know.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(not(any_roles = "guest"), crate = fake)]
fn handler_1() {}

#[requires(!any(any_roles = "guest"), crate = fake)]
fn handler_2() {}

#[requires(claim = "email", crate = fake)]
fn handler_3() {}

#[requires(claim("email") = "a@b.c", crate = fake)]
fn handler_4() {}

#[requires(audience = "api", crate = fake)]
fn handler_5() {}

#[requires(issuer = "https://issuer.example.com", crate = fake)]
fn handler_6() {}

#[requires(owner, crate = fake)]
fn handler_7() {}

#[requires(authenticated, crate = fake)]
fn handler_8() {}

#[requires(anonymous, crate = fake)]
fn handler_9() {}

#[requires(public = true, crate = fake)]
fn handler_10() {}

#[requires(and(any_scopes = "a"), crate = fake)]
fn handler_11() {}

#[requires(any_of(any_scopes = "a"), crate = fake)]
fn handler_12() {}

#[requires(has_role = "admin", crate = fake)]
fn handler_13() {}

#[requires(required_scopes = ["a"], crate = fake)]
fn handler_14() {}

#[requires(authorities = "admin", crate = fake)]
fn handler_15() {}

fn main() {}
