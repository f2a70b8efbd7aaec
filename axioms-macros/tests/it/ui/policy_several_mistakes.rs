//! `policy!` checks demands as the attribute does.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

crate::policy! {
    A(any_scope = "a");
    B(any_scopes = []);
    C(public);
    D(GET(public), default(public));
    E(crate = fake, any_scopes = "e");
    F(any_scopes = "f", );
}

#[requires(A, any_roles = "admin", crate = fake)]
fn handler() {}

fn main() {}
