//! The issuer is a field of the struct.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner(issuer = author_issuer)]
    author: String,
    author_iss: String,
}

fn main() {}
