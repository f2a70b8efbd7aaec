//! The methods that are not named, in other forms.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(GET(public), default, crate = fake)]
fn handler_1() {}

#[requires(GET(public), default = "a", crate = fake)]
fn handler_2() {}

#[requires(GET(public), default(), default(any_scopes = "a"), crate = fake)]
fn handler_3() {}

#[requires(GET(default()), crate = fake)]
fn handler_4() {}

#[requires(GET(public), otherwise(any_scopes = "a"), crate = fake)]
fn handler_5() {}

#[requires(GET(public), *(any_scopes = "a"), crate = fake)]
fn handler_6() {}

#[requires(GET(public), _(any_scopes = "a"), crate = fake)]
fn handler_7() {}

#[requires(any(default(any_scopes = "a")), crate = fake)]
fn handler_8() {}

fn main() {}
