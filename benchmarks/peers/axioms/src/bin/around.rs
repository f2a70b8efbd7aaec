//! The route guarded by Axioms, with the validator's layer around the whole router.

#![forbid(unsafe_code)]

use axioms_axum::{Validator, ValidatorLayer, requires};
use axum::extract::Request;
use axum::{Router, ServiceExt, routing::get};
use tower_layer::Layer;

#[requires(any_scopes = ["read:messages"])]
async fn messages() -> &'static str {
    "messages"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let validator = Validator::from_env_async().await?;
    let app = ValidatorLayer::new(validator).layer(Router::new().route("/messages", get(messages)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, ServiceExt::<Request>::into_make_service(app)).await?;
    Ok(())
}
