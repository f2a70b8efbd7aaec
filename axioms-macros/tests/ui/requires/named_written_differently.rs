//! A policy in other forms.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

crate::policy! {
    Editors(any_scopes = "articles:write");
    Articles(GET(public), default(Editors));
}

mod roles {
    pub const ADMIN: &str = "admin";
}

#[requires(Editors(), crate = fake)]
fn handler_1() {}

#[requires(Editors = "a", crate = fake)]
fn handler_2() {}

#[requires(policy = Editors, crate = fake)]
fn handler_3() {}

#[requires(Editors && Articles, crate = fake)]
fn handler_4() {}

#[requires(Editors Articles, crate = fake)]
fn handler_5() {}

#[requires("Editors", crate = fake)]
fn handler_6() {}

#[requires(editors, crate = fake)]
fn handler_7() {}

#[requires(Any, crate = fake)]
fn handler_8() {}

#[requires(AnyScopes, crate = fake)]
fn handler_9() {}

#[requires(roles::ADMIN, crate = fake)]
fn handler_10() {}

#[requires(ADMIN, crate = fake)]
fn handler_11() {}

fn main() {}
