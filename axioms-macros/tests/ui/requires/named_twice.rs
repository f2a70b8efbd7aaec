//! A policy is in a list once.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

crate::policy! {
    Editors(any_scopes = "articles:write");
    Articles(GET(public), default(Editors));
}

#[requires(Editors, any(any_roles = "admin", Editors), Editors, crate = fake)]
fn handler() {}

fn main() {}
