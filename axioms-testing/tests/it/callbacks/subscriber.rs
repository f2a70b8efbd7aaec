//! A subscriber may ask the validator for its health, panic, or hang.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use axioms_core::Algorithm;
use axioms_core::http::StatusCode;
use axioms_testing::{Behaviour, Endpoint, TestClock};

use super::{begin, end, issuer};
use crate::common::{hooks, lacks_keys, verdict};

/// A subscriber may hang. Before it is called, new keys must be in use and withdrawn keys out of
/// use.
#[test]
fn keys_are_published_before_they_are_logged() {
    let clock = TestClock::new();
    let (issuer, builder) = issuer(&clock);
    let validator = builder.build().unwrap();
    let (sender, seen) = channel();
    let sender = Mutex::new(sender);
    let _hooked = hooks::on(&issuer, {
        let validator = validator.clone();
        move |name| {
            if name == "axioms.key_skipped" || name == "axioms.keys_fresh" {
                let key_ids = validator.health().issuers.remove(0).key_ids;
                let _ = sender.lock().unwrap().send((name.to_owned(), key_ids));
            }
        }
    });
    let old = issuer.key(Algorithm::ES256);
    let new = issuer.rotate(Algorithm::ES256);
    issuer.withdraw(old.kid());
    issuer.add_jwk(serde_json::json!({"kty": "odd"}));
    clock.advance(Duration::from_secs(3600));
    for name in ["axioms.key_skipped", "axioms.keys_fresh"] {
        assert_eq!(end(&seen, name), (name.to_owned(), vec![new.clone()]));
    }
}

#[test]
fn the_event_of_a_failed_fetch_may_ask_for_health_and_may_panic() {
    let clock = TestClock::new();
    let (issuer, builder) = issuer(&clock);
    let validator = builder.build().unwrap();
    let (sender, alerts) = channel();
    let sender = Mutex::new(sender);
    let _hooked = hooks::on(&issuer, {
        let validator = validator.clone();
        move |name| {
            if name == "axioms.fetch_failed" {
                let _ = sender.lock().unwrap().send(validator.health());
                panic!("a subscriber that breaks");
            }
        }
    });

    issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
    clock.advance(Duration::from_secs(3600));
    let health = end(&alerts, "the event");
    let keys = &health.issuers[0];
    assert_eq!((health.is_ready(), keys.fetches, keys.failed_fetches), (true, 2, 1));
    assert!(keys.last_error.as_ref().is_some_and(|error| error.contains("503")), "{keys:?}");

    // The panic ends neither the thread nor the wait of a request.
    issuer.behave(Endpoint::Jwks, Behaviour::Normal);
    issuer.rotate(Algorithm::ES256);
    clock.advance(Duration::from_secs(1));
    issuer.wait_for_fetches(3);
    assert_eq!(verdict(&validator, &issuer.token().sign()), Ok(()));
}

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A subscriber can hang, for example on a full pipe. It then holds only the thread of the fetch. A
/// request waits no longer than a fetch may take.
#[test]
fn a_fetch_that_hangs_is_abandoned_and_its_waiters_are_answered() {
    let clock = TestClock::new();
    let (issuer, builder) = issuer(&clock);
    let validator = builder.build().unwrap();
    let (release, released) = channel::<()>();
    let released = Mutex::new(released);
    let _hooked = hooks::on(&issuer, move |name| {
        if name == "axioms.fetch" {
            // Blocks until the test drops the other end.
            let _ = released.lock().unwrap().recv();
        }
    });

    issuer.rotate(Algorithm::ES256);
    let token = issuer.token().sign();
    let woken = Arc::new(Count::default());
    let waker = Waker::from(woken.clone());
    let mut context = Context::from_waker(&waker);
    let mut waiting = pin!(validator.validate_async(&token));
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    let blocking = {
        let (validator, token) = (validator.clone(), token.clone());
        begin(move || verdict(&validator, &token))
    };
    assert!(lacks_keys(&end(&blocking, "a request that blocks")));
    let is_woken = begin(move || {
        while woken.0.load(Ordering::Relaxed) == 0 {
            thread::yield_now();
        }
    });
    end(&is_woken, "a request that does not block");
    let Poll::Ready(Err(refusal)) = waiting.as_mut().poll(&mut context) else { panic!("its time is up") };
    assert_eq!(refusal.status(), 503);
    // The request's time may end a moment before the fetch's.
    let observer = validator.clone();
    let is_reported = begin(move || {
        loop {
            match observer.health().issuers.remove(0).last_error {
                Some(reported) => return reported,
                None => thread::yield_now(),
            }
        }
    });
    let reported = end(&is_reported, "the fetch that hangs");
    assert!(reported.contains("axioms-fetch"), "{reported}");

    // No request waits for the thread that hangs, and no second thread starts.
    for _ in 0..3 {
        clock.advance(Duration::from_secs(60));
        assert!(lacks_keys(&verdict(&validator, &token)));
    }
    assert_eq!(issuer.fetches(), 1);

    drop(release);
    let validator = validator.clone();
    let recovered = begin(move || {
        while verdict(&validator, &issuer.token().sign()).is_err() {
            clock.advance(Duration::from_secs(60));
            thread::yield_now();
        }
    });
    end(&recovered, "the outage");
}
