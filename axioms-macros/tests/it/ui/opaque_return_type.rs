//! An opaque return type causes no second error.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_scope = "read", crate = fake)]
fn handler() -> Result<impl Iterator<Item = u8>, String> {
    Ok([1].into_iter())
}

fn main() {
    drop(handler());
}
