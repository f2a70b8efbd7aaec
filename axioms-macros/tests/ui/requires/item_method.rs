//! A method cannot carry the policy type beside it.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

struct Api;

impl Api {
    #[requires(crate = fake, any_scopes = "read")]
    async fn handler(&self) {}
}

fn main() {
    drop(Api.handler());
}
