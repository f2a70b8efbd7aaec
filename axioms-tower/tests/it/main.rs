//! The layers around a service without a framework, with its own body type.

#![allow(clippy::expect_used, reason = "a broken test should stop where it broke")]

mod uploads;

use std::convert::Infallible;

use axioms_core::Algorithm;
use axioms_testing::{AUDIENCE, TestIssuer};
use axioms_tower::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axioms_tower::http::{Request, Response};
use axioms_tower::{
    HeldBody, Policy, Refusal, RequireLayer, Validator, ValidatorBuilder, ValidatorLayer, access_token,
};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use tower::{ServiceBuilder, ServiceExt, service_fn};

fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithms([Algorithm::ES256]).start()
}

fn builder(issuer: &TestIssuer) -> ValidatorBuilder {
    Validator::builder().audience(AUDIENCE).issuer(issuer.url())
}

fn request<B>(token: Option<&str>, body: B) -> Request<B> {
    let mut request = Request::post("/");
    if let Some(token) = token {
        request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(body).expect("a valid request")
}

#[tokio::test]
async fn a_service_with_bodies_of_its_own_is_guarded_and_given_the_token() {
    let issuer = issuer();
    let validator = builder(&issuer).build().expect("a valid configuration");
    let service = ServiceBuilder::new()
        .layer(ValidatorLayer::new(validator))
        .layer(RequireLayer::new(Policy::VALID_TOKEN))
        .service(service_fn(|request: Request<HeldBody<Full<Bytes>>>| {
            let token = access_token(request.extensions()).and_then(|token| token.subject());
            let answer = format!("{} ", token.unwrap_or_default());
            async {
                let body = request.into_body().collect().await.expect("a body from memory").to_bytes();
                Ok::<_, Infallible>(Response::new(answer + &String::from_utf8_lossy(&body)))
            }
        }));
    let ask = async |token: Option<&str>| {
        let Ok(response) = service.clone().oneshot(request(token, Full::from("seven"))).await;
        response
    };
    let refused = ask(None).await;
    assert_eq!((refused.status().as_u16(), refused.headers().contains_key(WWW_AUTHENTICATE)), (401, true));
    assert!(refused.extensions().get::<Refusal>().is_some());
    assert_eq!(ask(Some("rubbish")).await.status(), 401);
    let accepted = ask(Some(&issuer.token().subject("alice").sign())).await;
    assert_eq!(accepted.into_body(), "alice seven");
}

#[tokio::test]
async fn a_guard_without_a_validator_lets_nothing_through() {
    let service = RequireLayer::new(Policy::VALID_TOKEN);
    let service =
        ServiceBuilder::new().layer(service).service(service_fn(async |_: Request<Full<Bytes>>| {
            Ok::<_, Infallible>(Response::new("reached".to_owned()))
        }));
    let Ok(response) = service.oneshot(request(Some("x.y.z"), Full::from("seven"))).await;
    assert_eq!(response.status(), 500);
}
