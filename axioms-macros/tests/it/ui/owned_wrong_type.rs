//! The owner field must have a type that can be compared with a claim.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner]
    author: Vec<u8>,
}

fn main() {}
