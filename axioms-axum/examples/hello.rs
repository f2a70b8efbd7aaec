//! A guarded API on axum, in one file to copy. It needs axioms-axum, axum, and tokio with the
//! features `macros`, `net` and `rt-multi-thread`. Run it with your issuer, or with the one that
//! `cargo run -p example-axum` starts:
//!
//! `AXIOMS_ISS_URL=https://issuer.example.com AXIOMS_AUDIENCE=https://api.example.com cargo run -p axioms-axum --example hello`

use axioms_axum::{AccessToken, Validator, ValidatorLayer, requires};
use axum::{Router, routing::get};
use tokio::net::TcpListener;

#[requires(any_scopes = "read:messages")]
async fn messages(token: AccessToken) -> String {
    format!("messages of {}\n", token.subject().unwrap_or("a service"))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let validator = Validator::from_env_async().await?;
    let app = Router::new().route("/messages", get(messages)).layer(ValidatorLayer::new(validator));
    println!("try: curl -i http://127.0.0.1:3000/messages -H 'Authorization: Bearer TOKEN'");
    axum::serve(TcpListener::bind("127.0.0.1:3000").await?, app).await?;
    Ok(())
}
