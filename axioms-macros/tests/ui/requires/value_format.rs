//! A text that is made at run time is no constant.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(any_roles = [format!("admin")], crate = fake)]
async fn handler() {}

fn main() {
    drop(handler());
}
