//! The route of every peer without a guard: the cost of the framework alone.

#![forbid(unsafe_code)]

use axum::{Router, routing::get};

async fn messages() -> &'static str {
    "messages"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = Router::new().route("/messages", get(messages));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
