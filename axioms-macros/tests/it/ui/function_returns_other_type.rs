//! The compiler checks return types that are named.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;

struct Page;

#[requires(any_scopes = "read", crate = fake)]
fn read(token: &fake::AccessToken) -> Page {
    Page
}

fn main() {}
