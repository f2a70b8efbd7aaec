//! What is no name of a method.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires("GET"(public), crate = fake)]
fn handler_1() {}

#[requires("propfind"(any_scopes = "a"), crate = fake)]
fn handler_2() {}

#[requires("PROP FIND"(any_scopes = "a"), crate = fake)]
fn handler_3() {}

#[requires(""(any_scopes = "a"), crate = fake)]
fn handler_4() {}

#[requires("LOCK"(any_scopes = "a"), "LOCK"(), crate = fake)]
fn handler_5() {}

#[requires(any("LOCK"(any_scopes = "a")), crate = fake)]
fn handler_6() {}

#[requires("LOCK"[any_scopes = "a"], crate = fake)]
fn handler_7() {}

#[requires(LOCK(any_scopes = "a"), crate = fake)]
fn handler_8() {}

fn main() {}
