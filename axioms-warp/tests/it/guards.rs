//! Each filter of the crate on its own: which requests pass, and what it extracts.

use std::convert::Infallible;

use crate::support::{Api, bearer, header, text};
use axioms_testing::{Behaviour, Endpoint};
use axioms_warp::{
    AccessToken, Authorized, Owned, Policy, Refused, access_token, authorized, authorized_with_token, claims,
    optional_access_token, recover, require, requires,
};
use warp::http::{Method, StatusCode};
use warp::test::request;
use warp::{Filter, Rejection, Reply};

#[requires(any_scopes = "read:messages")]
async fn messages() -> Result<impl Reply, Infallible> {
    Ok("messages")
}

#[requires(GET(public), POST(any_scopes = "write:messages"))]
async fn per_method(token: Option<AccessToken>) -> String {
    token.and_then(|token| token.subject().map(str::to_owned)).unwrap_or_default()
}

/// The policy of [`messages`], built at run time.
fn policy() -> Policy {
    Policy::builder().any_scopes(["read:messages"]).build().unwrap()
}

#[tokio::test]
async fn a_challenge_names_the_scopes_of_the_policy() {
    let api = Api::start();
    let route = warp::any().and(authorized(&api.validator)).and_then(messages).recover(recover);
    let answer = request().header("authorization", api.granted("other")).reply(&route).await;
    let challenge = header(answer.headers(), "www-authenticate");
    assert!(challenge.starts_with(r#"Bearer realm="test", error="insufficient_scope""#), "{challenge}");
    assert!(challenge.ends_with(r#"scope="read:messages""#), "{challenge}");
    assert_eq!(header(answer.headers(), "cache-control"), "no-store");
}

#[tokio::test]
async fn head_is_guarded_like_get() {
    let api = Api::start();
    let route = warp::any().and(authorized(&api.validator)).and_then(messages).recover(recover);
    for method in ["GET", "HEAD"] {
        let refused = request().method(method).reply(&route).await;
        assert_eq!(refused.status(), 401, "{method}");
        let granted = api.granted("read:messages");
        let passed = request().method(method).header("authorization", granted).reply(&route).await;
        assert_eq!(passed.status(), 200, "{method}");
    }
}

#[tokio::test]
async fn each_method_has_its_demand_and_others_are_refused() {
    let api = Api::start();
    let route = authorized(&api.validator)
        .and(optional_access_token(&api.validator))
        .then(per_method)
        .recover(recover);
    let write = bearer(&api.token().subject("alice").scopes(["write:messages"]));
    let rows = [
        ("GET", None, 200, ""),
        ("HEAD", None, 200, ""),
        ("GET", Some(&write), 200, "alice"),
        ("POST", None, 401, ""),
        ("POST", Some(&write), 200, "alice"),
        ("DELETE", Some(&write), 403, ""),
        ("OPTIONS", None, 401, ""),
    ];
    for (method, authorization, status, subject) in rows {
        let mut sent = request().method(method);
        if let Some(authorization) = authorization {
            sent = sent.header("authorization", authorization);
        }
        let answer = sent.reply(&route).await;
        assert_eq!(answer.status(), status, "{method}");
        if status == 200 {
            assert_eq!(text(&answer), subject, "{method}");
        }
    }
}

#[tokio::test]
async fn a_public_method_ignores_credentials() {
    #[requires(GET(public))]
    async fn open() -> &'static str {
        "open"
    }
    let api = Api::start();
    let route = authorized(&api.validator).then(open).recover(recover);
    let answer = request().header("authorization", "Bearer rubbish").reply(&route).await;
    assert_eq!((answer.status().as_u16(), text(&answer)), (200, "open"));
}

#[tokio::test]
async fn a_handler_that_takes_the_token_gets_one_or_is_not_reached() {
    #[requires(GET(public), PUT(any_scopes = "write"))]
    async fn subject(token: AccessToken) -> String {
        token.subject().unwrap_or_default().to_owned()
    }
    let api = Api::start();
    let route = authorized_with_token(&api.validator).then(subject).recover(recover);
    let alice = bearer(&api.token().subject("alice"));
    let answer = request().header("authorization", &alice).reply(&route).await;
    assert_eq!((answer.status().as_u16(), text(&answer)), (200, "alice"));
    assert_eq!(request().reply(&route).await.status(), 401, "a public method brings no token");
    let denied = request().method("PUT").header("authorization", &alice).reply(&route).await;
    assert_eq!(denied.status(), 403);
}

#[tokio::test]
async fn a_token_is_extracted_or_refused() {
    let api = Api::start();
    let filter = access_token(&api.validator);
    let alice = bearer(&api.token().subject("alice"));
    let token = request().header("authorization", alice).filter(&filter).await.unwrap();
    assert_eq!(token.subject(), Some("alice"));
    for authorization in ["", "Basic YTpi", "Bearer", "Bearer abc"] {
        let rejection = request().header("authorization", authorization).filter(&filter).await.unwrap_err();
        assert!(rejection.find::<Refused>().is_some(), "{authorization:?}");
    }
}

#[tokio::test]
async fn an_optional_token_is_none_only_without_credentials() {
    let api = Api::start();
    let filter = optional_access_token(&api.validator);
    let token = |authorization: Option<String>| {
        let sent = request();
        match authorization {
            Some(value) => sent.header("authorization", value),
            None => sent,
        }
        .filter(&filter)
    };
    assert!(token(None).await.unwrap().is_none());
    assert!(token(Some("Basic YTpi".to_owned())).await.unwrap().is_none());
    assert!(token(Some(bearer(&api.token()))).await.unwrap().is_some());
    for bad in ["Bearer".to_owned(), "Bearer abc".to_owned(), bearer(&api.token().expired())] {
        assert!(token(Some(bad)).await.is_err());
    }
}

#[tokio::test]
async fn claims_are_read_as_a_type_or_the_request_is_refused() {
    #[derive(serde::Deserialize)]
    struct Tenant {
        tenant: String,
        #[serde(default)]
        plan: Option<u8>,
    }
    let api = Api::start();
    let tenant = claims::<Tenant>(&api.validator);
    let route = tenant.map(|Tenant { tenant, plan }| format!("{tenant} {}", plan.unwrap_or_default()));
    let route = route.recover(recover);
    for (name, token, status, words) in [
        ("fits", Some(api.token().claim("tenant", "acme")), 200, "acme 0"),
        ("optional", Some(api.token().claim("tenant", "acme").claim("plan", 3)), 200, "acme 3"),
        ("absent", Some(api.token()), 403, "insufficient_scope"),
        ("another type", Some(api.token().claim("tenant", 715_517)), 403, "insufficient_scope"),
        ("null", Some(api.token().claim("tenant", serde_json::Value::Null)), 403, "insufficient_scope"),
        ("expired", Some(api.token().claim("tenant", "acme").expired()), 401, "invalid_token"),
        ("no token", None, 401, "An access token is required"),
    ] {
        let mut sent = request();
        if let Some(token) = token {
            sent = sent.header("authorization", bearer(&token));
        }
        let answer = sent.reply(&route).await;
        assert_eq!(answer.status(), status, "{name}");
        assert!(text(&answer).contains(words) && !text(&answer).contains("715517"), "{name}");
    }
}

#[tokio::test]
async fn a_tree_is_guarded_whatever_the_method() {
    let api = Api::start();
    let tree = warp::path!("list").or(warp::path!("flush").and(warp::post())).map(|_| "inside");
    let route = warp::path("admin").and(require(&api.validator, policy())).and(tree).recover(recover);
    let granted = api.granted("read:messages");
    let rows = [
        ("GET", "/admin/list", None, 401),
        ("GET", "/admin/list", Some(&granted), 200),
        ("OPTIONS", "/admin/list", None, 401),
        ("TRACE", "/admin/list", None, 401),
        ("POST", "/admin/flush", None, 401),
        ("GET", "/admin/nowhere", None, 401),
        ("GET", "/admin/nowhere", Some(&granted), 404),
        ("GET", "/elsewhere", None, 404),
    ];
    for (method, path, authorization, status) in rows {
        let mut sent = request().method(method).path(path);
        if let Some(authorization) = authorization {
            sent = sent.header("authorization", authorization);
        }
        assert_eq!(sent.reply(&route).await.status(), status, "{method} {path}");
    }
}

#[tokio::test]
async fn the_validator_says_which_methods_are_safe() {
    let api = Api::configured(|builder| builder.safe_methods([Method::TRACE]));
    let route = require(&api.validator, policy()).map(warp::reply).recover(recover);
    assert_eq!(request().method("TRACE").reply(&route).await.status(), 200);
    assert_eq!(request().method("OPTIONS").reply(&route).await.status(), 401);
}

#[derive(Owned)]
struct Article {
    #[owner]
    author: &'static str,
}

#[tokio::test]
async fn ownership_is_checked_in_a_handler_or_in_a_filter_before_it() {
    async fn in_handler(token: AccessToken, article: Article) -> Result<impl Reply, Refused> {
        token.require_owner(&article)?;
        Ok("edited")
    }
    async fn in_filter(token: AccessToken, article: Article) -> Result<Article, Rejection> {
        token.require_owner(&article).map_err(Refused::from)?;
        Ok(article)
    }
    let api = Api::start();
    let of_alice = warp::any().map(|| Article { author: "alice" });
    let token = access_token(&api.validator);
    let handler = warp::path!("handler").and(token.clone()).and(of_alice).then(in_handler);
    let filter = warp::path!("filter").and(token).and(of_alice).and_then(in_filter).map(|_| "edited");
    let routes = handler.or(filter).recover(recover);
    for path in ["/handler", "/filter"] {
        for (subject, status) in [("alice", 200), ("bob", 403)] {
            let sent = bearer(&api.token().subject(subject));
            let answer = request().path(path).header("authorization", sent).reply(&routes).await;
            assert_eq!(answer.status(), status, "{path} {subject}");
        }
    }
}

#[tokio::test]
async fn missing_keys_are_503_with_retry_after() {
    let issuer = crate::support::issuer();
    issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::INTERNAL_SERVER_ERROR));
    let api = Api::of(issuer, |builder| builder.prefetch(false));
    let route = authorized(&api.validator).and_then(messages).recover(recover);
    let answer = request().header("authorization", api.granted("read:messages")).reply(&route).await;
    assert_eq!(answer.status(), 503);
    assert!(header(answer.headers(), "retry-after").parse::<u32>().is_ok());
    assert_eq!(header(answer.headers(), "www-authenticate"), "");
}

#[tokio::test]
async fn a_guarded_handler_is_called_with_a_guard_that_its_policy_made() {
    let api = Api::start();
    let token = |scope| api.validator.validate(&api.token().subject("alice").scopes([scope]).sign()).unwrap();
    let (reader, writer) = (token("read:messages"), token("write:messages"));
    let guard = Authorized::check(&reader).unwrap();
    assert_eq!(format!("{guard:?}").matches("alice").count(), 1);
    assert!(messages(guard).await.is_ok());
    let refused = Authorized::check(&writer).map(|guard| drop(messages(guard)));
    assert_eq!(refused.unwrap_err().refusal().status(), StatusCode::FORBIDDEN);
    let rows = [
        (Method::GET, None, None),
        (Method::HEAD, None, None),
        (Method::POST, None, Some(StatusCode::UNAUTHORIZED)),
        (Method::POST, Some(&reader), Some(StatusCode::FORBIDDEN)),
        (Method::POST, Some(&writer), None),
        (Method::PUT, Some(&writer), Some(StatusCode::FORBIDDEN)),
    ];
    for (method, token, expected) in rows {
        let called = Authorized::check_for(&method, token).map(|guard| drop(per_method(guard, None)));
        assert_eq!(called.err().map(|refused| refused.refusal().status()), expected, "{method}");
    }
}
