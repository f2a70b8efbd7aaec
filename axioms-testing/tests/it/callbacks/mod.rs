//! Code of the program that a validator calls: subscribers, recorders, wakers, clocks, executors.
//! It may panic, hang, or call the validator again.

mod panics;
mod questions;
mod recorder;
mod subscriber;
mod waker;

use std::fmt;
use std::sync::mpsc::{Receiver, channel};
use std::task::Waker;
use std::thread;
use std::time::Duration;

use axioms_core::{Algorithm, Clock, Validator, ValidatorBuilder};
use axioms_testing::{AUDIENCE, TestClock, TestIssuer};

use crate::common::log;

/// The time after which the test takes a call for one that never ends.
const PATIENCE: Duration = Duration::from_secs(20);

/// An issuer, and the settings of a validator that trusts it. A failing test leaks the validator,
/// because dropping it might hang.
fn issuer(clock: &TestClock) -> (TestIssuer, ValidatorBuilder) {
    log::capture();
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).clock(clock.clone());
    (issuer, builder)
}

/// Starts a call on a thread of its own. If it never ends, the test fails and does not hang.
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

/// Whether the current thread belongs to a validator.
fn is_a_validators_thread() -> bool {
    thread::current().name().is_some_and(|name| name.starts_with("axioms-"))
}

/// A clock that runs a callback each time a validator's own thread reads it.
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
