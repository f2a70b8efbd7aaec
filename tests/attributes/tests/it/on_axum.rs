//! Handlers of axum.

#![allow(deprecated, reason = "an attribute for the test")]

use axioms_axum::{ValidatorLayer, requires};
use axum::body::{Body, to_bytes};
use axum::extract::Path;
use axum::http::Request;
use axum::routing::get;
use axum::{Router, debug_handler};
use tower::ServiceExt as _;
use tracing::instrument;

#[requires(any_scopes = "read")]
#[instrument]
async fn instrument_below(id: Path<u32>) -> String {
    id.to_string()
}

#[instrument(skip_all, fields(id = id.0))]
#[requires(any_scopes = "read")]
async fn instrument_above(id: Path<u32>) -> String {
    id.to_string()
}

#[requires(any_scopes = "read")]
#[utoipa::path(get, path = "/utoipa_below/{id}", params(("id" = u32, Path)), responses((status = OK)))]
async fn utoipa_below(id: Path<u32>) -> String {
    id.to_string()
}

#[utoipa::path(get, path = "/utoipa_above/{id}", params(("id" = u32, Path)), responses((status = OK)))]
#[requires(any_scopes = "read")]
async fn utoipa_above(id: Path<u32>) -> String {
    id.to_string()
}

/// Documented, and more.
#[doc = "in two ways"]
#[allow(clippy::unused_async)]
#[expect(unused_variables, reason = "of the test")]
#[cfg_attr(all(), must_use)]
#[requires(any_scopes = "read")]
async fn others_above(id: Path<u32>) -> String {
    let nothing = 0;
    id.to_string()
}

#[requires(any_scopes = "read")]
#[doc = "Documented."]
#[allow(clippy::unused_async)]
#[expect(unused_variables, reason = "of the test")]
#[cfg_attr(all(), debug_handler)]
#[cfg_attr(any(), deprecated)]
#[must_use]
async fn others_below(id: Path<u32>) -> String {
    let nothing = 0;
    id.to_string()
}

#[cfg_attr(all(), requires(any_scopes = "read"), instrument(skip(id)), debug_handler)]
async fn all_in_one(id: Path<u32>) -> String {
    id.to_string()
}

#[deprecated = "above"]
#[requires(any_scopes = "read")]
async fn deprecated_above(id: Path<u32>) -> String {
    id.to_string()
}

#[requires(any_scopes = "read")]
#[deprecated = "below"]
async fn deprecated_below(id: Path<u32>) -> String {
    id.to_string()
}

#[tokio::test]
async fn attributes_of_other_crates_leave_the_guard_in_place() {
    let app = Router::new()
        .route("/instrument_below/{id}", get(instrument_below))
        .route("/instrument_above/{id}", get(instrument_above))
        .route("/utoipa_below/{id}", get(utoipa_below))
        .route("/utoipa_above/{id}", get(utoipa_above))
        .route("/others_below/{id}", get(others_below))
        .route("/others_above/{id}", get(others_above))
        .route("/all_in_one/{id}", get(all_in_one))
        .route("/deprecated_above/{id}", get(deprecated_above))
        .route("/deprecated_below/{id}", get(deprecated_below))
        .layer(ValidatorLayer::new(crate::validator()));
    for path in [
        "/instrument_below/7",
        "/instrument_above/7",
        "/utoipa_below/7",
        "/utoipa_above/7",
        "/others_below/7",
        "/others_above/7",
        "/all_in_one/7",
        "/deprecated_above/7",
        "/deprecated_below/7",
    ] {
        let ask = async |request: axum::http::request::Builder| {
            let answer = app.clone().oneshot(request.uri(path).body(Body::empty()).unwrap()).await.unwrap();
            (answer.status().as_u16(), to_bytes(answer.into_body(), 1024).await.unwrap())
        };
        let passed = ask(Request::builder().header("Authorization", crate::reader())).await;
        assert_eq!(passed, (200, "7".into()), "{path}");
        assert_eq!(ask(Request::builder()).await.0, 401, "{path}");
    }
}
