//! A policy demands something of every method.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

crate::policy! {
    Editors(any_scopes = "articles:write");
    Articles(GET(public), default(Editors));
}

#[requires(Editors, DELETE(any_roles = "admin"), crate = fake)]
fn handler() {}

fn main() {}
