//! The route guarded by Axioms, with the validator in the router's state and no layer.

#![forbid(unsafe_code)]

use axioms_axum::Validator;
use axioms_axum::state::requires;
use axum::{Router, routing::get};

#[requires(any_scopes = ["read:messages"])]
async fn messages() -> &'static str {
    "messages"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let validator = Validator::from_env_async().await?;
    let app = Router::new().route("/messages", get(messages)).with_state(validator);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
