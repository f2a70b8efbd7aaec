//! The claim stands in parentheses.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
struct Article {
    #[owner = "client_id"]
    author: String,
}

fn main() {}
