//! The body of a refused request is read to its end, within limits.

use std::convert::Infallible;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axioms_tower::http::header::EXPECT;
use axioms_tower::http::{HeaderValue, Request, Response, StatusCode};
use axioms_tower::{
    HeldBody, Policy, RequireLayer, Validator, ValidatorBuilder, ValidatorLayer, authorize, response,
};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Bytes, Frame};
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use hyper_util::service::TowerToHyperService;
use tokio::task::yield_now;
use tower::{Layer as _, ServiceBuilder, ServiceExt as _, service_fn};

use super::{builder, issuer, request};

/// What a test can see of a body.
#[derive(Debug, Default)]
struct Seen {
    polls: AtomicUsize,
    bytes: AtomicUsize,
    dropped: AtomicBool,
}

impl Seen {
    fn polls(&self) -> usize {
        self.polls.load(Ordering::Relaxed)
    }

    fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    fn is_dropped(&self) -> bool {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Lets other tasks run until the body is dropped.
    async fn until_dropped(&self) {
        while !self.is_dropped() {
            yield_now().await;
        }
    }
}

/// A body of `count` frames of `size` bytes; without any, it is never ready.
struct Frames {
    size: usize,
    left: Option<usize>,
    seen: Arc<Seen>,
}

impl Frames {
    fn new(size: usize, left: usize) -> (Self, Arc<Seen>) {
        let seen = Arc::default();
        (Self { size, left: Some(left), seen: Arc::clone(&seen) }, seen)
    }

    fn endless(size: usize) -> (Self, Arc<Seen>) {
        Self::new(size, usize::MAX)
    }

    fn silent() -> (Self, Arc<Seen>) {
        let (mut body, seen) = Self::new(1, 0);
        body.left = None;
        (body, seen)
    }
}

impl Body for Frames {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.seen.polls.fetch_add(1, Ordering::Relaxed);
        match self.left {
            None => Poll::Pending,
            Some(0) => Poll::Ready(None),
            Some(left) => {
                self.left = Some(left - 1);
                self.seen.bytes.fetch_add(self.size, Ordering::Relaxed);
                Poll::Ready(Some(Ok(Frame::data(Bytes::from(vec![0; self.size])))))
            }
        }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        self.seen.dropped.store(true, Ordering::Relaxed);
    }
}

/// Sends a body without a token to a guard inside `layer`.
async fn refuse(layer: &ValidatorLayer, request: Request<Frames>) {
    let guarded = ServiceBuilder::new().layer(layer.clone()).layer(RequireLayer::new(Policy::VALID_TOKEN));
    let service = guarded.service(service_fn(async |_: Request<HeldBody<Frames>>| {
        Ok::<_, Infallible>(Response::new(String::new()))
    }));
    let Ok(response) = service.oneshot(request).await;
    assert_eq!(response.status(), 401);
}

fn validator(limit: usize) -> Validator {
    builder(&issuer()).drain(limit).build().expect("a valid configuration")
}

#[tokio::test]
async fn the_body_of_a_refused_request_is_read_to_its_end_or_to_the_limit() {
    const KIB: usize = 1024;
    let rows = [
        ("a body below the limit", 1024 * KIB, Frames::new(64 * KIB, 10), 640 * KIB),
        ("a body of the limit", 640 * KIB, Frames::new(64 * KIB, 10), 640 * KIB),
        ("a body without an end", 640 * KIB, Frames::endless(64 * KIB), 704 * KIB),
        ("a body of one large frame", KIB, Frames::new(64 * KIB, 10), 64 * KIB),
        ("empty frames without an end", KIB, Frames::endless(0), 0),
        ("by default", 16 * 1024 * KIB, Frames::endless(64 * KIB), (16 * 1024 + 64) * KIB),
        ("switched off", 0, Frames::new(64 * KIB, 10), 0),
        ("switched off by the environment", 0, Frames::new(64 * KIB, 10), 0),
    ];
    for (name, limit, (body, seen), expected) in rows {
        let issuer = issuer();
        let builder = match name {
            "by default" => builder(&issuer),
            "switched off by the environment" => ValidatorBuilder::from_vars([
                ("AXIOMS_DRAIN", "0"),
                ("AXIOMS_AUDIENCE", "api"),
                ("AXIOMS_ISS_URL", issuer.url()),
            ]),
            _ => builder(&issuer).drain(limit),
        };
        let validator = builder.build().expect("a valid configuration");
        refuse(&ValidatorLayer::new(validator), request(None, body)).await;
        seen.until_dropped().await;
        assert_eq!(seen.bytes(), expected, "{name}");
        assert_eq!(seen.polls() == 0, limit == 0, "{name}");
        assert!(seen.polls() <= limit + 1, "{name}: an empty frame counts too");
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_sends_nothing_is_dropped_at_the_time_limit() {
    let default = ValidatorLayer::new(validator(1024));
    let rows = [
        (default.clone(), Some(Duration::from_secs(5))),
        (default.clone().drain_time(Duration::from_millis(10)), Some(Duration::from_millis(10))),
        (default.drain_time(Duration::ZERO), None),
    ];
    for (layer, time) in rows {
        let (body, seen) = Frames::silent();
        refuse(&layer, request(None, body)).await;
        yield_now().await;
        assert_eq!(seen.is_dropped(), time.is_none(), "{time:?}");
        if let Some(time) = time {
            tokio::time::sleep(time / 2).await;
            assert!(!seen.is_dropped(), "{time:?}");
            tokio::time::sleep(time).await;
            assert!(seen.is_dropped(), "{time:?}");
        } else {
            assert_eq!(seen.polls(), 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn at_most_sixty_four_refused_bodies_are_read_at_a_time() {
    let layer = ValidatorLayer::new(validator(1024));
    let mut bodies = Vec::new();
    for _ in 0..100 {
        let (body, seen) = Frames::silent();
        refuse(&layer.clone(), request(None, body)).await;
        bodies.push(seen);
    }
    assert_eq!(bodies.iter().filter(|seen| !seen.is_dropped()).count(), 64);
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert!(bodies.iter().all(|seen| seen.is_dropped()));

    let (body, seen) = Frames::new(10, 10);
    refuse(&layer, request(None, body)).await;
    seen.until_dropped().await;
    assert_eq!(seen.bytes(), 100, "there is room again");
}

#[tokio::test]
async fn a_client_that_expects_100_continue_gets_only_the_refusal() {
    for value in ["100-continue", "100-Continue", "something else"] {
        let (body, seen) = Frames::new(10, 10);
        let mut request = request(None, body);
        request.headers_mut().insert(EXPECT, HeaderValue::from_static(value));
        refuse(&ValidatorLayer::new(validator(1024)), request).await;
        seen.until_dropped().await;
        assert_eq!(seen.polls(), 0, "{value}");
    }
}

#[tokio::test]
async fn only_the_rest_of_a_refused_body_is_read() {
    let issuer = issuer();
    let token = issuer.token().sign();
    let staff = Policy::builder().any_roles(["staff"]).build().expect("a valid policy");
    // Reads one frame of the body, then answers, possibly with its own refusal.
    let service = service_fn(async |request: Request<HeldBody<Frames>>| {
        let (mut parts, mut body) = request.into_parts();
        drop(body.frame().await);
        let refusal = authorize(&mut parts, &staff).await.err().filter(|_| parts.uri.path() == "/staff");
        Ok::<_, Infallible>(refusal.map_or_else(|| Response::new(String::new()), response))
    });
    let service =
        ValidatorLayer::new(builder(&issuer).build().expect("a valid configuration")).layer(service);
    for (path, expect, status, bytes) in [("/staff", false, 403, 100), ("/staff", true, 403, 100)] {
        let (body, seen) = Frames::new(10, 10);
        let mut request = request(Some(&token), body);
        *request.uri_mut() = path.parse().expect("a path");
        if expect {
            // The body was polled, so the service has read it.
            request.headers_mut().insert(EXPECT, HeaderValue::from_static("100-continue"));
        }
        let Ok(response) = service.clone().oneshot(request).await;
        assert_eq!(response.status(), status, "{path}");
        seen.until_dropped().await;
        assert_eq!(seen.bytes(), bytes, "{path}");
    }
}

#[tokio::test]
async fn the_body_of_an_accepted_request_is_left_alone() {
    let issuer = issuer();
    let token = issuer.token().sign();
    let service = ServiceBuilder::new()
        .layer(ValidatorLayer::new(builder(&issuer).build().expect("a valid configuration")))
        .layer(RequireLayer::new(Policy::VALID_TOKEN))
        .service(service_fn(async |_: Request<HeldBody<Frames>>| {
            let mut response = Response::new(String::new());
            *response.status_mut() = StatusCode::UNAUTHORIZED;
            Ok::<_, Infallible>(response)
        }));
    let (body, seen) = Frames::new(10, 10);
    let Ok(_) = service.oneshot(request(Some(&token), body)).await;
    assert!(seen.is_dropped() && seen.polls() == 0, "{seen:?}");
}

#[tokio::test]
async fn a_request_without_a_body_is_passed_on_as_it_came() {
    let service = service_fn(async |request: Request<HeldBody<Full<Bytes>>>| {
        Ok::<_, Infallible>(Response::new(request.into_body().into_inner().is_ok()))
    });
    let service = ValidatorLayer::new(validator(1024)).layer(service);
    for (body, plain) in [("", true), ("seven", false)] {
        let Ok(response) = service.clone().oneshot(request(None, Full::from(body))).await;
        assert_eq!(response.into_body(), plain, "{body}");
    }
}

#[test]
fn a_service_on_no_runtime_refuses_and_drops_the_body() {
    let (body, seen) = Frames::new(10, 10);
    let layer = ValidatorLayer::new(validator(1024));
    let mut refused = pin!(refuse(&layer, request(None, body)));
    let ready = refused.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(ready.is_ready());
    assert!(seen.is_dropped() && seen.polls() == 0, "{seen:?}");
}

#[tokio::test]
async fn an_upload_over_http_2_is_read_to_its_end_and_the_connection_goes_on() {
    let (client, server) = tokio::io::duplex(64 * 1024);
    let service = ServiceBuilder::new()
        .layer(ValidatorLayer::new(validator(16 * 1024 * 1024)))
        .layer(RequireLayer::new(Policy::VALID_TOKEN))
        .service(service_fn(async |_: Request<HeldBody<hyper::body::Incoming>>| {
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::from("reached".to_owned())))
        }));
    tokio::spawn(async move {
        let server_builder = auto::Builder::new(TokioExecutor::new()).http2_only();
        drop(server_builder.serve_connection(TokioIo::new(server), TowerToHyperService::new(service)).await);
    });
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(client))
            .await
            .expect("a connection");
    tokio::spawn(connection);
    for _ in 0..3 {
        let (body, seen) = Frames::new(16 * 1024, 640);
        let mut request = request(None, body);
        *request.uri_mut() = "http://localhost/".parse().expect("an address");
        let response = sender.send_request(request).await.expect("an answer");
        assert_eq!(response.status(), 401);
        let body = response.into_body().collect().await.expect("the whole answer");
        assert!(!body.to_bytes().is_empty());
        seen.until_dropped().await;
        assert_eq!(seen.bytes(), 10 * 1024 * 1024);
    }
}

#[tokio::test]
async fn nested_layers_share_one_limit() {
    const KIB: usize = 1024;
    let (body, seen) = Frames::endless(64 * KIB);
    let layer = || ValidatorLayer::new(validator(640 * KIB));
    let guarded = ServiceBuilder::new()
        .layer(layer())
        .layer(layer())
        .layer(layer())
        .layer(RequireLayer::new(Policy::VALID_TOKEN));
    let service = guarded.service(service_fn(async |_: Request<HeldBody<HeldBody<HeldBody<Frames>>>>| {
        Ok::<_, Infallible>(Response::new(String::new()))
    }));
    let Ok(response) = service.oneshot(request(None, body)).await;
    assert_eq!(response.status(), 401);
    seen.until_dropped().await;
    assert_eq!(seen.bytes(), 704 * KIB);
}
