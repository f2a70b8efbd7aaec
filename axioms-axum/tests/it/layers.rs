//! The layers: what they guard, what passes, and how their refusals are rendered.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use crate::support::{self, answer, challenge, issuer, request, roles, send, status, text, validator};
use axioms_axum::{AccessToken, Policy, Refusal, RequireLayer, Validator, ValidatorLayer, requires};
use axioms_testing::{AUDIENCE, RawRequest, TestIssuer};
use axum::Router;
use axum::body::Body;
use axum::extract::Json;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{Method, Request, Response};
use axum::middleware::map_response;
use axum::response::IntoResponse;
use axum::routing::{any, get, post};
use tower::{Layer, Service, ServiceBuilder, ServiceExt};

#[requires(any_scopes = "read")]
async fn read() -> &'static str {
    "ok"
}

fn validator_with_safe_methods(issuer: &TestIssuer, methods: &[Method]) -> Validator {
    let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url());
    builder.safe_methods(methods.iter().cloned()).build().expect("a valid configuration")
}

#[tokio::test]
async fn a_layer_guards_only_what_is_inside_it() {
    let issuer = issuer();
    let app = Router::new()
        .route("/plain", get(|| async { "ok" }))
        .route("/guarded", get(read))
        .layer(RequireLayer::new(roles("staff")))
        .route("/outside", get(|| async { "ok" }))
        .layer(ValidatorLayer::new(validator(&issuer)));
    let staff = issuer.token().roles(["staff"]);
    let (staff, reader) = (staff.sign(), staff.scopes(["read"]).sign());
    let stranger = issuer.token().scopes(["read"]).sign();
    let rows = [
        ("/plain", [401, 403, 200, 200]),
        ("/guarded", [401, 403, 403, 200]),
        ("/outside", [200, 200, 200, 200]),
        // `Router::layer` covers the fallback, so a client without a token does not learn which
        // paths exist.
        ("/nowhere", [401, 403, 404, 404]),
    ];
    for (path, expected) in rows {
        let tokens = [None, Some(&stranger), Some(&staff), Some(&reader)];
        for (token, expected) in tokens.into_iter().zip(expected) {
            let request = support::get(path, token.map(String::as_str));
            assert_eq!(status(&app, request).await, expected, "{path} {token:?}");
        }
    }
}

#[tokio::test]
async fn a_validator_around_the_router_serves_every_route_of_it() {
    let issuer = issuer();
    let router = Router::new()
        .route("/guarded", get(read))
        .nest("/nested", Router::new().route("/guarded", get(read)))
        .fallback(read);
    let app = ValidatorLayer::new(validator(&issuer)).layer(router);
    let reader = issuer.token().scopes(["read"]).sign();
    for path in ["/guarded", "/nested/guarded", "/nowhere"] {
        for (token, expected) in [(None, 401), (Some(reader.as_str()), 200)] {
            let response = app.clone().oneshot(support::get(path, token)).await;
            assert_eq!(response.map(|response| response.status().as_u16()), Ok(expected), "{path} {token:?}");
        }
    }
}

#[tokio::test]
async fn a_route_layer_leaves_unknown_paths_alone() {
    let issuer = issuer();
    let app = Router::new()
        .route("/plain", get(|| async { "ok" }))
        .route_layer(RequireLayer::new(Policy::VALID_TOKEN))
        .layer(ValidatorLayer::new(validator(&issuer)));
    for (path, expected) in [("/plain", 401), ("/nowhere", 404)] {
        assert_eq!(status(&app, support::get(path, None)).await, expected, "{path}");
    }
}

#[tokio::test]
async fn safe_methods_pass_a_layer_without_a_token_and_no_other_does() {
    let issuer = issuer();
    let by_default = validator(&issuer);
    let preflights = validator_with_safe_methods(&issuer, &[Method::OPTIONS]);
    let reads = validator_with_safe_methods(&issuer, &[Method::GET, Method::HEAD]);
    let rows = [
        ("OPTIONS", [401, 200, 401]),
        ("GET", [401, 401, 200]),
        ("HEAD", [401, 401, 200]),
        ("POST", [401, 401, 401]),
        ("QUERY", [401, 401, 401]),
        ("options", [401, 401, 401]),
    ];
    for (n, validator) in [by_default, preflights, reads].into_iter().enumerate() {
        let app = Router::new()
            .route("/", any(|| async { "ok" }))
            .layer(RequireLayer::new(Policy::VALID_TOKEN))
            .layer(ValidatorLayer::new(validator));
        for (method, expected) in rows {
            assert_eq!(status(&app, request(method, "/", None, "")).await, expected[n], "{method}, {n}");
        }
        // A method that passes without a token passes with a bad one too, because the token is not
        // read.
        let preflight = request("OPTIONS", "/", Some("rubbish"), "");
        assert_eq!(status(&app, preflight).await, rows[0].1[n], "{n}");
    }
}

#[tokio::test]
async fn a_safe_method_passes_the_layer_and_not_the_guard_of_a_handler() {
    async fn subject(token: AccessToken) -> String {
        token.subject().unwrap_or_default().to_owned()
    }
    let issuer = issuer();
    let app = Router::new()
        .route("/guarded", any(read))
        .route("/extracted", any(subject))
        .layer(RequireLayer::new(Policy::VALID_TOKEN))
        .layer(ValidatorLayer::new(validator(&issuer)));
    for path in ["/guarded", "/extracted"] {
        assert_eq!(status(&app, request("OPTIONS", path, None, "")).await, 401, "{path}");
    }
}

#[tokio::test]
async fn a_layer_may_demand_different_things_of_each_method() {
    let issuer = issuer();
    let policy = Policy::builder()
        .public(Method::GET)
        .method(Method::POST, |post| post.any_scopes(["write"]))
        .method(Method::DELETE, |delete| delete)
        .build()
        .expect("a valid policy");
    let app = Router::new()
        .route("/", any(|| async { "ok" }))
        .layer(RequireLayer::new(policy))
        .layer(ValidatorLayer::new(validator(&issuer)));
    let (plain, writer) = (issuer.token().sign(), issuer.token().scopes(["write"]).sign());
    let rows = [
        ("GET", [200, 200, 200]),
        ("HEAD", [200, 200, 200]),
        ("POST", [401, 403, 200]),
        ("DELETE", [401, 200, 200]),
        ("PUT", [401, 403, 403]),
        ("OPTIONS", [401, 403, 403]),
    ];
    for (method, expected) in rows {
        for (token, expected) in [None, Some(&plain), Some(&writer)].into_iter().zip(expected) {
            let request = request(method, "/", token.map(String::as_str), "");
            assert_eq!(status(&app, request).await, expected, "{method} {token:?}");
        }
    }
}

#[tokio::test]
async fn a_service_builder_takes_both_layers_with_the_validator_first() {
    let issuer = issuer();
    let layers = ServiceBuilder::new()
        .layer(ValidatorLayer::new(validator(&issuer)))
        .layer(RequireLayer::new(Policy::VALID_TOKEN));
    let token = issuer.token().sign();

    let app = Router::new().route("/", get(|| async { "ok" })).layer(layers.clone());
    assert_eq!(status(&app, support::get("/", None)).await, 401);
    assert_eq!(answer(&app, support::get("/", Some(&token))).await, (200, "ok".to_owned()));
}

/// A service that must be polled ready before each call, like a rate limiter. A clone is not ready.
#[derive(Default)]
struct Strict {
    ready: bool,
    calls: Arc<AtomicUsize>,
}

impl Clone for Strict {
    fn clone(&self) -> Self {
        Self { ready: false, calls: Arc::clone(&self.calls) }
    }
}

impl Service<Request<Body>> for Strict {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Ready<Result<Response<Body>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request<Body>) -> Self::Future {
        assert!(std::mem::take(&mut self.ready), "called before it was ready");
        self.calls.fetch_add(1, Ordering::Relaxed);
        ready(Ok(Response::default()))
    }
}

#[tokio::test]
async fn the_service_that_was_polled_ready_is_called_unless_refused() {
    let issuer = issuer();
    let strict = Strict::default();
    let calls = Arc::clone(&strict.calls);
    let guarded = RequireLayer::new(Policy::VALID_TOKEN).layer(strict);
    let mut service = ValidatorLayer::new(validator(&issuer)).layer(guarded);
    let token = issuer.token().sign();
    for (token, expected) in [(Some(token.as_str()), 1), (None, 1), (Some("rubbish"), 1), (Some(&token), 2)] {
        let Ok(service) = ServiceExt::<Request<Body>>::ready(&mut service).await;
        let Ok(_) = service.call(support::get("/", token)).await;
        assert_eq!(calls.load(Ordering::Relaxed), expected, "{token:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_layer_refuses_before_the_body_is_sent() {
    async fn store(Json(body): Json<Vec<u32>>) -> String {
        body.len().to_string()
    }
    let issuer = issuer();
    let app = Router::new()
        .route("/", post(store))
        .layer(RequireLayer::new(roles("staff")))
        .layer(ValidatorLayer::new(validator(&issuer)));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    tokio::spawn(async { axum::serve(listener, app).await });
    let (staff, stranger) = (issuer.token().roles(["staff"]).sign(), issuer.token().sign());
    let json = || RawRequest::new("POST", "/").header("Content-Type", "application/json");
    let rows = [
        ("no token", json().announce_body(10_000_000), 401),
        ("a bad token", json().bearer("rubbish").announce_body(10_000_000), 401),
        ("a token without the role", json().bearer(&stranger).announce_body(10_000_000), 403),
        ("two tokens", json().bearer(&staff).bearer(&staff).announce_body(10_000_000), 400),
        ("a valid request", json().bearer(&staff).body("[1]"), 200),
    ];
    for (name, request, expected) in rows {
        let sent = tokio::task::spawn_blocking(move || request.send(address));
        let response = sent.await.expect("no panic").expect("an answer");
        assert_eq!(response.status(), expected, "{name}");
    }
}

/// An application's own error page instead of the JSON body.
async fn page(response: Response<Body>) -> Response<Body> {
    match response.extensions().get::<Refusal>() {
        Some(refusal) => {
            let page = format!("<h1>{}</h1>", refusal.error_description());
            let html = [(CONTENT_TYPE, "text/html")];
            (refusal.status(), refusal.headers(), html, page).into_response()
        }
        None => response,
    }
}

#[tokio::test]
async fn a_refusal_can_be_rendered_differently_and_keeps_status_and_headers() {
    let issuer = issuer();
    let down = Validator::builder().audience(AUDIENCE).issuer("http://127.0.0.1:9").build();
    let routes = || {
        Router::new()
            .route("/guarded", get(read))
            .route("/layered", get(|| async { "ok" }).layer(RequireLayer::new(roles("staff"))))
            .route("/own", get(|| async { (axum::http::StatusCode::FORBIDDEN, "the handler's own") }))
    };
    let sound = routes().layer(ValidatorLayer::new(validator(&issuer)));
    let down = routes().layer(ValidatorLayer::new(down.expect("it starts without keys")));
    let token = issuer.token();
    let (plain, foreign) = (token.sign(), token.issuer("http://127.0.0.1:9").sign());
    let rows = [
        (&sound, None, 401, "An access token is required"),
        (&sound, Some("rubbish"), 401, "The access token is malformed"),
        (&sound, Some("a,b"), 400, "The request must carry one Authorization header with one Bearer token"),
        (&sound, Some(plain.as_str()), 403, "The access token does not grant what this resource requires"),
        (&down, Some(foreign.as_str()), 503, "The access token cannot be checked at the moment"),
        (&routes(), None, 500, "The server is not set up to check access tokens"),
    ];
    for (app, token, expected, description) in rows {
        for path in ["/guarded", "/layered"] {
            let original = send(app, support::get(path, token)).await;
            let rendered = send(&app.clone().layer(map_response(page)), support::get(path, token)).await;
            assert_eq!(original.status(), expected, "{path} {token:?}");
            assert_eq!(rendered.status(), expected, "{path} {token:?}");
            for header in [WWW_AUTHENTICATE, CACHE_CONTROL, RETRY_AFTER] {
                let (original, rendered) = (original.headers().get(&header), rendered.headers().get(&header));
                assert_eq!(original, rendered, "{path} {token:?} {header}");
            }
            assert_eq!(challenge(&original).is_some(), expected < 500, "{path} {token:?}");
            assert_eq!(rendered.headers()[CONTENT_TYPE], "text/html");
            assert_eq!(text(rendered).await, format!("<h1>{description}</h1>"));
            let json = text(original).await;
            assert!(json.starts_with(r#"{"error":"#) && json.contains(description), "{json}");
        }
        let own = app.clone().layer(map_response(page));
        assert_eq!(answer(&own, support::get("/own", None)).await, (403, "the handler's own".to_owned()));
    }
}
