use axioms_axum::requires;

struct Api;

impl Api {
    #[requires(any_scopes = "read")]
    async fn handler() {}
}

fn main() {}
