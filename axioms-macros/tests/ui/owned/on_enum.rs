//! An enum has no fields of its own.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::Owned;

#[derive(Owned)]
#[owner(crate = fake)]
enum Article {
    Draft(String),
    Printed { author: String },
}

fn main() {}
