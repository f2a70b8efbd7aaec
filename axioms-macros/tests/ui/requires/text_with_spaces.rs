//! Text that no issuer grants, as it is written.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_roles = "admin ", crate = fake)]
fn handler_1() {}

#[requires(any_roles = " admin", crate = fake)]
fn handler_2() {}

#[requires(any_roles = "admin\n", crate = fake)]
fn handler_3() {}

#[requires(any_roles = "admin\u{a0}", crate = fake)]
fn handler_4() {}

#[requires(any_roles = "admin,editor", crate = fake)]
fn handler_5() {}

#[requires(any_permissions = "a,b", crate = fake)]
fn handler_6() {}

#[requires(any_scopes = " ", crate = fake)]
fn handler_7() {}

#[requires(any_scopes = "\u{201c}read\u{201d}", crate = fake)]
fn handler_8() {}

fn main() {}
