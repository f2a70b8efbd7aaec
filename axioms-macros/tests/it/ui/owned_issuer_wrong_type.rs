//! The issuer field must have a type that can be compared with `iss`.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner(issuer = author_iss)]
    author: String,
    author_iss: Vec<u8>,
}

fn main() {}
