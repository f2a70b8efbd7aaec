//! There is one key.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner(clam = "sub")]
    author: String,
}

fn main() {}
