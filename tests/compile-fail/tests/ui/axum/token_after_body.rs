use axioms_axum::{AccessToken, requires};
use axum::debug_handler;

#[requires]
#[debug_handler]
async fn handler(body: String, token: AccessToken) -> String {
    format!("{body} {:?}", token.subject())
}

fn main() {}
