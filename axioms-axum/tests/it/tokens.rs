//! A request keeps the token that a guard verified, and uses only the innermost validator.

use std::future::ready;

use axioms_axum::{
    AccessToken, Authorized, HasPolicy, Policy, RequireLayer, Validator, ValidatorLayer, requires,
};
use axioms_testing::AUDIENCE;
use axum::Router;
use axum::extract::Request;
use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::map_request;
use axum::routing::{any, get};

use crate::support::{self, INNER, answer, issuer, request, roles, status, validator, validator_for};

#[requires(any_scopes = "read")]
async fn read(token: AccessToken) -> String {
    token.subject().unwrap_or_default().to_owned()
}

#[requires]
async fn any_token() -> &'static str {
    "ok"
}

async fn optional(token: Option<AccessToken>) -> &'static str {
    if token.is_some() { "token" } else { "no token" }
}

struct Anybody;

impl HasPolicy for Anybody {
    const POLICY: &'static Policy = &Policy::VALID_TOKEN;
}

#[tokio::test]
async fn a_nested_router_is_guarded_by_the_validator_around_it() {
    let issuer = issuer();
    let deep = Router::new().route("/read", get(read));
    let app = Router::new()
        .nest("/v1", Router::new().nest("/users", deep.clone()))
        .merge(deep)
        .layer(ValidatorLayer::new(validator(&issuer)));
    let reader = issuer.token().subject("alice").scopes(["read"]).sign();
    let stranger = issuer.token().sign();
    for path in ["/read", "/v1/users/read"] {
        assert_eq!(
            answer(&app, support::get(path, Some(&reader))).await,
            (200, "alice".to_owned()),
            "{path}"
        );
        assert_eq!(status(&app, support::get(path, Some(&stranger))).await, 403, "{path}");
        assert_eq!(status(&app, support::get(path, None)).await, 401, "{path}");
    }
}

#[tokio::test]
async fn the_innermost_validator_takes_precedence() {
    let issuer = issuer();
    let nested = |validator: Validator| {
        Router::new()
            .route("/guarded", get(any_token))
            .route("/optional", get(optional))
            .route("/layered", get(|| async { "ok" }).layer(RequireLayer::new(Policy::VALID_TOKEN)))
            .layer(ValidatorLayer::new(validator))
    };
    let own =
        Router::new().nest("/inner", nested(validator_for(&issuer, INNER))).route("/outer", get(any_token));
    let outer = validator(&issuer);
    let installed = own.clone().layer(ValidatorLayer::new(outer.clone()));
    // Here the outer validator has checked and kept the token before the inner one is used.
    let checked = own.layer(RequireLayer::new(Policy::VALID_TOKEN)).layer(ValidatorLayer::new(outer));
    let both = issuer.token().claim("aud", vec![AUDIENCE, INNER]).sign();
    let (for_outer, for_inner) = (issuer.token().sign(), issuer.token().audience(INNER).sign());
    let rows = [
        ("/inner/guarded", [200, 401, 200], [200, 401, 401]),
        ("/inner/layered", [200, 401, 200], [200, 401, 401]),
        ("/inner/optional", [200, 401, 200], [200, 401, 401]),
        ("/outer", [200, 200, 401], [200, 200, 401]),
    ];
    for (path, when_installed, when_checked) in rows {
        for (n, token) in [&both, &for_outer, &for_inner].into_iter().enumerate() {
            let ask = async |app| status(app, support::get(path, Some(token))).await;
            assert_eq!(ask(&installed).await, when_installed[n], "{path}, installed, token {n}");
            assert_eq!(ask(&checked).await, when_checked[n], "{path}, checked, token {n}");
        }
    }
}

#[tokio::test]
async fn layer_guard_and_extractor_verify_the_signature_once() {
    #[requires]
    async fn guard_first(_: AccessToken, token: Option<AccessToken>, _: Authorized<Anybody>) -> String {
        subject(token)
    }
    async fn token_first(_: AccessToken, token: Option<AccessToken>, _: Authorized<Anybody>) -> String {
        subject(token)
    }
    async fn option_first(token: Option<AccessToken>, _: AccessToken, _: Authorized<Anybody>) -> String {
        subject(token)
    }
    fn subject(token: Option<AccessToken>) -> String {
        let token = token.map(AccessToken::into_inner);
        token.as_ref().and_then(|token| token.subject()).unwrap_or_default().to_owned()
    }
    let issuer = issuer();
    let validator = validator(&issuer);
    let routes = Router::new()
        .route("/guard", get(guard_first))
        .route("/token", get(token_first))
        .route("/option", get(option_first));
    let layered = routes.clone().layer(RequireLayer::new(Policy::VALID_TOKEN));
    let app = routes
        .nest("/layered", layered.layer(RequireLayer::new(Policy::VALID_TOKEN)))
        .layer(ValidatorLayer::new(validator.clone()));
    let token = issuer.token().subject("alice").sign();
    let paths = ["/guard", "/token", "/option", "/layered/guard", "/layered/token", "/layered/option"];
    for path in paths {
        let answer = answer(&app, support::get(path, Some(&token))).await;
        assert_eq!(answer, (200, "alice".to_owned()), "{path}");
        let stats = validator.stats();
        assert_eq!(
            stats.accepted - stats.cache_hits,
            1,
            "{path}: signatures of this and all earlier requests"
        );
    }
}

#[tokio::test]
async fn credentials_that_change_on_the_way_are_checked_again() {
    let issuer = issuer();
    let bob = issuer.token().subject("bob").scopes(["read"]).sign();
    let bob = HeaderValue::try_from(format!("Bearer {bob}")).expect("a token is ASCII");
    let app = |change: fn(&mut HeaderMap, HeaderValue)| {
        let bob = bob.clone();
        let change = map_request(move |mut request: Request| {
            change(request.headers_mut(), bob.clone());
            ready(request)
        });
        Router::new()
            .route("/", get(read))
            .layer(change)
            .layer(RequireLayer::new(Policy::VALID_TOKEN))
            .layer(ValidatorLayer::new(validator(&issuer)))
    };
    let untouched = app(|_, _| {});
    let replaced = app(|headers, value| drop(headers.insert(AUTHORIZATION, value)));
    let doubled = app(|headers, value| assert!(headers.append(AUTHORIZATION, value)));
    let removed = app(|headers, _| drop(headers.remove(AUTHORIZATION)));
    let alice = issuer.token().subject("alice").scopes(["read"]).sign();
    let ask = async |app| answer(&app, support::get("/", Some(&alice))).await;
    assert_eq!(ask(untouched).await, (200, "alice".to_owned()));
    assert_eq!(ask(replaced).await, (200, "bob".to_owned()));
    assert_eq!(ask(doubled).await.0, 400);
    assert_eq!(ask(removed).await.0, 401);
}

#[tokio::test]
async fn each_guard_of_a_request_runs_with_a_cached_token() {
    #[requires(any_roles = "editor")]
    async fn edit() -> &'static str {
        "ok"
    }
    #[requires(GET(), POST(any_roles = "editor"))]
    async fn per_method() -> &'static str {
        "ok"
    }
    let issuer = issuer();
    let app = Router::new()
        .route("/edit", get(edit))
        .route("/per-method", any(per_method))
        .layer(RequireLayer::new(roles("staff")))
        .layer(ValidatorLayer::new(validator(&issuer)));
    let rows = [
        ("GET", "/edit", vec!["staff", "editor"], 200),
        ("GET", "/edit", vec!["staff"], 403),
        ("GET", "/edit", vec!["editor"], 403),
        ("GET", "/per-method", vec!["staff"], 200),
        ("POST", "/per-method", vec!["staff"], 403),
        ("POST", "/per-method", vec!["staff", "editor"], 200),
        ("PUT", "/per-method", vec!["staff", "editor"], 403),
    ];
    for (method, path, roles, expected) in rows {
        let token = issuer.token().roles(roles.clone()).sign();
        let request = request(method, path, Some(&token), "");
        assert_eq!(status(&app, request).await, expected, "{method} {path} {roles:?}");
    }
}

#[tokio::test]
async fn an_optional_token_is_absent_or_valid() {
    let issuer = issuer();
    let app = Router::new().route("/", get(optional)).layer(ValidatorLayer::new(validator(&issuer)));
    let with = |value: &str| {
        let mut request = support::get("/", None);
        request.headers_mut().insert("authorization", value.parse().expect("a header's value"));
        request
    };
    let rows = [
        ("none", support::get("/", None), (200, Some("no token"))),
        ("another scheme", with("Basic YTpi"), (200, Some("no token"))),
        ("a good one", support::get("/", Some(&issuer.token().sign())), (200, Some("token"))),
        ("an expired one", support::get("/", Some(&issuer.token().expired().sign())), (401, None)),
        ("rubbish", support::get("/", Some("rubbish")), (401, None)),
        ("broken syntax", with("Bearer"), (400, None)),
    ];
    for (name, request, (status, body)) in rows {
        let answered = answer(&app, request).await;
        assert_eq!(answered.0, status, "{name}");
        assert!(body.is_none_or(|body| answered.1 == body), "{name}: {answered:?}");
    }
}

#[tokio::test]
async fn a_guard_written_by_hand_guards() {
    let issuer = issuer();
    let whoami = |guard: Authorized<Anybody>| async move {
        guard.token().and_then(|token| token.subject()).unwrap_or_default().to_owned()
    };
    let app = Router::new().route("/", get(whoami)).layer(ValidatorLayer::new(validator(&issuer)));
    let token = issuer.token().subject("alice").sign();
    assert_eq!(answer(&app, support::get("/", Some(&token))).await, (200, "alice".to_owned()));
    assert_eq!(status(&app, support::get("/", None)).await, 401);
}
