//! The route guarded by huskarl-resource-server, which has no published adapter for axum.

#![forbid(unsafe_code)]

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::{StatusCode, request::Parts};
use axum::{Router, routing::get};
use huskarl_reqwest::ReqwestClient;
use huskarl_resource_server::core::server_metadata::AuthorizationServerMetadata;
use huskarl_resource_server::validator::rfc9068::Rfc9068Validator;

type Guard = Arc<Rfc9068Validator>;

/// A token with the scope.
struct Reader;

impl FromRequestParts<Guard> for Reader {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, guard: &Guard) -> Result<Self, StatusCode> {
        let result = guard.validate_request(&parts.headers, &parts.method, &parts.uri, None).await;
        let Ok(Some(token)) = result.outcome else { return Err(StatusCode::UNAUTHORIZED) };
        let scope = token.claims.scope.unwrap_or_default();
        let may = scope.split(' ').any(|scope| scope == "read:messages");
        if may { Ok(Self) } else { Err(StatusCode::FORBIDDEN) }
    }
}

async fn messages(_: Reader) -> &'static str {
    "messages"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let client = ReqwestClient::builder().build().await?;
    let metadata = AuthorizationServerMetadata::oidc_fetch()
        .http_client(&client)
        .issuer(std::env::var("ISSUER")?)
        .call()
        .await?;
    let guard = Rfc9068Validator::builder_from_metadata(&metadata)
        .jwks_source(client)
        .audience(std::env::var("AUDIENCE")?)
        .build()
        .await?;
    let app = Router::new().route("/messages", get(messages)).with_state(Arc::new(guard));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
