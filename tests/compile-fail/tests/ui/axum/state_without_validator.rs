use axioms_axum::state::requires;
use axum::debug_handler;

#[derive(Clone)]
struct App;

#[requires(any_scopes = "read")]
#[debug_handler(state = App)]
async fn handler() {}

fn main() {}
