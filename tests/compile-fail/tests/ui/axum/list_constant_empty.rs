use axioms_axum::requires;

const SCOPES: &[&str] = &[];

#[requires(any_scopes = ["read", SCOPES])]
async fn handler() {}

fn main() {}
