//! `display` stands alone.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner(display = true)]
    author: u64,
}

fn main() {}
