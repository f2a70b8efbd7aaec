//! Code of the program that a validator calls: subscribers, recorders, wakers, clocks, executors. It may panic, hang, or
//! call the validator in turn.

mod recorder;

use std::fmt;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, Clock, Validator, ValidatorBuilder};
use axioms_testing::{AUDIENCE, Behaviour, Endpoint, TestClock, TestIssuer};

use crate::common::hooks;
use crate::common::{Verdict, lacks_keys, log, verdict};

/// How long a call may take before the test takes it for one that never ends.
const PATIENCE: Duration = Duration::from_secs(20);

/// An issuer, and the settings of a validator that trusts it. The validator is never dropped by a test that fails,
/// where it might hang.
fn issuer(clock: &TestClock) -> (TestIssuer, ValidatorBuilder) {
    log::capture();
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).clock(clock.clone());
    (issuer, builder)
}

/// Begins a call on a thread of its own. If it never ends, the test fails and does not hang.
fn begin<T: Send + 'static>(call: impl FnOnce() -> T + Send + 'static) -> Receiver<T> {
    let (sender, result) = channel();
    thread::spawn(move || {
        let _ = sender.send(call());
    });
    result
}

fn end<T>(call: &Receiver<T>, what: &str) -> T {
    call.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("{what} does not end"))
}

fn unknown_to_all(issuer: &TestIssuer, kid: &str) -> String {
    issuer.token().header("kid", kid).sign()
}

/// Whether the current thread belongs to a validator.
fn is_a_validators_thread() -> bool {
    thread::current().name().is_some_and(|name| name.starts_with("axioms-"))
}

/// A subscriber may hang: keys that have arrived must not wait for it, and nor must the end of those that are gone.
#[test]
fn keys_are_published_before_the_log_hears_of_them() {
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
                panic!("the alert cannot be sent, and nobody thought of that");
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
    let done = begin(|| {
        let (issuer, builder) = issuer(&TestClock::new());
        let _hold = issuer.hold();
        let validator = builder.prefetch(false).build().unwrap();
        let token = issuer.token().sign();
        let mut request = Box::pin(validator.validate_async(&token));
        for what in ["the first", "another in its place"] {
            let waker = Waker::from(Arc::new(Task(validator.clone())));
            assert!(request.as_mut().poll(&mut Context::from_waker(&waker)).is_pending(), "{what}");
        }
        drop(request);
    });
    end(&done, "a waker that is dropped");
}

/// A clock that calls something each time that a validator's own thread reads it.
struct Calling<F>(TestClock, F);

impl<F: Fn() + Send + Sync + 'static> Clock for Calling<F> {
    fn unix_time(&self) -> Duration {
        if is_a_validators_thread() {
            (self.1)();
        }
        self.0.unix_time()
    }

    fn monotonic(&self) -> Duration {
        if is_a_validators_thread() {
            (self.1)();
        }
        self.0.monotonic()
    }

    fn on_change(&self, waker: Waker) {
        self.0.on_change(waker);
    }
}

impl<F> fmt::Debug for Calling<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Calling").finish()
    }
}

/// Each of these is called by a validator's own thread. A wait for that thread would be a wait for itself.
#[test]
fn what_a_validators_thread_calls_may_ask_for_keys_and_gets_an_answer_at_once() {
    for caller in [from_subscriber, from_waker, from_clock] {
        let (sender, asked) = channel();
        let served = begin(move || caller(sender));
        let (what, verdict) = asked.recv_timeout(PATIENCE).expect("the call from a validator's thread ends");
        assert!(lacks_keys(&verdict), "{what}: {verdict:?}");
        assert_eq!(end(&served, what), Ok(()), "{what}: and the request whose key was fetched is served");
    }
}

type Asked = Sender<(&'static str, Verdict)>;

/// In the middle of the fetch, when the keys have changed.
fn from_subscriber(asked: Asked) -> Verdict {
    let (issuer, builder) = issuer(&TestClock::new());
    let validator = builder.build().unwrap();
    let unknown = unknown_to_all(&issuer, "unknown");
    let _hooked = hooks::on(&issuer, {
        let (validator, asked) = (validator.clone(), Mutex::new(asked));
        move |name| {
            if name == "axioms.keys_fresh" {
                let _ = asked.lock().unwrap().send(("a subscriber", verdict(&validator, &unknown)));
            }
        }
    });
    issuer.rotate(Algorithm::ES256);
    verdict(&validator, &issuer.token().sign())
}

/// After the fetch, when another may be asked for.
fn from_waker(asked: Asked) -> Verdict {
    struct Asking {
        validator: Validator,
        clock: TestClock,
        unknown: String,
        asked: Mutex<Asked>,
    }

    impl Wake for Asking {
        fn wake(self: Arc<Self>) {
            self.clock.advance(Duration::from_secs(30));
            let _ = self.asked.lock().unwrap().send(("a waker", verdict(&self.validator, &self.unknown)));
        }
    }

    let clock = TestClock::new();
    let (issuer, builder) = issuer(&clock);
    let validator = builder.build().unwrap();
    issuer.rotate(Algorithm::ES256);
    let hold = issuer.hold();
    let (token, unknown) = (issuer.token().sign(), unknown_to_all(&issuer, "unknown"));
    let waker = Waker::from(Arc::new(Asking {
        validator: validator.clone(),
        clock,
        unknown,
        asked: Mutex::new(asked),
    }));
    let mut request = pin!(validator.validate_async(&token));
    assert!(request.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
    let other = {
        let (validator, token) = (validator.clone(), token.clone());
        begin(move || verdict(&validator, &token))
    };
    issuer.wait_for_fetches(2);
    drop(hold);
    end(&other, "the request beside")
}

fn from_clock(asked: Asked) -> Verdict {
    let clock = TestClock::new();
    let (issuer, builder) = issuer(&clock);
    let cell: Arc<OnceLock<Validator>> = Arc::default();
    let (of_clock, unknown) = (Arc::clone(&cell), unknown_to_all(&issuer, "unknown"));
    let (asked, once) = (Mutex::new(asked), AtomicBool::new(false));
    let calling = Calling(clock.clone(), move || {
        if let Some(validator) = of_clock.get()
            && !once.swap(true, Ordering::Relaxed)
        {
            let _ = asked.lock().unwrap().send(("a clock", verdict(validator, &unknown)));
        }
    });
    let validator = builder.clock(calling).build().unwrap();
    cell.set(validator.clone()).unwrap();
    issuer.rotate(Algorithm::ES256);
    verdict(&validator, &issuer.token().sign())
}

/// No panic ends a thread that others wait for, nor keeps the keys from being fetched.
#[test]
fn what_panics_on_a_validators_thread_leaves_no_request_waiting() {
    type Row = (&'static str, fn() -> Verdict);
    let rows: [Row; 4] = [
        ("a clock", || {
            let clock = TestClock::new();
            let (issuer, builder) = issuer(&clock);
            let calling = Calling(clock.clone(), || panic!("a clock that breaks"));
            let validator = builder.clock(calling).build().unwrap();
            issuer.rotate(Algorithm::ES256);
            verdict(&validator, &issuer.token().sign())
        }),
        ("a clock, while the issuer fails", || {
            let clock = TestClock::new();
            let (issuer, builder) = issuer(&clock);
            issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
            let calling = Calling(clock.clone(), || panic!("a clock that breaks"));
            let validator = builder.clock(calling).build().unwrap();
            assert!(lacks_keys(&verdict(&validator, &issuer.token().sign())));
            issuer.behave(Endpoint::Jwks, Behaviour::Normal);
            // The thread does not see it, and the request that comes then does.
            clock.advance(Duration::from_secs(60));
            verdict(&validator, &issuer.token().sign())
        }),
        ("a subscriber", || {
            let (issuer, builder) = issuer(&TestClock::new());
            let _hooked = hooks::on(&issuer, |_| panic!("a subscriber that breaks"));
            let validator = builder.build().unwrap();
            issuer.rotate(Algorithm::ES256);
            verdict(&validator, &issuer.token().sign())
        }),
        ("a waker", || {
            let (issuer, builder) = issuer(&TestClock::new());
            let hold = issuer.hold();
            let validator = builder.prefetch(false).build().unwrap();
            let token = issuer.token().sign();
            let mut broken = pin!(validator.validate_async(&token));
            let waker = Waker::from(Arc::new(Breaking));
            assert!(broken.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            let other = {
                let (validator, token) = (validator.clone(), token.clone());
                begin(move || verdict(&validator, &token))
            };
            issuer.wait_for_fetches(1);
            drop(hold);
            end(&other, "the request beside")
        }),
    ];
    for (what, row) in rows {
        assert_eq!(end(&begin(row), what), Ok(()), "{what}");
    }
}

struct Breaking;

impl Wake for Breaking {
    fn wake(self: Arc<Self>) {
        panic!("a waker that breaks");
    }
}

#[derive(Default)]
struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// A subscriber that hangs, as one does whose pipe nobody reads, holds its own thread, and no request for longer than a
/// fetch may take.
#[test]
fn a_fetch_that_hangs_is_given_up_and_its_waiters_are_answered() {
    let clock = TestClock::new();
    let (issuer, builder) = issuer(&clock);
    let validator = builder.build().unwrap();
    let (release, released) = channel::<()>();
    let released = Mutex::new(released);
    let _hooked = hooks::on(&issuer, move |name| {
        if name == "axioms.fetch" {
            // Until the test drops the other end.
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
    // The request's time may be up a moment before the fetch's.
    let observer = validator.clone();
    let is_told = begin(move || {
        loop {
            match observer.health().issuers.remove(0).last_error {
                Some(told) => return told,
                None => thread::yield_now(),
            }
        }
    });
    let told = end(&is_told, "the fetch that hangs");
    assert!(told.contains("axioms-fetch"), "{told}");

    // Nothing waits for the thread that hangs, and nothing starts another to hang beside it.
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

/// An executor that parks its thread finds the wake-up that came while a task blocked.
#[test]
fn a_call_that_blocks_takes_no_wake_up_of_an_executor() {
    let (issuer, builder) = issuer(&TestClock::new());
    let validator = builder.build().unwrap();
    issuer.rotate(Algorithm::ES256);
    let hold = issuer.hold();
    let token = issuer.token().sign();
    let (sender, done) = channel();
    let executor = thread::spawn(move || {
        let verdict = verdict(&validator, &token);
        thread::park();
        sender.send(verdict).unwrap();
    });
    issuer.wait_for_fetches(2);
    // Another task of the same executor is woken meanwhile.
    executor.thread().unpark();
    drop(hold);
    assert_eq!(end(&done, "the executor's sleep"), Ok(()));
}
