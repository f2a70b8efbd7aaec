//! What names `Self` stands in an `impl` block.

#[path = "../fake.rs"]
mod fake;

use axioms_macros::requires_axum as requires;

struct Api;

impl Api {
    const SCOPE: &'static str = "read";

    #[requires(crate = fake, any_scopes = "read")]
    async fn returned() -> Self {
        Self
    }

    #[requires(crate = fake, any_scopes = Self::SCOPE)]
    async fn demanded() {}
}

fn main() {
    drop((Api::returned(), Api::demanded(), Api::SCOPE));
}
