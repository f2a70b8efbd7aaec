//! Guards on a runtime with one thread: they wait for keys without delaying other requests.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};

use axioms_axum::{AccessToken, Policy, RequireLayer, Validator, ValidatorBuilder, ValidatorLayer, requires};
use axioms_core::Algorithm;
use axioms_testing::{AUDIENCE, Behaviour, Endpoint, TestClock, TestIssuer};
use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use tokio::task::{JoinHandle, spawn_blocking, yield_now};

use crate::support::{self, send, status};

#[requires]
async fn guarded() -> &'static str {
    "ok"
}

async fn extracted(_: AccessToken) -> &'static str {
    "ok"
}

async fn optional(_: Option<AccessToken>) -> &'static str {
    "ok"
}

const WAITING: [&str; 4] = ["/guarded", "/extracted", "/optional", "/layered"];

fn app(validator: Validator) -> Router {
    Router::new()
        .route("/guarded", get(guarded))
        .route("/extracted", get(extracted))
        .route("/optional", get(optional))
        .route("/layered", get(|| async { "ok" }).layer(RequireLayer::new(Policy::VALID_TOKEN)))
        .route("/public", get(|| async { "ok" }))
        .layer(ValidatorLayer::new(validator))
}

/// An issuer whose clock does not move, nor does that of its validators. They fetch keys at the
/// start and for requests, but not because time has passed.
fn issuer() -> Arc<TestIssuer> {
    let builder = TestIssuer::builder().algorithms([Algorithm::ES256]);
    Arc::new(builder.clock(TestClock::new()).start())
}

fn validator(issuer: &TestIssuer) -> Validator {
    builder(issuer).build().expect("a valid configuration")
}

/// A validator that has no keys yet and does not wait for them.
fn cold_validator(issuer: &TestIssuer) -> Validator {
    builder(issuer).prefetch(false).build().expect("a valid configuration")
}

fn builder(issuer: &TestIssuer) -> ValidatorBuilder {
    Validator::builder().audience(AUDIENCE).issuer(issuer.url()).clock(TestClock::new())
}

/// Waits until the issuer was asked for its keys this often. Other tasks run meanwhile.
async fn fetched(issuer: &Arc<TestIssuer>, count: usize) {
    let issuer = Arc::clone(issuer);
    spawn_blocking(move || issuer.wait_for_fetches(count)).await.expect("the keys are fetched");
}

/// Lets other tasks run until `condition` holds.
async fn until(what: &str, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(10), "{what} did not happen");
        yield_now().await;
    }
}

/// Sends this many requests at once. Returns when each is waiting or has ended.
async fn start(app: &Router, count: usize, token: &str) -> Vec<JoinHandle<u16>> {
    let started = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&started);
    let app = app.clone().layer(from_fn(move |request: Request, next: Next| {
        // With one thread, a request that was counted here reaches its guard before any other task
        // runs.
        counted.fetch_add(1, Ordering::Relaxed);
        next.run(request)
    }));
    let request = |path: &str| {
        let (app, request) = (app.clone(), support::get(path, Some(token)));
        tokio::spawn(async move { status(&app, request).await })
    };
    let requests = WAITING.into_iter().cycle().take(count).map(request).collect();
    until("all requests to start", || started.load(Ordering::Relaxed) == count).await;
    requests
}

async fn answers(requests: Vec<JoinHandle<u16>>) -> Vec<u16> {
    let mut answers = Vec::new();
    for request in requests {
        answers.push(request.await.expect("no request panics"));
    }
    answers
}

#[tokio::test(flavor = "current_thread")]
async fn while_requests_wait_for_a_new_key_all_others_are_answered() {
    let issuer = issuer();
    let app = app(validator(&issuer));
    let known = issuer.token().sign();
    issuer.rotate(Algorithm::ES256);
    let hold = issuer.hold();
    let waiting = start(&app, WAITING.len(), &issuer.token().sign()).await;
    fetched(&issuer, 2).await;

    assert_eq!(status(&app, support::get("/public", None)).await, 200);
    for path in WAITING {
        let without = if path == "/optional" { 200 } else { 401 };
        for (token, expected) in [(Some(known.as_str()), 200), (None, without), (Some("rubbish"), 401)] {
            assert_eq!(status(&app, support::get(path, token)).await, expected, "{path} {token:?}");
        }
    }
    assert!(waiting.iter().all(|request| !request.is_finished()), "they wait for the issuer");

    drop(hold);
    assert_eq!(answers(waiting).await, [200; WAITING.len()]);
    assert_eq!(issuer.fetches(), 2);
}

#[tokio::test(flavor = "current_thread")]
async fn a_thousand_cold_requests_share_one_fetch() {
    let rows = [("the keys come", Behaviour::Normal, 200), ("they do not", Behaviour::Html, 503)];
    for (name, behaviour, expected) in rows {
        let issuer = issuer();
        issuer.behave(Endpoint::Jwks, behaviour);
        let hold = issuer.hold();
        let app = app(cold_validator(&issuer));
        let waiting = start(&app, 1_000, &issuer.token().sign()).await;
        fetched(&issuer, 1).await;
        assert!(waiting.iter().all(|request| !request.is_finished()), "{name}: they wait for the issuer");

        drop(hold);
        let answers = answers(waiting).await;
        assert_eq!(answers.iter().filter(|answer| **answer == expected).count(), 1_000, "{name}");
        assert_eq!(issuer.fetches(), 1, "{name}");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "current_thread")]
async fn requests_that_wait_hold_no_threads() {
    let threads = || {
        let status = std::fs::read_to_string("/proc/self/status").expect("a process's status");
        let count =
            status.lines().find_map(|line| line.strip_prefix("Threads:")).expect("a count of threads");
        count.trim().parse::<usize>().expect("a number")
    };
    let issuer = issuer();
    let hold = issuer.hold();
    let app = app(cold_validator(&issuer));
    fetched(&issuer, 1).await;
    let before = threads();
    let waiting = start(&app, 2_000, &issuer.token().sign()).await;
    let during = threads();

    assert!(waiting.iter().all(|request| !request.is_finished()), "they wait for the issuer");
    // Other tests of this binary start threads too, but not one per request.
    assert!(during < before + 1_000, "{before} threads before, {during} while requests wait");
    drop(hold);
    assert!(answers(waiting).await.iter().all(|answer| *answer == 200));
}

/// A waker whose reference count shows how many wakers remain.
struct Observed;

impl Wake for Observed {
    fn wake(self: Arc<Self>) {}
}

#[tokio::test(flavor = "current_thread")]
async fn a_dropped_request_leaves_nothing_behind() {
    let issuer = issuer();
    let hold = issuer.hold();
    let app = app(cold_validator(&issuer));
    let token = issuer.token().sign();
    let patient = start(&app, 1, &token).await;
    for path in WAITING {
        let observed = Arc::new(Observed);
        let waker = Waker::from(Arc::clone(&observed));
        {
            let mut request = pin!(send(&app, support::get(path, Some(&token))));
            for _ in 0..2 {
                assert!(matches!(request.as_mut().poll(&mut Context::from_waker(&waker)), Poll::Pending));
            }
            assert!(Arc::strong_count(&observed) > 2, "{path}: the request waits to be woken");
        }
        assert_eq!(Arc::strong_count(&observed), 2, "{path}: only this test is left to know the waker");
    }
    drop(hold);
    assert_eq!(answers(patient).await, [200]);
    assert_eq!(issuer.fetches(), 1);
}

/// Counts the requests in progress, and those that ended without an answer.
#[derive(Default)]
struct Requests {
    alive: AtomicUsize,
    given_up: AtomicUsize,
}

struct Alive {
    requests: Arc<Requests>,
    answered: bool,
}

impl Alive {
    fn new(requests: Arc<Requests>) -> Self {
        requests.alive.fetch_add(1, Ordering::Relaxed);
        Self { requests, answered: false }
    }
}

impl Drop for Alive {
    fn drop(&mut self) {
        self.requests.given_up.fetch_add(usize::from(!self.answered), Ordering::Relaxed);
        self.requests.alive.fetch_sub(1, Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "current_thread")]
async fn a_disconnected_client_ends_its_request_before_the_issuer_answers() {
    let issuer = issuer();
    let _hold = issuer.hold();
    let requests = Arc::new(Requests::default());
    let counted = Arc::clone(&requests);
    let watch = move |request: Request, next: Next| {
        let requests = Arc::clone(&counted);
        async move {
            let mut alive = Alive::new(requests);
            let response: Response = next.run(request).await;
            alive.answered = true;
            response
        }
    };
    let app = app(cold_validator(&issuer)).layer(from_fn(watch));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("a bound socket has an address");
    tokio::spawn(async { axum::serve(listener, app).await });

    let token = issuer.token().sign();
    let client = tokio::net::TcpStream::connect(address).await.expect("a connection");
    let head = format!("GET /guarded HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\r\n");
    client.writable().await.expect("a socket to write to");
    assert_eq!(client.try_write(head.as_bytes()).expect("room for a request"), head.len());
    until("the request to arrive", || requests.alive.load(Ordering::Relaxed) == 1).await;
    drop(client);
    until("the request to end", || requests.alive.load(Ordering::Relaxed) == 0).await;
    assert_eq!(requests.given_up.load(Ordering::Relaxed), 1, "the request got no answer");
}

#[tokio::test(flavor = "current_thread")]
async fn an_issuer_that_fails_does_not_slow_requests_whose_key_is_known() {
    let issuer = issuer();
    let app = app(validator(&issuer));
    issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::BAD_GATEWAY));
    let known = issuer.token().sign();
    let unknown = issuer.token().header("kid", "invented").sign();
    assert_eq!(answers(start(&app, 100, &known).await).await, [200; 100]);
    // The first request asks the issuer, which fails; the others get the same answer.
    let flood = answers(start(&app, 100, &unknown).await).await;
    assert!(flood.iter().all(|answer| *answer == 503 || *answer == 401), "{flood:?}");
    assert_eq!(issuer.fetches(), 2);
    assert_eq!(answers(start(&app, 100, &known).await).await, [200; 100]);
}
