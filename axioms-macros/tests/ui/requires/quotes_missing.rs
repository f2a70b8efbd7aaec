//! Text without quotes.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scopes = read:messages, crate = fake)]
fn handler_1() {}

#[requires(any_scopes = [read, write], crate = fake)]
fn handler_2() {}

#[requires(any_scopes = [read:messages, "x", write:*], crate = fake)]
fn handler_3() {}

#[requires(any_scopes = read-messages, crate = fake)]
fn handler_4() {}

#[requires(any_scopes = read.messages, crate = fake)]
fn handler_5() {}

#[requires(any_scopes = openid profile email, crate = fake)]
fn handler_6() {}

#[requires(any_roles = Admin, crate = fake)]
fn handler_7() {}

#[requires(any_roles = [7, true, -1], crate = fake)]
fn handler_8() {}

#[requires(any_roles = 'a', crate = fake)]
fn handler_9() {}

#[requires(any_scopes = [b"read", c"write"], crate = fake)]
fn handler_10() {}

#[requires(any_scopes = *, crate = fake)]
fn handler_11() {}

fn main() {}
