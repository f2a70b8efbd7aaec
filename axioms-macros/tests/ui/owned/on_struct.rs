//! The mark belongs on a field.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
#[owner]
struct Article {
    #[owner]
    author: String,
}

fn main() {}
