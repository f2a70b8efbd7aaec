//! A policy that differs by method cannot be part of another.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

crate::policy! {
    Editors(any_scopes = "articles:write");
    Articles(GET(public), default(Editors));
}

#[requires(Articles, any_roles = "admin", crate = fake)]
fn handler() {}

fn main() {}
