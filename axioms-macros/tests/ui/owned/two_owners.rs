//! One field is marked.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner]
    editor: String,
    #[owner]
    author: String,
}

fn main() {}
