//! Nor has a union.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
union Article {
    author: u64,
    editor: u64,
}

fn main() {}
