//! No method reaches a guarded handler without a token, however the guard is added (attack I11).

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axioms_axum::{AccessToken, Policy, RequireLayer, ValidatorLayer, requires};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::handler::Handler as _;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, HeaderValue, ORIGIN,
    WWW_AUTHENTICATE,
};
use axum::http::{Method, Response};
use axum::middleware::{Next, from_fn, map_request};
use axum::routing::{any, any_service, options};
use tower::{Layer as _, service_fn};
use tower_http::cors::CorsLayer;

use crate::support::{self, answer, challenge, issuer, request, roles, send, status, validator};

/// How often a handler ran.
type Reached = Arc<AtomicUsize>;

async fn plain(State(reached): State<Reached>) -> &'static str {
    reached.fetch_add(1, Ordering::Relaxed);
    "ok"
}

#[requires]
async fn guarded(State(reached): State<Reached>) -> &'static str {
    reached.fetch_add(1, Ordering::Relaxed);
    "ok"
}

async fn extracted(_: AccessToken, State(reached): State<Reached>) -> &'static str {
    reached.fetch_add(1, Ordering::Relaxed);
    "ok"
}

/// A guard as a middleware function.
#[requires]
async fn guard(request: Request, next: Next) -> axum::response::Response {
    next.run(request).await
}

/// Takes the method from a header, as frameworks for HTML forms do.
async fn override_method(mut request: Request) -> Request {
    let method = request.headers().get("X-HTTP-Method-Override");
    if let Some(Ok(method)) = method.map(|method| Method::from_bytes(method.as_bytes())) {
        *request.method_mut() = method;
    }
    request
}

/// Every way to guard a handler. `within` is a layer between guard and handler, or around both if
/// the guard is in the handler's signature.
fn guarded_routers(
    reached: &Reached,
    within: impl Fn(Router<Reached>) -> Router<Reached>,
) -> Vec<(&'static str, &'static str, Router)> {
    let service = || {
        let reached = Arc::clone(reached);
        service_fn(move |_: Request| {
            reached.fetch_add(1, Ordering::Relaxed);
            async { Ok::<_, Infallible>(Response::new(Body::from("ok"))) }
        })
    };
    let require = || RequireLayer::new(Policy::VALID_TOKEN);
    let route = |path| within(Router::new().route(path, any(plain)));
    let routers = [
        ("handler", "/", within(Router::new().route("/", any(guarded)))),
        ("handler of one method", "/", within(Router::new().route("/", options(guarded)))),
        ("extractor", "/", within(Router::new().route("/", any(extracted)))),
        ("handler as the fallback", "/nowhere", within(Router::new().fallback(guarded))),
        ("layer", "/", route("/").layer(require())),
        ("route_layer", "/", route("/").route_layer(require())),
        ("layer of a method router", "/", within(Router::new().route("/", any(plain).layer(require())))),
        ("layer of a handler", "/", within(Router::new().route("/", any(plain.layer(require()))))),
        ("nested router", "/a/b", Router::new().nest("/a", route("/b")).layer(require())),
        ("guard in the nested router", "/a/b", Router::new().nest("/a", route("/b").layer(require()))),
        ("merged router", "/a", Router::new().merge(route("/a")).layer(require())),
        ("nest_service", "/a/b", within(Router::new().nest_service("/a", service())).layer(require())),
        (
            "guard in nest_service",
            "/a/b",
            within(Router::new().nest_service("/a", require().layer(service()))),
        ),
        ("fallback", "/nowhere", within(Router::new().fallback(plain)).layer(require())),
        ("fallback_service", "/nowhere", within(Router::new().fallback_service(service())).layer(require())),
        ("any_service", "/", within(Router::new().route("/", any_service(service()))).layer(require())),
        ("from_fn", "/", route("/").layer(from_fn(guard))),
        ("from_fn as route_layer", "/", route("/").route_layer(from_fn(guard))),
    ];
    routers.map(|(name, path, router)| (name, path, router.with_state(Arc::clone(reached)))).into()
}

#[tokio::test]
async fn no_method_reaches_a_guarded_handler_without_a_token() {
    let issuer = issuer();
    let install = ValidatorLayer::new(validator(&issuer));
    let token = issuer.token().sign();
    let reached = Reached::default();
    let overriding = |router: Router<Reached>| router.layer(map_request(override_method));
    let routers = [
        ("", guarded_routers(&reached, |router| router)),
        ("override within", guarded_routers(&reached, overriding)),
    ];
    for (within, routers) in routers {
        for (guard, path, router) in routers {
            let app = router.layer(install.clone());
            let outside = app.clone().layer(map_request(override_method));
            for (around, app) in [("", app), ("override around", outside)] {
                let name = format!("{guard}, {within}{around}");
                for method in [
                    "OPTIONS", "HEAD", "CONNECT", "TRACE", "GET", "POST", "DELETE", "QUERY", "PURGE",
                    "options",
                ] {
                    for overridden in [None, Some("DELETE"), Some("OPTIONS"), Some("HEAD"), Some("options")] {
                        let mut request = request(method, path, None, "");
                        if let Some(method) = overridden {
                            request
                                .headers_mut()
                                .insert("X-HTTP-Method-Override", HeaderValue::from_static(method));
                        }
                        let status = status(&app, request).await;
                        // A method router answers 405 before any guard if it has no handler for the
                        // method.
                        let refused = status == 401 || (guard == "handler of one method" && status == 405);
                        assert!(refused, "{name}: {method} {overridden:?}: {status}");
                    }
                }
                assert_eq!(reached.swap(0, Ordering::Relaxed), 0, "{name}");
                let with_token = status(&app, request("OPTIONS", path, Some(&token), "")).await;
                assert_eq!((with_token, reached.swap(0, Ordering::Relaxed)), (200, 1), "{name}");
            }
        }
    }
}

#[tokio::test]
async fn a_cors_layer_outside_answers_preflights_and_lets_clients_read_the_challenge() {
    let issuer = issuer();
    let reached = Reached::default();
    let cors = CorsLayer::new()
        .allow_origin(HeaderValue::from_static("https://app.example.com"))
        .allow_methods([Method::GET, Method::DELETE])
        .allow_headers([AUTHORIZATION])
        .expose_headers([WWW_AUTHENTICATE]);
    for (guard, path, router) in guarded_routers(&reached, |router| router) {
        let app = router.layer(ValidatorLayer::new(validator(&issuer))).layer(cors.clone());
        let from_page = |method| {
            let mut request = request(method, path, None, "");
            request.headers_mut().insert(ORIGIN, HeaderValue::from_static("https://app.example.com"));
            request
        };
        let mut preflight = from_page("OPTIONS");
        for (name, value) in
            [(ACCESS_CONTROL_REQUEST_METHOD, "DELETE"), (ACCESS_CONTROL_REQUEST_HEADERS, "authorization")]
        {
            preflight.headers_mut().insert(name, HeaderValue::from_static(value));
        }
        let response = send(&app, preflight).await;
        assert_eq!(response.status(), 200, "{guard}");
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "https://app.example.com", "{guard}");
        assert_eq!(response.headers()[ACCESS_CONTROL_ALLOW_HEADERS], "authorization", "{guard}");

        if guard != "handler of one method" {
            let refused = send(&app, from_page("DELETE")).await;
            assert_eq!(refused.status(), 401, "{guard}");
            assert!(challenge(&refused).is_some(), "{guard}");
            assert_eq!(refused.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "https://app.example.com", "{guard}");
            assert_eq!(refused.headers()[ACCESS_CONTROL_EXPOSE_HEADERS], "www-authenticate", "{guard}");
        }
        assert_eq!(reached.load(Ordering::Relaxed), 0, "{guard}");
    }
}

#[requires(any_roles = "staff")]
async fn staff(request: Request, next: Next) -> axum::response::Response {
    next.run(request).await
}

#[tokio::test]
async fn a_middleware_function_guards_only_its_part_of_the_router() {
    let issuer = issuer();
    let part = Router::new().route("/admin", any(|| async { "admin" })).route_layer(from_fn(staff));
    let same =
        Router::new().route("/same", any(|| async { "same" })).route_layer(RequireLayer::new(roles("staff")));
    let app = Router::new()
        .route("/.well-known/health", any(|| async { "up" }))
        .merge(part)
        .merge(same)
        .layer(ValidatorLayer::new(validator(&issuer)));
    let (staff, stranger) = (issuer.token().roles(["staff"]).sign(), issuer.token().sign());
    let rows = [
        ("/admin", [401, 403, 200]),
        ("/same", [401, 403, 200]),
        ("/.well-known/health", [200, 200, 200]),
        ("/nowhere", [404, 404, 404]),
    ];
    for (path, expected) in rows {
        for (token, expected) in [None, Some(&stranger), Some(&staff)].into_iter().zip(expected) {
            let request = support::get(path, token.map(String::as_str));
            assert_eq!(answer(&app, request).await.0, expected, "{path} {token:?}");
        }
    }
}
