//! What only a real connection shows: repeated header lines, bodies that never come, a runtime that must not block.

#![allow(clippy::expect_used, clippy::unwrap_used, missing_docs, reason = "a test may stop where it broke")]

mod support;

use std::convert::Infallible;
use std::time::Duration;

use axioms_core::testing::RawRequest;
use axioms_warp::{Policy, authorized, recover, requires};
use support::{Api, bearer, send, serve, text};
use warp::http::{Request, Response};
use warp::{Filter, Reply};

#[requires(any_scopes = "read:messages")]
async fn messages() -> Result<impl Reply, Infallible> {
    Ok("messages")
}

#[requires(any_scopes = "write:messages")]
async fn post(message: serde_json::Value) -> String {
    message.to_string()
}

#[tokio::test]
async fn a_refused_request_gets_the_answer_of_core_byte_for_byte() {
    let api = Api::start();
    let route = warp::path!("messages").and(authorized(&api.validator)).and_then(messages);
    let address = serve(route.recover(recover)).await;
    let policy = Policy::builder().any_scopes(["read:messages"]).build().unwrap();
    let good = api.granted("read:messages");
    let rows: &[(&str, &[&str], u16)] = &[
        ("no credentials", &[], 401),
        ("another scheme", &["Basic YTpi"], 401),
        ("a scheme in lower case", &[&good.replace("Bearer", "bearer")], 200),
        ("no token", &["Bearer"], 400),
        ("two tokens", &["Bearer a, Bearer b"], 400),
        ("two lines", &[&good, &good], 400),
        ("a second line of another scheme", &[&good, "Basic YTpi"], 400),
        ("not a token", &["Bearer abc"], 401),
        ("not UTF-8", &["Bearer \u{e9}"], 400),
        ("expired", &[&bearer(&api.token().scopes(["read:messages"]).expired())], 401),
        ("another audience", &[&bearer(&api.token().audience("https://other.example"))], 401),
        ("no scope", &[&bearer(&api.token())], 403),
        ("another scope", &[&api.granted("read:message")], 403),
        ("the scope", &[&good], 200),
    ];
    for (name, lines, status) in rows {
        let mut by_core = Request::builder();
        let mut by_warp = RawRequest::get("/messages");
        for line in *lines {
            by_core = by_core.header("authorization", line.as_bytes());
            by_warp = by_warp.header("authorization", line);
        }
        let answer = send(by_warp, address).await;
        assert_eq!(answer.status(), *status, "{name}");
        match api.validator.authorize(&by_core.body(()).unwrap(), &policy) {
            Ok(_) => assert_eq!(text(&answer), "messages", "{name}"),
            Err(refusal) => assert_same(&answer, &refusal.into(), name),
        }
    }
}

/// The server adds headers of its own, such as `Date`; every one of core's must be there, and once.
fn assert_same(answer: &Response<Vec<u8>>, expected: &Response<String>, name: &str) {
    assert_eq!(answer.status(), expected.status(), "{name}");
    assert_eq!(text(answer), expected.body(), "{name}");
    for (header, value) in expected.headers() {
        let values: Vec<_> = answer.headers().get_all(header).iter().collect();
        assert_eq!(values, [value], "{name}: {header}");
    }
}

#[tokio::test]
async fn a_refusal_does_not_wait_for_the_body() {
    let api = Api::start();
    let route = warp::path!("messages")
        .and(warp::post())
        .and(authorized(&api.validator))
        .and(warp::body::json())
        .then(post);
    let address = serve(route.recover(recover)).await;
    let announced = RawRequest::new("POST", "/messages").announce_body(1_000_000);
    assert_eq!(send(announced.clone(), address).await.status(), 401);
    let denied = announced.header("authorization", api.granted("read:messages"));
    assert_eq!(send(denied, address).await.status(), 403);
    let allowed = RawRequest::new("POST", "/messages")
        .header("authorization", api.granted("write:messages"))
        .header("content-type", "application/json")
        .body("[1]");
    assert_eq!(text(&send(allowed, address).await), "[1]");
}

// One thread serves, so a guard that blocked it would hold up everybody.
#[tokio::test(flavor = "current_thread")]
async fn waiting_for_keys_holds_up_nobody_else() {
    let issuer = support::issuer();
    let hold = issuer.hold();
    let api = Api::of(issuer, |builder| builder.prefetch(false));
    let guarded = warp::path!("messages").and(authorized(&api.validator)).and_then(messages);
    let address = serve(guarded.or(warp::path!("health").map(|| "up")).recover(recover)).await;
    let waiting = RawRequest::get("/messages").header("authorization", api.granted("read:messages"));
    let waiting = tokio::spawn(send(waiting, address));
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(text(&send(RawRequest::get("/health"), address).await), "up");
    assert!(!waiting.is_finished(), "the keys are held back, so the guarded request still waits");
    drop(hold);
    assert_eq!(waiting.await.unwrap().status(), 200);
}
