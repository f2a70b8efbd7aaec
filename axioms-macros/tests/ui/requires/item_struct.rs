//! A struct answers no request.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

#[requires(crate = fake, any_scopes = "read")]
struct Api;

fn main() {
    let _ = Api;
}
