//! Requests that wait for keys hold no threads, and keep nobody else from being served. In a process of its own, whose
//! threads are counted.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a broken test should stop where it broke")]

mod common;

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use axioms_core::{AccessToken, Algorithm, Refusal};

use common::{Bench, block_on, join, process};

const WAITING: usize = 2000;

type Waiting<'t> = Pin<Box<dyn Future<Output = Result<AccessToken, Refusal>> + 't>>;

/// One test, so that no other starts threads meanwhile.
#[test]
fn two_thousand_requests_wait_for_one_fetch_without_a_thread() {
    let (bench, other) = (Bench::new(), Bench::new());
    let known = bench.token().sign();
    bench.issuer.rotate(Algorithm::ES256);
    let new = bench.token().sign();

    let hold = bench.issuer.hold();
    let before = process::status("Threads");
    let mut waiting: Vec<Waiting<'_>> =
        (0..WAITING).map(|_| -> Waiting<'_> { Box::pin(bench.validator.validate_async(&new)) }).collect();
    let mut context = Context::from_waker(Waker::noop());
    for request in &mut waiting {
        assert!(matches!(request.as_mut().poll(&mut context), Poll::Pending), "its key is not there yet");
    }
    bench.issuer.wait_for_fetches(2);
    let during = process::status("Threads");
    println!("{WAITING} requests wait: {before} threads before, {during} while they do");
    // The one more is the issuer's, which serves the connection.
    assert_eq!(during, before + 1);

    for _ in 0..100 {
        assert_eq!(bench.verdict(&known), Ok(()), "a key that is known is not waited for");
        assert_eq!(other.verdict_on_fresh_token(), Ok(()), "another issuer's keys are another matter");
    }
    assert_eq!((bench.issuer.fetches(), other.issuer.fetches()), (2, 1));

    drop(hold);
    let verdicts = block_on(join(waiting));
    assert_eq!(verdicts.iter().filter(|verdict| verdict.is_ok()).count(), WAITING);
    assert_eq!(bench.issuer.fetches(), 2);
}
