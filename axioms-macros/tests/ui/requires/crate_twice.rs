//! There is one path to the SDK.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(crate = crate::fake, crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
