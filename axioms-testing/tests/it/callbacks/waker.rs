//! Wakers and executors of the program.

use std::future::Future;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::task::{Context, Wake, Waker};
use std::thread;

use axioms_core::{Algorithm, Validator};
use axioms_testing::TestClock;

use super::{begin, end, issuer};
use crate::common::verdict;

/// A task that ends with its last waker, and then ends another wait for keys.
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

/// An executor that parks its thread gets a wake-up that came while a task blocked.
#[test]
fn a_blocking_call_consumes_no_wake_up_of_an_executor() {
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
    // Another task of the same executor is woken in the meantime.
    executor.thread().unpark();
    drop(hold);
    assert_eq!(end(&done, "the executor's sleep"), Ok(()));
}
