//! The claims of a token as a type of the program.

use axioms_rocket::{Claims, requires};
use rocket::http::Status;
use rocket::serde::Deserialize;
use rocket::{get, routes};

use crate::api::Api;

#[derive(Deserialize)]
#[serde(crate = "rocket::serde")]
struct Tenant {
    tenant: String,
    #[serde(default)]
    plan: Option<u8>,
}

#[requires(any_scopes = "read")]
#[get("/guarded")]
fn guarded(claims: Claims<Tenant>) -> String {
    format!("{} {}", claims.0.tenant, claims.0.plan.unwrap_or_default())
}

#[get("/alone")]
fn alone(claims: Claims<Tenant>) -> String {
    let Claims(claims) = claims;
    format!("{} {}", claims.tenant, claims.plan.unwrap_or_default())
}

#[get("/optional")]
fn optional(claims: Option<Claims<Tenant>>) -> String {
    claims.map_or_else(|| "guest".to_owned(), |claims| claims.0.tenant)
}

#[rocket::async_test]
async fn claims_are_read_as_a_type_or_the_request_is_refused() {
    let api = Api::start(|rocket| rocket.mount("/", routes![guarded, alone, optional])).await;
    let token = || api.token().scopes(["read"]);
    let unauthorized = (Status::Unauthorized, "invalid_token");
    let denied = (Status::Forbidden, "insufficient_scope");
    let missing = (Status::Unauthorized, "An access token is required");
    for (name, token, expected, of_guests) in [
        ("fits", Some(token().claim("tenant", "acme")), (Status::Ok, "acme 0"), "acme"),
        ("optional", Some(token().claim("tenant", "acme").claim("plan", 3)), (Status::Ok, "acme 3"), "acme"),
        ("absent", Some(token()), denied, "guest"),
        ("another type", Some(token().claim("tenant", 715_517)), denied, "guest"),
        ("null", Some(token().claim("tenant", rocket::serde::json::Value::Null)), denied, "guest"),
        ("out of range", Some(token().claim("tenant", "acme").claim("plan", 715_517)), denied, "guest"),
        ("expired", Some(token().claim("tenant", "acme").expired()), unauthorized, "invalid_token"),
        ("no token", None, missing, "guest"),
    ] {
        let token = token.map(|token| token.sign());
        for path in ["/guarded", "/alone"] {
            let (status, body) = api.get(path, token.as_deref()).await;
            assert_eq!(status, expected.0, "{name} {path}: {body}");
            assert!(body.contains(expected.1) && !body.contains("715517"), "{name} {path}: {body}");
        }
        let (_, body) = api.get("/optional", token.as_deref()).await;
        assert!(body.contains(of_guests), "{name}: {body}");
    }
}
