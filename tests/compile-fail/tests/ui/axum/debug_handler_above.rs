use axioms_axum::requires;
use axum::debug_handler;

#[debug_handler]
#[requires(any_scopes = "read")]
async fn handler() {}

fn main() {}
