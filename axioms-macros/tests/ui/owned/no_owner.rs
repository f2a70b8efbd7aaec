//! One field must be marked.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    title: String,
    author: String,
}

fn main() {}
