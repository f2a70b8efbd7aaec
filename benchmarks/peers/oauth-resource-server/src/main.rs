//! The route guarded by oauth-resource-server.

#![forbid(unsafe_code)]

use std::sync::Arc;

use axum::{Router, routing::get};
use oauth_resource_server::axum::AuthLayer;
use oauth_resource_server::{KeyNaming, OAuthConfig, OAuthValidator, static_token_policy};

async fn messages() -> &'static str {
    "messages"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let audience = std::env::var("AUDIENCE")?;
    let config = OAuthConfig {
        enabled: true,
        issuer: std::env::var("ISSUER")?,
        resource: audience.clone(),
        audience,
        required_scope: Some("read:messages".to_owned()),
        ..OAuthConfig::default()
    };
    let config = config.resolve(KeyNaming::Dotted("oauth"))?.ok_or("it is enabled")?;
    let validator = Arc::new(OAuthValidator::new(&config)?);
    validator.spawn_background_refresh();
    validator.refresh_now().await?;
    let decision = static_token_policy(None, Some(&config), false)?;
    let guard = AuthLayer::from_decision(decision, Some(validator))?;
    let app = Router::new().route("/messages", get(messages)).route_layer(guard);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
