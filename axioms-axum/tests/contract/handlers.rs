//! The routes of the contract, for every place from which a guard takes its validator.

use axioms_axum::{AccessToken, Owned, Refused, requires_token};
use axum::Router;
use axum::extract::{Json, Path, RawQuery};
use axum::routing::{any, get, post};

use super::{OptionalToken, State, Token, requires};

const WRITE: &str = "write:data";

#[requires]
async fn token() -> &'static str {
    "ok"
}

#[requires(any_scopes = ["read:messages", "read:data"])]
async fn any_scopes() -> &'static str {
    "ok"
}

#[requires(all_scopes = ["read:messages", "write:messages"])]
async fn all_scopes() -> &'static str {
    "ok"
}

#[requires(any_roles = ["admin", "editor"])]
async fn any_roles() -> &'static str {
    "ok"
}

#[requires(all_roles = ["admin", "superuser"])]
async fn all_roles() -> &'static str {
    "ok"
}

#[requires(any_permissions = ["create:articles", "update:articles"])]
async fn any_permissions() -> &'static str {
    "ok"
}

#[requires(all_permissions = ["create:articles", "update:articles"])]
async fn all_permissions() -> &'static str {
    "ok"
}

#[requires(any_scopes = "openid", any_roles = "admin", any_permissions = "manage:system")]
async fn mixed() -> &'static str {
    "ok"
}

#[requires(any(all(any_scopes = "a", all_scopes = "b"), any_roles = "admin"))]
async fn groups() -> &'static str {
    "ok"
}

#[requires(GET(public), POST(any_scopes = WRITE), DELETE())]
async fn methods() -> &'static str {
    "ok"
}

async fn subject(token: Token) -> String {
    token.subject().unwrap_or_default().to_owned()
}

async fn optional(token: OptionalToken) -> String {
    token.as_ref().and_then(|token| token.subject()).unwrap_or("anonymous").to_owned()
}

#[requires_token(any_roles = "admin")]
async fn admins(token: &AccessToken) -> Result<(), Refused> {
    Ok(())
}

#[requires]
async fn dynamic(token: AccessToken, RawQuery(query): RawQuery) -> Result<&'static str, Refused> {
    if query.as_deref() == Some("all") {
        admins(&token).await?;
    }
    Ok("ok")
}

#[derive(Owned)]
struct Note {
    #[owner]
    owner: String,
}

#[requires]
async fn owned(Path(owner): Path<String>, token: AccessToken) -> Result<&'static str, Refused> {
    token.require_owner(&Note { owner })?;
    Ok("ok")
}

#[requires(any_scopes = WRITE)]
async fn body(Json(body): Json<serde_json::Value>) -> String {
    body.get("text").and_then(|text| text.as_str()).unwrap_or_default().to_owned()
}

pub(super) fn routes() -> Router<State> {
    Router::new()
        .route("/public", get(|| async { "ok" }))
        .route("/token", get(token))
        .route("/any-scopes", get(any_scopes))
        .route("/all-scopes", get(all_scopes))
        .route("/any-roles", get(any_roles))
        .route("/all-roles", get(all_roles))
        .route("/any-permissions", get(any_permissions))
        .route("/all-permissions", get(all_permissions))
        .route("/mixed", get(mixed))
        .route("/groups", get(groups))
        .route("/methods", any(methods))
        .route("/subject", get(subject))
        .route("/optional", get(optional))
        .route("/dynamic", get(dynamic))
        .route("/owned/{owner}", get(owned))
        .route("/body", post(body))
}
