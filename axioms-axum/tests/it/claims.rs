//! The claims of a token as a type of the program.

use axioms_axum::{Claims, Refused, ValidatorLayer, requires};
use axum::Router;
use axum::routing::get;

use crate::support::{self, answer, issuer, status, validator};

#[derive(Debug, serde::Deserialize)]
struct Tenant {
    tenant: String,
    #[serde(default)]
    seats: Option<u32>,
}

#[requires(any_scopes = "read")]
async fn guarded(Claims(claims): Claims<Tenant>) -> String {
    format!("{} {:?}", claims.tenant, claims.seats)
}

async fn extracted(Claims(claims): Claims<Tenant>) -> String {
    format!("{} {:?}", claims.tenant, claims.seats)
}

async fn optional(claims: Option<Claims<Tenant>>) -> String {
    claims.map_or_else(|| "anonymous".to_owned(), |Claims(claims)| claims.tenant)
}

async fn either(claims: Result<Claims<Tenant>, Refused>) -> String {
    claims.map_or_else(|refused| refused.refusal().status().as_u16().to_string(), |claims| claims.0.tenant)
}

#[tokio::test]
async fn claims_are_of_the_type_that_the_handler_names_or_the_request_is_refused() {
    let issuer = issuer();
    let app = Router::new()
        .route("/guarded", get(guarded))
        .route("/extracted", get(extracted))
        .route("/optional", get(optional))
        .route("/either", get(either))
        .layer(ValidatorLayer::new(validator(&issuer)));
    let token = || issuer.token().scopes(["read"]);
    let rows = [
        ("no token", None, [401, 401, 200], "401"),
        ("a bad token", Some("rubbish".to_owned()), [401, 401, 401], "401"),
        ("a claim is missing", Some(token().sign()), [403, 403, 403], "403"),
        ("a claim is null", Some(token().claim("tenant", ()).sign()), [403, 403, 403], "403"),
        ("a claim of another type", Some(token().claim("tenant", 7).sign()), [403, 403, 403], "403"),
        (
            "an optional claim of another type",
            Some(token().claim("tenant", "a").claim("seats", "many").sign()),
            [403, 403, 403],
            "403",
        ),
        (
            "a number out of range",
            Some(token().claim("tenant", "a").claim("seats", -1).sign()),
            [403, 403, 403],
            "403",
        ),
        ("an optional claim is missing", Some(token().claim("tenant", "a").sign()), [200, 200, 200], "a"),
        ("all claims", Some(token().claim("tenant", "a").claim("seats", 3).sign()), [200, 200, 200], "a"),
    ];
    for (name, token, expected, either) in rows {
        for (path, expected) in ["/guarded", "/extracted", "/optional"].into_iter().zip(expected) {
            assert_eq!(status(&app, support::get(path, token.as_deref())).await, expected, "{path}, {name}");
        }
        let answered = answer(&app, support::get("/either", token.as_deref())).await;
        assert_eq!(answered, (200, either.to_owned()), "{name}");
    }
    let all = issuer.token().scopes(["read"]).claim("tenant", "acme").claim("seats", 3).sign();
    let answered = answer(&app, support::get("/guarded", Some(&all))).await;
    assert_eq!(answered, (200, "acme Some(3)".to_owned()));
    // The client is not told which claim the handler's type does not accept.
    let (status, body) = answer(&app, support::get("/guarded", Some(&token().sign()))).await;
    assert_eq!(status, 403);
    assert!(body.contains("insufficient_scope") && !body.contains("tenant"), "{body}");
}
