//! The route guarded by tower-oauth2-resource-server. The handler checks the scope in its claims.

#![forbid(unsafe_code)]

use axum::http::StatusCode;
use axum::{Extension, Router, routing::get};
use serde::Deserialize;
use tower_oauth2_resource_server::server::OAuth2ResourceServer;
use tower_oauth2_resource_server::tenant::TenantConfiguration;

#[derive(Clone, Debug, Deserialize)]
struct Claims {
    scope: String,
}

async fn messages(Extension(claims): Extension<Claims>) -> Result<&'static str, StatusCode> {
    let may = claims.scope.split(' ').any(|scope| scope == "read:messages");
    if may { Ok("messages") } else { Err(StatusCode::FORBIDDEN) }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let tenant = TenantConfiguration::builder(std::env::var("ISSUER")?);
    let tenant = tenant.audiences(&[std::env::var("AUDIENCE")?]).build().await?;
    let guard = OAuth2ResourceServer::<Claims>::builder().add_tenant(tenant).build().await?;
    let app = Router::new().route("/messages", get(messages)).layer(guard.into_layer());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
