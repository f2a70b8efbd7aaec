//! The issuer is a field, not a text.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner(issuer = "https://issuer.example.com")]
    author: String,
    author_iss: String,
}

fn main() {}
