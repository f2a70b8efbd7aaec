//! Guarded handlers cause no warning under any lint that a careful application enables.

#![forbid(
    unsafe_code,
    missing_docs,
    missing_debug_implementations,
    unused_variables,
    unused_imports,
    unreachable_code,
    non_camel_case_types,
    clippy::used_underscore_binding,
    clippy::items_after_statements,
    clippy::assertions_on_constants
)]
#![deny(
    warnings,
    unreachable_pub,
    unused_qualifications,
    single_use_lifetimes,
    unnameable_types,
    clippy::pedantic,
    clippy::nursery
)]
#![allow(clippy::redundant_pub_crate, reason = "it conflicts with unreachable_pub")]

use axioms_axum::{AccessToken, Owned, Refused, requires};
use axum::Router;
use axum::extract::{Json, Path};
use axum::routing::{any, get, post};

/// The scope of writers.
pub const WRITE: &str = "write";

/// Requires any token.
#[requires]
pub async fn bare() -> &'static str {
    std::future::ready("ok").await
}

/// Takes the token, and a body as the last argument.
///
/// # Errors
/// If the note belongs to another user.
#[requires(any_scopes = ["read", WRITE], all_roles = "staff")]
pub async fn store(
    token: AccessToken,
    Path(id): Path<u32>,
    Json(body): Json<Vec<u32>>,
) -> Result<String, Refused> {
    token.require_owner(&Note { owner: id.to_string() })?;
    std::future::ready(Ok(format!("{id} {body:?}"))).await
}

/// Differs by method.
#[requires(GET(public), POST(any(all_scopes = WRITE, any_roles = "staff")), DELETE())]
pub async fn methods() -> &'static str {
    std::future::ready("ok").await
}

axioms_axum::policy! {
    /// May write.
    pub Writers(any_scopes = WRITE);
    pub(crate) Articles(GET(public), "PURGE"(Chiefs), default(any(Writers, any_roles = "staff")));
    Chiefs(Writers, any_roles = "chief");
}

/// Has a named policy.
#[requires(Writers)]
pub async fn named() -> &'static str {
    std::future::ready("ok").await
}

/// Has a named policy that differs by method.
#[requires(Articles)]
pub(crate) async fn named_methods() -> &'static str {
    std::future::ready("ok").await
}

/// Has a named policy and another demand.
#[requires(any(Writers, any_roles = "staff"))]
pub async fn named_with_more() -> &'static str {
    std::future::ready("ok").await
}

/// A note with an owner.
#[derive(Debug, Owned)]
pub struct Note {
    #[owner]
    owner: String,
}

mod private {
    use super::requires;

    #[requires(any_scopes = "read")]
    pub(super) async fn handler() -> &'static str {
        std::future::ready("ok").await
    }
}

#[test]
fn a_guarded_handler_causes_no_warning() {
    let _router: Router = Router::new()
        .route("/bare", get(bare))
        .route("/store/{id}", post(store))
        .route("/methods", any(methods))
        .route("/named", get(named))
        .route("/named_methods", any(named_methods))
        .route("/named_with_more", get(named_with_more))
        .route("/private", get(private::handler));
}
