//! Another sign than `=` between key and value.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes == "read", crate = fake)]
fn handler_1() {}

#[requires(scopes: ["read"], crate = fake)]
fn handler_2() {}

#[requires(any_scopes => "read", crate = fake)]
fn handler_3() {}

#[requires(any_scopes := "read", crate = fake)]
fn handler_4() {}

#[requires(any_scopes += "read", crate = fake)]
fn handler_5() {}

#[requires(any_scopes > "read", crate = fake)]
fn handler_6() {}

#[requires(any_scopes != "read", crate = fake)]
fn handler_7() {}

#[requires(any_scopes "read", crate = fake)]
fn handler_8() {}

#[requires(any_scopes { "read" }, crate = fake)]
fn handler_9() {}

#[requires(any_scopes("read"), crate = fake)]
fn handler_10() {}

fn main() {}
