use axioms_axum::requires;

const NOTHING: &str = "";

#[requires(any(any_scopes = ["read", NOTHING], any_roles = "admin"))]
async fn handler() {}

fn main() {}
