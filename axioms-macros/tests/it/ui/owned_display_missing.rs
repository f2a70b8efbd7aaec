//! `display` needs a type that implements `Display`.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner(display)]
    author: Vec<u8>,
}

fn main() {}
