//! A value that says not what it is.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires("admin", crate = fake)]
fn handler_1() {}

#[requires(admin, crate = fake)]
fn handler_2() {}

#[requires(read:messages, crate = fake)]
fn handler_3() {}

#[requires(["read", "write"], crate = fake)]
fn handler_4() {}

#[requires(("read"), crate = fake)]
fn handler_5() {}

#[requires(any("read", ["write"]), crate = fake)]
fn handler_6() {}

#[requires(*, crate = fake)]
fn handler_7() {}

fn main() {}
