//! The route guarded by hand with jsonwebtoken. Keys are fetched once; real code would also have to
//! handle rotation, outages and floods.

#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::{StatusCode, header::AUTHORIZATION, request::Parts};
use axum::{Router, routing::get};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

#[derive(Clone)]
struct Guard {
    keys: Arc<HashMap<String, DecodingKey>>,
    issuer: Arc<str>,
    audience: Arc<str>,
}

#[derive(Deserialize)]
struct Metadata {
    jwks_uri: String,
}

#[derive(Deserialize)]
struct Claims {
    scope: String,
}

impl Guard {
    async fn new(issuer: String, audience: String) -> Result<Self, Box<dyn std::error::Error>> {
        let metadata = format!("{issuer}/.well-known/openid-configuration");
        let metadata: Metadata = reqwest::get(metadata).await?.json().await?;
        let set: JwkSet = reqwest::get(metadata.jwks_uri).await?.json().await?;
        let mut keys = HashMap::new();
        for jwk in set.keys {
            let key = DecodingKey::from_jwk(&jwk)?;
            keys.extend(jwk.common.key_id.map(|kid| (kid, key)));
        }
        Ok(Self { keys: Arc::new(keys), issuer: issuer.into(), audience: audience.into() })
    }

    fn check(&self, token: &str) -> Option<Claims> {
        let header = decode_header(token).ok()?;
        let key = self.keys.get(&header.kid?)?;
        let mut validation = Validation::new(header.alg);
        if ![Algorithm::RS256, Algorithm::ES256].contains(&header.alg) {
            return None;
        }
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.audience]);
        validation.validate_nbf = true;
        Some(decode::<Claims>(token, key, &validation).ok()?.claims)
    }
}

/// A token with the scope.
struct Reader;

impl FromRequestParts<Guard> for Reader {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, guard: &Guard) -> Result<Self, StatusCode> {
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or(StatusCode::UNAUTHORIZED)?;
        let claims = guard.check(token).ok_or(StatusCode::UNAUTHORIZED)?;
        let may = claims.scope.split(' ').any(|scope| scope == "read:messages");
        if may { Ok(Self) } else { Err(StatusCode::FORBIDDEN) }
    }
}

async fn messages(_: Reader) -> &'static str {
    "messages"
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let guard = Guard::new(std::env::var("ISSUER")?, std::env::var("AUDIENCE")?).await?;
    let app = Router::new().route("/messages", get(messages)).with_state(guard);
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    axum::serve(listener, app).await?;
    Ok(())
}
