//! A field for the issuer says that the owner is of one issuer; `any_issuer` says the opposite.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner(issuer = author_iss, any_issuer)]
    author: String,
    author_iss: String,
}

fn main() {}
