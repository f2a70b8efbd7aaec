//! A claim is named by a string.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner(claim = sub)]
    author: String,
}

fn main() {}
