//! Code of others that a validator calls, subscribers and wakers, may call the validator in turn. In a process of its own,
//! which has one subscriber.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken test should stop where it broke"
)]

use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Wake, Waker};
use std::thread;
use std::time::Duration;

use axioms_core::http::StatusCode;
use axioms_core::testing::{AUDIENCE, Behaviour, Endpoint, TestClock, TestIssuer};
use axioms_core::{Algorithm, Health, Validator};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Never dropped, so that a failure is told, where a validator that hangs could not be dropped.
static VALIDATOR: OnceLock<Validator> = OnceLock::new();

/// Looks at the keys' health when they could not be fetched, as an alert does that says how long they still serve; and
/// panics then.
struct Alert(Mutex<Sender<Health>>);

impl Subscriber for Alert {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "axioms"
    }

    fn event(&self, event: &Event<'_>) {
        if let (Some(validator), "axioms.fetch_failed") = (VALIDATOR.get(), event.metadata().name()) {
            let _ = self.0.lock().unwrap().send(validator.health());
            panic!("the alert cannot be sent, and nobody thought of that");
        }
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// How long a call may take before the test takes it for one that never ends.
const PATIENCE: Duration = Duration::from_secs(20);

#[test]
fn the_event_of_a_failed_fetch_may_ask_for_health_and_may_panic() {
    let (sender, alerts) = channel();
    tracing::subscriber::set_global_default(Alert(Mutex::new(sender))).expect("nobody else logs");
    let clock = TestClock::new();
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).clock(clock.clone());
    VALIDATOR.set(validator.build().unwrap()).unwrap();

    issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
    clock.advance(Duration::from_secs(3600));
    let health = alerts.recv_timeout(PATIENCE).expect("the event does not block its thread");
    let keys = &health.issuers[0];
    assert_eq!((health.is_ready(), keys.fetches, keys.failed_fetches), (true, 2, 1));
    assert!(keys.last_error.as_ref().is_some_and(|error| error.contains("503")), "{keys:?}");

    // The panic ends neither the thread nor the wait of a request.
    issuer.behave(Endpoint::Jwks, Behaviour::Normal);
    issuer.rotate(Algorithm::ES256);
    clock.advance(Duration::from_secs(1));
    issuer.wait_for_fetches(3);
    assert!(VALIDATOR.get().unwrap().validate(&issuer.token().sign()).is_ok());
}

/// Stands for a task that ends with its last waker, and another wait for keys with it.
struct Task(Validator);

impl Wake for Task {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Task {
    fn drop(&mut self) {
        let _ = self.0.health();
    }
}

#[test]
fn a_waker_that_is_dropped_may_end_a_task_of_the_same_validator() {
    let (sender, done) = channel();
    thread::spawn(move || {
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
        let _hold = issuer.hold();
        let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).prefetch(false);
        let validator = builder.build().unwrap();
        let token = issuer.token().sign();
        let mut request = Box::pin(validator.validate_async(&token));
        for what in ["the first", "another in its place"] {
            let waker = Waker::from(Arc::new(Task(validator.clone())));
            assert!(request.as_mut().poll(&mut Context::from_waker(&waker)).is_pending(), "{what}");
        }
        drop(request);
        sender.send(()).unwrap();
    });
    done.recv_timeout(PATIENCE).expect("no waker is dropped under the lock");
}
