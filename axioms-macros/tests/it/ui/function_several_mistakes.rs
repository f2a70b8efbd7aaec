//! Mistakes in the arguments and in the signature are reported together.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_core as requires;

#[requires(any_scope = "read", crate = fake)]
const fn read(token: &str) {}

fn main() {}
