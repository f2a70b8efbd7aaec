//! The thread that fetches ends with the last validator that needs it. In a process of its own, whose threads are counted.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test should stop where it broke")]

mod common;

use std::sync::mpsc::{Sender, channel};
use std::task::Waker;
use std::time::Duration;

use axioms_core::testing::{Behaviour, Endpoint, TestClock, TestIssuer};
use axioms_core::{Algorithm, Clock};

use common::{Bench, builder, process};

const THREAD: &str = "axioms-jwks";

/// A clock that tells when nobody reads it any more: neither a validator nor its thread.
#[derive(Debug)]
struct Watched(TestClock, Sender<()>);

impl Clock for Watched {
    fn unix_time(&self) -> Duration {
        self.0.unix_time()
    }

    fn monotonic(&self) -> Duration {
        self.0.monotonic()
    }

    fn on_change(&self, waker: Waker) {
        self.0.on_change(waker);
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // The test may be over already, having failed.
        let _ = self.1.send(());
    }
}

/// One test, so that no other starts such threads meanwhile.
#[test]
fn the_thread_that_fetches_ends_with_the_last_validator() {
    assert_eq!(process::threads_named(THREAD), 0);

    let bench = Bench::new();
    let clone = bench.validator.clone();
    let Bench { issuer, clock, validator } = bench;
    assert_eq!(process::threads_named(THREAD), 1, "one for each issuer");
    drop(validator);
    clock.advance(Duration::from_secs(3600));
    issuer.wait_for_fetches(2);
    assert_eq!(process::threads_named(THREAD), 1, "a clone still needs it");
    drop(clone);
    process::wait_for_threads(THREAD, 0);

    let second = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    let both = builder(&issuer, &clock).and_issuer(builder(&second, &clock)).build().unwrap();
    assert_eq!(process::threads_named(THREAD), 2);
    drop(both);
    process::wait_for_threads(THREAD, 0);

    dropped_in_the_middle_of_a_hang(&issuer, &clock);
}

/// Nobody can end a thread that waits for a socket; the deadline of the fetch does.
fn dropped_in_the_middle_of_a_hang(issuer: &TestIssuer, clock: &TestClock) {
    issuer.behave(Endpoint::Jwks, Behaviour::Hang);
    let (sender, released) = channel();
    let watched = Watched(clock.clone(), sender);
    let hanging = builder(issuer, clock).clock(watched).prefetch(false).build().unwrap();
    let fetches = issuer.fetches();
    let token = issuer.token().sign();
    let mut request = Box::pin(hanging.validate_async(&token));
    let polled = request.as_mut().poll(&mut std::task::Context::from_waker(Waker::noop()));
    assert!(polled.is_pending());
    issuer.wait_for_fetches(fetches + 1);
    drop(request);
    drop(hanging);
    assert_eq!(process::threads_named(THREAD), 1, "it hangs with the issuer");
    released.recv_timeout(Duration::from_secs(20)).unwrap();
    process::wait_for_threads(THREAD, 0);
}
