//! Requests that wait for keys hold no threads, and do not delay other requests.

use std::future::Future;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};

use axioms_core::{AccessToken, Algorithm, Refusal};

#[cfg(target_os = "linux")]
use crate::common::process;
use crate::common::{Bench, block_on, join};

/// The limit of requests that wait for one issuer's keys.
const WAITING: usize = 10_000;

type Waiting<'t> = Pin<Box<dyn Future<Output = Result<AccessToken, Refusal>> + 't>>;

#[test]
fn ten_thousand_requests_wait_for_one_fetch_without_a_thread_and_no_more_do() {
    let (bench, other) = (Bench::new(), Bench::new());
    let known = bench.token().sign();
    bench.issuer.rotate(Algorithm::ES256);
    let new = bench.token().sign();

    let hold = bench.issuer.hold();
    #[cfg(target_os = "linux")]
    let before = process::status("Threads");
    let mut waiting: Vec<Waiting<'_>> =
        (0..WAITING).map(|_| -> Waiting<'_> { Box::pin(bench.validator.validate_async(&new)) }).collect();
    let mut context = Context::from_waker(Waker::noop());
    for request in &mut waiting {
        assert!(matches!(request.as_mut().poll(&mut context), Poll::Pending), "its key is not there yet");
    }
    bench.issuer.wait_for_fetches(2);
    #[cfg(target_os = "linux")]
    {
        // Other tests of this process start threads too, but far fewer.
        let during = process::status("Threads");
        assert!(during < before + WAITING / 10, "{before} threads before, {during} while requests wait");
    }

    let Poll::Ready(Err(refusal)) = pin!(bench.validator.validate_async(&new)).poll(&mut context) else {
        panic!("one more does not wait");
    };
    assert_eq!((refusal.status().as_u16(), refusal.headers()["retry-after"].to_str().unwrap()), (503, "1"));
    // A dropped wait frees its place.
    waiting.pop();
    waiting.push(Box::pin(bench.validator.validate_async(&new)));
    assert!(waiting[WAITING - 1].as_mut().poll(&mut context).is_pending());

    for _ in 0..20 {
        assert_eq!(bench.verdict(&known), Ok(()), "a known key needs no wait");
        assert_eq!(other.verdict_on_fresh_token(), Ok(()), "another issuer has its own limit");
    }
    assert_eq!((bench.issuer.fetches(), other.issuer.fetches()), (2, 1));

    drop(hold);
    let verdicts = block_on(join(waiting));
    assert_eq!(verdicts.iter().filter(|verdict| verdict.is_ok()).count(), WAITING);
    assert_eq!(bench.issuer.fetches(), 2);
}
