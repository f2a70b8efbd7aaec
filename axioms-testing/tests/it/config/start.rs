//! Starting while an issuer is unreachable.

use std::error::Error as _;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, BuildError, Issuer, Validator};
use axioms_testing::{AUDIENCE, Behaviour, Endpoint, TestClock, TestIssuer};

use super::ISSUER;
use crate::common::{Bench, block_on, builder, lacks_keys, verdict};

/// What fails at the start, and part of the error with `fail_fast`.
fn bad_starts() -> Vec<(&'static str, Behaviour, &'static str)> {
    vec![
        ("disconnected", Behaviour::Disconnect, "the request failed"),
        (
            "an error",
            Behaviour::Status(StatusCode::INTERNAL_SERVER_ERROR),
            "the answer is 500 Internal Server Error; 200 is expected",
        ),
        ("a web page", Behaviour::Html, "is the URL that of a JWK Set?"),
        ("no key", Behaviour::Body(br#"{"keys":[]}"#.into()), "it lists no keys"),
        ("a useless key", Behaviour::Body(br#"{"keys":[{}]}"#.into()), "none of its 1 keys is usable"),
        ("a redirect", Behaviour::Redirect(ISSUER.to_owned()), "redirects are not followed"),
    ]
}

#[test]
fn with_fail_fast_a_bad_start_is_an_error_with_the_reason() {
    for (what, behaviour, words) in bad_starts() {
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
        issuer.behave(Endpoint::Jwks, behaviour);
        let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url());
        let error = block_on(builder.fail_fast(true).build_async()).unwrap_err();
        assert!(error.to_string().contains(words), "{what}: {error}");
        assert!(error.source().is_some_and(|cause| cause.to_string().contains(words)), "{what}");
        let BuildError::Keys(error) = error else { panic!("{what}: {error}") };
        assert!(error.issuers().eq([issuer.url()]));
    }
}

#[test]
fn without_fail_fast_a_bad_start_is_an_outage_that_ends_without_a_restart() {
    for (what, behaviour, _) in bad_starts() {
        let bench = Bench::with_issuer(|issuer| issuer.behave(Endpoint::Jwks, behaviour), |builder| builder);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{what}");
        bench.issuer.behave(Endpoint::Jwks, Behaviour::Normal);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{what}: the backoff holds");
        bench.advance_seconds(1);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{what}");
    }
}

#[test]
fn an_unreachable_issuer_is_an_outage() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let (url, token) = (issuer.url().to_owned(), issuer.token().sign());
    drop(issuer);
    let builder = || Validator::builder().audience(AUDIENCE).issuer(&url);
    assert!(builder().fail_fast(true).build().unwrap_err().to_string().contains("the request failed"));
    assert!(lacks_keys(&verdict(&builder().build().unwrap(), &token)));
}

#[test]
fn with_fail_fast_every_issuer_that_is_down_is_named() {
    let up = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let issuers = ["http://127.0.0.1:8", "http://127.0.0.1:9"].map(|url| Issuer::new(url).audience(AUDIENCE));
    let [one, other] = issuers;
    let builder = Validator::builder().issuer(up.url()).audience(AUDIENCE).add_issuer(one).add_issuer(other);
    let Err(BuildError::Keys(error)) = builder.fail_fast(true).build() else { panic!("two are down") };
    assert!(error.issuers().eq(["http://127.0.0.1:8", "http://127.0.0.1:9"]), "{error}");
}

/// The thread that polls also holds the answer back, so a blocking call would wait for itself.
#[test]
fn waiting_for_the_first_fetch_blocks_no_thread_of_a_runtime() {
    let clock = TestClock::new();
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    let held = issuer.hold();
    let mut building = pin!(builder(&issuer, &clock).build_async());
    let poll = building.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(matches!(poll, Poll::Pending));
    drop(held);
    let validator = block_on(building).unwrap();
    assert_eq!((issuer.fetches(), verdict(&validator, &issuer.token().sign())), (1, Ok(())));
}
