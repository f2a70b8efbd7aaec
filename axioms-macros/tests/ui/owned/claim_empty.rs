//! No claim has an empty name.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner(claim = "")]
    author: String,
}

fn main() {}
