//! The route on warp without a guard.

#![forbid(unsafe_code)]

use warp::Filter;

async fn messages() -> &'static str {
    "messages"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = warp::path("messages").then(messages);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    warp::serve(app).incoming(listener).run().await;
    Ok(())
}
