//! The route guarded by jwt-authorizer.

#![forbid(unsafe_code)]

use axum::{Router, routing::get};
use jwt_authorizer::{Authorizer, IntoLayer, JwtAuthorizer, Validation};
use serde::Deserialize;

#[derive(Clone, Debug, Deserialize)]
struct Claims {
    scope: String,
}

async fn messages() -> &'static str {
    "messages"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (issuer, audience) = (std::env::var("ISSUER")?, std::env::var("AUDIENCE")?);
    let guard: Authorizer<Claims> = JwtAuthorizer::from_oidc(&issuer)
        .validation(Validation::new().iss(&[&issuer]).aud(&[&audience]).nbf(true))
        .check(|claims: &Claims| claims.scope.split(' ').any(|scope| scope == "read:messages"))
        .build()
        .await?;
    let app = Router::new().route("/messages", get(messages)).layer(guard.into_layer());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app.into_make_service()).await?;
    Ok(())
}
