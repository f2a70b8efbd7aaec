//! No method reaches a guarded handler without a token: the attacks on preflights and on overridden
//! methods.

use axioms_warp::{Policy, access_token, authorized, recover, require, requires};
use warp::filters::BoxedFilter;
use warp::http::Method;
use warp::test::request;
use warp::{Filter, Reply};

use crate::support::Api;

#[requires]
async fn handler() -> &'static str {
    "reached"
}

#[requires(OPTIONS(any_scopes = "preflight"), DELETE(any_scopes = "write"))]
async fn by_method() -> &'static str {
    "reached"
}

/// A service inside the guard that takes the method from a header, as programs do for clients that
/// support only two methods.
fn service() -> BoxedFilter<(String,)> {
    let overridden = warp::header::optional("x-http-method-override");
    warp::method()
        .and(overridden)
        .map(|method: Method, instead: Option<String>| {
            format!("reached {}", instead.unwrap_or(method.to_string()))
        })
        .boxed()
}

fn routes(api: &Api) -> BoxedFilter<(impl Reply + use<>,)> {
    let demand = || require(&api.validator, Policy::VALID_TOKEN);
    let handlers = warp::path!("handler")
        .and(authorized(&api.validator))
        .then(handler)
        .or(warp::path!("by-method").and(authorized(&api.validator)).then(by_method))
        .unify();
    let token = warp::path!("token").and(access_token(&api.validator)).map(|_| "reached");
    let tree =
        warp::path("tree").and(demand()).and(warp::path!("a").or(warp::path("b")).unify()).and(service());
    let nested = warp::path("nested").and(demand()).and(warp::path("inner")).and(demand()).and(service());
    let fallback = demand().and(service());
    handlers.or(token).or(tree).or(nested).or(fallback).recover(recover).boxed()
}

#[tokio::test]
async fn no_method_reaches_a_guarded_handler_without_a_token() {
    let api = Api::start();
    let routes = routes(&api);
    let paths =
        ["/handler", "/by-method", "/token", "/tree/a", "/tree/b/c", "/nested/inner", "/anything/else"];
    let methods = [
        "OPTIONS", "HEAD", "GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "QUERY", "options",
        "OPTIONSX",
    ];
    for path in paths {
        for method in methods {
            for instead in [None, Some("DELETE"), Some("OPTIONS"), Some("GET")] {
                let mut sent =
                    request().method(method).path(path).header("access-control-request-method", "DELETE");
                if let Some(instead) = instead {
                    sent = sent.header("x-http-method-override", instead);
                }
                let response = sent.reply(&routes).await;
                assert_eq!(response.status(), 401, "{method} {path} {instead:?}");
                assert!(!response.body().starts_with(b"reached"), "{method} {path} {instead:?}");
            }
        }
    }
}

/// CORS is outside the guard and answers the preflight; the guard never sees it.
#[tokio::test]
async fn cors_outside_the_guard_answers_preflights() {
    let api = Api::start();
    let cors = warp::cors()
        .allow_origin("https://app.example.com")
        .allow_methods([Method::GET, Method::DELETE])
        .allow_header("authorization")
        .expose_header("www-authenticate");
    let routes = routes(&api).with(cors);
    let preflight = request()
        .method("OPTIONS")
        .path("/handler")
        .header("origin", "https://app.example.com")
        .header("access-control-request-method", "DELETE")
        .header("access-control-request-headers", "authorization");
    let response = preflight.reply(&routes).await;
    assert_eq!(response.status(), 200);
    assert!(response.body().is_empty());
    let refused = request().path("/handler").header("origin", "https://app.example.com").reply(&routes).await;
    assert_eq!(refused.status(), 401);
    assert_eq!(refused.headers()["access-control-allow-origin"], "https://app.example.com");
    assert!(
        refused.headers()["access-control-expose-headers"].to_str().unwrap().contains("www-authenticate")
    );
}
