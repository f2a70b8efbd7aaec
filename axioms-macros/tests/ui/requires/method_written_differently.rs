//! Methods in other forms.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(GET("read"), crate = fake)]
fn handler_1() {}

#[requires(GET["read"], crate = fake)]
fn handler_2() {}

#[requires(GET: any_scopes = "read", crate = fake)]
fn handler_3() {}

#[requires("GET" = "read", crate = fake)]
fn handler_4() {}

#[requires(method = "GET", crate = fake)]
fn handler_5() {}

#[requires(GET | POST(public), crate = fake)]
fn handler_6() {}

#[requires(GET && POST(public), crate = fake)]
fn handler_7() {}

#[requires(PURGE(any_scopes = "a"), crate = fake)]
fn handler_8() {}

#[requires(GEET(public), crate = fake)]
fn handler_9() {}

#[requires(get = "read", crate = fake)]
fn handler_10() {}

#[requires(*(public), crate = fake)]
fn handler_11() {}

fn main() {}
