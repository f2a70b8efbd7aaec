//! Shared by these tests: an issuer with a validator, and requests without a socket.

use axioms_axum::{Policy, Validator};
use axioms_core::Algorithm;
use axioms_testing::{AUDIENCE, TestIssuer};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axum::http::{Request, Response};
use tower::ServiceExt;

/// The audience of a nested router.
pub(crate) const INNER: &str = "https://inner.example.com";

/// An issuer with one key, of the algorithm that is fastest to generate.
pub(crate) fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithms([Algorithm::ES256]).start()
}

pub(crate) fn validator(issuer: &TestIssuer) -> Validator {
    validator_for(issuer, AUDIENCE)
}

pub(crate) fn validator_for(issuer: &TestIssuer, audience: &str) -> Validator {
    let builder = Validator::builder().audience(audience).issuer(issuer.url());
    builder.build().expect("a valid configuration")
}

/// A policy that requires one of these roles.
pub(crate) fn roles(role: &str) -> Policy {
    Policy::builder().any_roles([role]).build().expect("a valid policy")
}

pub(crate) fn request(method: &str, path: &str, token: Option<&str>, body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(body.into()).expect("a valid request")
}

pub(crate) fn get(path: &str, token: Option<&str>) -> Request<Body> {
    request("GET", path, token, Body::empty())
}

pub(crate) async fn send(router: &Router, request: Request<Body>) -> Response<Body> {
    let Ok(response) = router.clone().oneshot(request).await;
    response
}

pub(crate) async fn status(router: &Router, request: Request<Body>) -> u16 {
    send(router, request).await.status().as_u16()
}

/// Status and body of the answer.
pub(crate) async fn answer(router: &Router, request: Request<Body>) -> (u16, String) {
    let response = send(router, request).await;
    (response.status().as_u16(), text(response).await)
}

pub(crate) async fn text(response: Response<Body>) -> String {
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body from memory");
    String::from_utf8(bytes.to_vec()).expect("a body of text")
}

pub(crate) fn challenge(response: &Response<Body>) -> Option<&str> {
    response.headers().get(WWW_AUTHENTICATE).map(|value| value.to_str().expect("a challenge of text"))
}
