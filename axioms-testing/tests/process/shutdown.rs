//! The threads that fetch end with the last validator that needs them. A process made by `fork`
//! gets its own.

use std::sync::mpsc::{Sender, channel};
use std::task::Waker;
use std::thread;
use std::time::{Duration, Instant};

use axioms_core::{Algorithm, Clock, Issuer, Validator};
use axioms_testing::{AUDIENCE, TestClock, TestIssuer};
use fork::{Fork, fork, waitpid_nohang};

use crate::alone;
use crate::common::{Bench, builder, process};

const THREAD: &str = "axioms-jwks";
const FETCH: &str = "axioms-fetch";

/// How long to wait for another thread or process before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// A clock that sends a message when its last user drops it: the validator and its threads.
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
        // The test may have failed and ended already.
        let _ = self.1.send(());
    }
}

#[test]
fn the_thread_that_fetches_ends_with_the_last_validator() {
    let _alone = alone();
    // Those of the test before this one may still be ending.
    process::wait_for_threads(THREAD, 0);
    process::wait_for_threads(FETCH, 0);

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
    let both =
        builder(&issuer, &clock).add_issuer(Issuer::new(second.url()).audience(AUDIENCE)).build().unwrap();
    assert_eq!(process::threads_named(THREAD), 2);
    drop(both);
    process::wait_for_threads(THREAD, 0);

    dropped_in_the_middle_of_a_fetch(&issuer, &clock);
    keys_of_the_configuration_need_no_thread(&issuer);
    forked(&issuer, &clock);
}

/// A thread that waits for a socket ends with its fetch: with the answer, or at the deadline.
fn dropped_in_the_middle_of_a_fetch(issuer: &TestIssuer, clock: &TestClock) {
    let hold = issuer.hold();
    let (sender, released) = channel();
    let watched = Watched(clock.clone(), sender);
    let waiting = builder(issuer, clock).clock(watched).prefetch(false).build().unwrap();
    let fetches = issuer.fetches();
    let token = issuer.token().sign();
    let mut request = Box::pin(waiting.validate_async(&token));
    let polled = request.as_mut().poll(&mut std::task::Context::from_waker(Waker::noop()));
    assert!(polled.is_pending());
    issuer.wait_for_fetches(fetches + 1);
    drop(request);
    drop(waiting);
    process::wait_for_threads(THREAD, 0);
    assert_eq!(process::threads_named(FETCH), 1, "it waits for the issuer");
    drop(hold);
    released.recv_timeout(PATIENCE).unwrap();
    process::wait_for_threads(FETCH, 0);
}

fn keys_of_the_configuration_need_no_thread(issuer: &TestIssuer) {
    let fetches = issuer.fetches();
    let validator =
        Validator::builder().audience(AUDIENCE).issuer(issuer.url()).jwks(issuer.jwks()).build().unwrap();
    assert!(validator.validate(&issuer.token().header("kid", "unknown").sign()).is_err());
    assert_eq!((process::threads_named(THREAD), process::threads_named(FETCH)), (0, 0));
    assert_eq!(issuer.fetches(), fetches);
}

/// A process made by `fork` has only the thread that forked: neither the one that fetches nor the
/// one that starts it.
fn forked(issuer: &TestIssuer, clock: &TestClock) {
    let validator = builder(issuer, clock).build().unwrap();
    issuer.rotate(Algorithm::ES256);
    let token = issuer.token().sign();
    let idle = in_a_child(|| validator.validate(&token).is_ok(), || {});
    assert_eq!(idle, 0, "forked while no fetch was in progress");

    // During a fetch, for which the child has no thread.
    let (hold, fetches) = (issuer.hold(), issuer.fetches());
    let mut request = Box::pin(validator.validate_async(&token));
    let polled = request.as_mut().poll(&mut std::task::Context::from_waker(Waker::noop()));
    assert!(polled.is_pending());
    issuer.wait_for_fetches(fetches + 1);
    let busy = in_a_child(|| validator.validate(&token).is_ok(), || drop(hold));
    assert_eq!(busy, 0, "forked in the middle of a fetch");
    drop(request);
    assert!(validator.validate(&token).is_ok(), "and the parent goes on");
}

/// Runs `check` in a forked process and returns its exit status, while the parent runs `meanwhile`.
fn in_a_child(check: impl FnOnce() -> bool + Send, meanwhile: impl FnOnce()) -> i32 {
    process::wait_until_others_sleep();
    match fork().unwrap() {
        Fork::Child => {
            // An endless wait must not outlive the test.
            thread::spawn(|| {
                thread::sleep(PATIENCE);
                std::process::exit(2);
            });
            std::process::exit(i32::from(!check()));
        }
        Fork::Parent(child) => {
            meanwhile();
            let deadline = Instant::now() + 2 * PATIENCE;
            loop {
                if let Some(status) = waitpid_nohang(child).unwrap() {
                    return status;
                }
                assert!(Instant::now() < deadline, "the child does not end");
                thread::yield_now();
            }
        }
    }
}
