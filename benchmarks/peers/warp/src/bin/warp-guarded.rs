//! The route on warp, guarded by Axioms.

#![forbid(unsafe_code)]

use axioms_warp::{Validator, authorized, recover, requires};
use warp::Filter;

#[requires(any_scopes = ["read:messages"])]
async fn messages() -> &'static str {
    "messages"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let validator = Validator::from_env_async().await?;
    let app = warp::path("messages").and(authorized(&validator)).then(messages).recover(recover);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    warp::serve(app).incoming(listener).run().await;
    Ok(())
}
