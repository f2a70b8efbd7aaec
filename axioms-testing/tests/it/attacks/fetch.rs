//! F1 to F13b: when and how the keys are fetched, rotation and outage, with real sockets and a test
//! clock.

use std::pin::pin;
use std::process::Command;
use std::thread;
use std::time::Duration;

use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, InvalidToken, RefusalCause, Validator};
use axioms_testing::{AUDIENCE, Behaviour, Endpoint, TestIssuer, base64url};
use serde_json::json;

use super::table::{fetches, fetches_within};
use crate::common::{Bench, block_on, invalid, join, lacks_keys};

pub(crate) const REFRESH: u64 = 3600;
pub(crate) const TTL: u64 = 2 * REFRESH;
pub(crate) const COOL_DOWN: u64 = 30;
/// After this time the reserve of the cool-down is available again.
pub(crate) const RESERVE: u64 = COOL_DOWN / 2;

/// Tokens with invented key ids. Each is refused before its signature is read, so all share one
/// signature.
fn flood(bench: &Bench, kids: std::ops::Range<usize>) {
    let token = bench.token().sign();
    let (_, rest) = token.split_once('.').unwrap();
    for n in kids {
        let header = base64url(json!({"alg": "ES256", "kid": format!("bogus-{n}")}).to_string());
        let verdict = bench.verdict(&format!("{header}.{rest}"));
        assert_eq!(verdict, invalid(InvalidToken::UnknownKey), "bogus-{n}");
    }
}

fn bench_in_outage() -> Bench {
    Bench::with_issuer(
        |issuer| issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE)),
        |builder| builder,
    )
}

#[test]
fn f1_a_flood_of_key_ids_causes_two_fetches_in_a_cool_down() {
    let bench = Bench::new();
    flood(&bench, 0..10_000);
    fetches("F1 10,000 key ids at once: the first fetch, and one for the flood", &bench.issuer, 1 + 1);
    for second in 1..COOL_DOWN {
        bench.advance_seconds(1);
        flood(&bench, 0..20);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "second {second}: known tokens are served");
    }
    fetches("F1 and 20 more every second for 29 s: and the reserve", &bench.issuer, 1 + 2);
}

/// A fetch that began after the request arrived has its answer; another would have the same one.
#[test]
fn f1_an_invented_key_id_waits_for_one_fetch_only() {
    let bench = Bench::new();
    let hold = bench.issuer.hold();
    let invented = bench.token().header("kid", "invented").sign();
    let mut request = pin!(bench.validator.validate_async(&invented));
    assert!(poll(&mut request).is_none());
    bench.issuer.wait_for_fetches(2);
    // The cool-down ends before the answer arrives, so it does not prevent another fetch.
    bench.advance_seconds(COOL_DOWN);
    drop(hold);
    assert_eq!(block_on(request).unwrap_err().cause(), &InvalidToken::UnknownKey.into());
    fetches("F1 an invented key id, and a fetch that outlasts the cool-down", &bench.issuer, 1 + 1);
}

/// On a blocking server, each waiting request holds a thread.
#[test]
fn f1_one_invented_key_id_waits_at_a_time_while_the_issuer_is_slow_or_down() {
    let bench = Bench::new();
    let known = bench.token().sign();
    bench.issuer.rotate(Algorithm::ES256);
    let (new, invented) = (bench.token().sign(), bench.token().header("kid", "invented").sign());
    let hold = bench.issuer.hold();
    let mut first = Box::pin(bench.validator.validate_async(&invented));
    let mut second = Box::pin(bench.validator.validate_async(&invented));
    assert!(poll(&mut first).is_none() && poll(&mut second).is_none(), "all requests wait for a fast issuer");
    bench.issuer.wait_for_fetches(2);
    bench.advance_seconds(2);

    for token in [&invented, &new] {
        let reported = poll(&mut pin!(bench.validator.validate_async(token))).expect("it does not wait");
        assert_eq!(reported.unwrap_err().retry_after(), Some(Duration::from_secs(1)));
    }
    assert_eq!(bench.verdict(&known), Ok(()), "a known key needs no wait");
    drop((first, second));
    let mut rotated = pin!(bench.validator.validate_async(&new));
    assert!(poll(&mut rotated).is_none(), "one may wait, and it may be the one under the new key");
    drop(hold);
    assert!(block_on(rotated).is_ok());

    bench.issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
    bench.advance_seconds(COOL_DOWN);
    assert!(lacks_keys(&bench.verdict(&invented)), "the issuer fails");
    bench.advance_seconds(COOL_DOWN);
    let hold = bench.issuer.hold();
    let mut first = pin!(bench.validator.validate_async(&invented));
    let waits = poll(&mut first).is_none();
    let other = poll(&mut pin!(bench.validator.validate_async(&invented)));
    assert!(waits && other.is_some_and(|reported| reported.is_err()), "one at a time while it fails");
    drop(hold);
    assert!(block_on(first).is_err());
}

fn poll<F: Future>(future: &mut std::pin::Pin<impl std::ops::DerefMut<Target = F>>) -> Option<F::Output> {
    use std::task::{Context, Poll, Waker};

    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    }
}

/// At every moment of a rotation, during the flood.
#[test]
fn f2_a_key_rotated_in_under_a_flood_is_found_before_the_reserve_is_due_again() {
    for rotated_at in [0, 1, 14, 15, 16, 29, 30, 31, 44] {
        let bench = Bench::new();
        flood(&bench, 0..100);
        for _ in 0..rotated_at {
            bench.advance_seconds(1);
            flood(&bench, 0..20);
        }
        bench.issuer.rotate(Algorithm::ES256);
        let found = (0..=RESERVE).find(|_| {
            let found = bench.verdict_on_fresh_token() == Ok(());
            bench.advance_seconds(1);
            flood(&bench, 0..20);
            found
        });
        let row = format!("F2 rotation in second {rotated_at} of a flood, found after {found:?} s");
        assert!(found.is_some(), "{row}: the flood locked the rotation out");
        let cool_downs = (rotated_at + RESERVE) / COOL_DOWN + 1;
        fetches_within(&row, &bench.issuer, 2..=1 + 2 * usize::try_from(cool_downs).unwrap());
    }
}

#[test]
fn f2_a_key_rotated_in_before_a_flood_is_found_at_once() {
    let bench = Bench::new();
    bench.issuer.rotate(Algorithm::ES256);
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "the first token under the new key");
    flood(&bench, 0..10_000);
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    fetches("F2 rotation, its first token, then 10,000 key ids", &bench.issuer, 1 + 1);
}

#[test]
fn f2_several_rotations_in_a_row_are_each_found_at_once() {
    let bench = Bench::new();
    for _ in 0..3 {
        let old = bench.issuer.key(Algorithm::ES256);
        bench.issuer.rotate(Algorithm::ES256);
        bench.issuer.withdraw(old.kid());
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "the first token under the new key");
        assert_eq!(bench.verdict(&bench.token().signed_with(&old).sign()), invalid(InvalidToken::UnknownKey));
        bench.advance_seconds(RESERVE);
    }
    fetches("F2 three rotations, 15 s apart", &bench.issuer, 1 + 3);
}

#[test]
fn f3_a_thousand_cold_requests_cause_one_fetch() {
    let mut hold = None;
    let bench = Bench::with_issuer(|issuer| hold = Some(issuer.hold()), |builder| builder.prefetch(false));
    let token = bench.token().sign();
    // The issuer answers once the fetch has reached it and all requests wait.
    let cold = (0..1000).map(|_| bench.validator.validate_async(&token));
    let release = async {
        bench.issuer.wait_for_fetches(1);
        drop(hold.take());
    };
    let (verdicts, ()) = block_on(both(join(cold), release));
    assert!(verdicts.iter().all(Result::is_ok));
    fetches("F3 1,000 cold requests", &bench.issuer, 1);
}

/// Polls the second request only after the first.
async fn both<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> (A, B) {
    let (mut first, mut second) = (Box::pin(first), Box::pin(second));
    let (mut one, mut two) = (None, None);
    std::future::poll_fn(|context| {
        use std::task::Poll;

        if one.is_none()
            && let Poll::Ready(output) = first.as_mut().poll(context)
        {
            one = Some(output);
        }
        if two.is_none()
            && let Poll::Ready(output) = second.as_mut().poll(context)
        {
            two = Some(output);
        }
        if one.is_some() && two.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    (one.unwrap(), two.unwrap())
}

#[test]
fn f3_threads_share_a_fetch_for_an_unknown_key_too() {
    let bench = Bench::new();
    bench.issuer.rotate(Algorithm::ES256);
    let token = bench.token().sign();
    let hold = bench.issuer.hold();
    thread::scope(|scope| {
        let all: Vec<_> = (0..50).map(|_| scope.spawn(|| bench.verdict(&token))).collect();
        bench.issuer.wait_for_fetches(2);
        drop(hold);
        assert!(all.into_iter().all(|one| one.join().unwrap() == Ok(())));
    });
    fetches("F3 50 threads with a token under a new key", &bench.issuer, 1 + 1);
}

#[test]
fn f5_f6_f7_known_keys_outlive_an_outage_until_their_time_is_up() {
    let bench = Bench::new();
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Disconnect);
    for (id, second) in [("F5", REFRESH - 1), ("F5", REFRESH), ("F6", TTL - 1)] {
        set_age(&bench, second);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{id}, after {second} s");
        fetches_within(&format!("{id} an outage of {second} s"), &bench.issuer, 1..=4);
    }
    set_age(&bench, TTL);
    assert!(lacks_keys(&bench.verdict_on_fresh_token()), "F7");
    fetches_within(&format!("F7 an outage of {TTL} s"), &bench.issuer, 2..=5);
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Normal);
    bench.advance_seconds(60);
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "it recovers by itself");
    fetches_within("F7 and its end, without a restart", &bench.issuer, 3..=6);
}

/// Moves the clock to this long after the start of the test.
pub(crate) fn set_age(bench: &Bench, seconds: u64) {
    use axioms_core::Clock as _;

    bench.advance_seconds(seconds - bench.clock.monotonic().as_secs());
}

#[test]
fn f7_a_cold_outage_costs_one_fetch_however_many_ask() {
    let bench = bench_in_outage();
    let token = bench.token().sign();
    for _ in 0..20 {
        let refusal = bench.validator.validate(&token).unwrap_err();
        assert!(matches!(refusal.cause(), RefusalCause::KeysUnavailable { .. }));
        assert_eq!((refusal.status().as_u16(), refusal.error_code()), (503, "temporarily_unavailable"));
        assert_eq!(refusal.headers()["retry-after"], "1");
        assert!(refusal.retry_after().is_some_and(|time| time <= Duration::from_secs(1)));
    }
    fetches("F7 20 requests in a cold outage", &bench.issuer, 1);
}

#[test]
fn f7_attempts_back_off_while_the_outage_lasts() {
    let bench = bench_in_outage();
    // Pauses of at most 1, 2, 4, 8, 16, 32, 60 and 60 s, each up to a tenth shorter.
    for (n, pause) in [1, 2, 4, 8, 16, 32, 60, 60].into_iter().enumerate() {
        let early = bench.validator.validate(&bench.token().sign()).unwrap_err();
        let (reported, whole) = (early.retry_after().unwrap(), Duration::from_secs(pause));
        assert!(reported <= whole && reported * 10 >= whole * 9, "asked to wait {reported:?} of {pause} s");
        bench.advance_seconds(pause);
        bench.issuer.wait_for_fetches(n + 2);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()));
        fetches(&format!("F7 after a pause of {pause} s, and a request"), &bench.issuer, n + 2);
    }
}

#[test]
fn f8_a_failed_fetch_evicts_nothing() {
    let bench = Bench::new();
    let failures = [
        Behaviour::Status(StatusCode::INTERNAL_SERVER_ERROR),
        Behaviour::Disconnect,
        Behaviour::Truncate,
        Behaviour::LengthTooShort,
        Behaviour::LengthTooLong,
        Behaviour::Reset,
        Behaviour::Html,
        Behaviour::Body(Vec::new()),
    ];
    for (n, failure) in failures.into_iter().enumerate() {
        bench.issuer.behave(Endpoint::Jwks, failure.clone());
        bench.advance_seconds(COOL_DOWN);
        bench.settle();
        fetches_within(&format!("F8 {failure:?}"), &bench.issuer, n + 2..=2 * (n + 1) + 1);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{failure:?}");
    }
}

#[test]
fn f9_a_withdrawn_key_is_refused_after_the_next_refresh() {
    let bench = Bench::new();
    let old = bench.issuer.key(Algorithm::ES256);
    bench.issuer.rotate(Algorithm::ES256);
    bench.issuer.withdraw(old.kid());
    bench.advance_seconds(REFRESH);
    bench.issuer.wait_for_fetches(2);
    bench.settle();
    let stale = bench.token().signed_with(&old).sign();
    assert_eq!(bench.verdict(&stale), invalid(InvalidToken::UnknownKey));
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    fetches("F9 a refresh, and one for the ids that are unknown after it", &bench.issuer, 1 + 1 + 1);
}

#[test]
fn f9_a_key_withdrawn_in_an_outage_is_refused_when_its_time_is_up() {
    let bench = Bench::new();
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::INTERNAL_SERVER_ERROR));
    bench.advance_seconds(TTL);
    assert!(lacks_keys(&bench.verdict_on_fresh_token()));
    fetches("F9 an outage to the end of the keys' time", &bench.issuer, 1 + 1);
}

/// The answer may have been made at the start of the request, long before it arrives.
#[test]
fn f9_keys_are_trusted_from_when_they_were_asked_for() {
    let bench = Bench::new();
    let hold = bench.issuer.hold();
    bench.advance_seconds(REFRESH);
    bench.issuer.wait_for_fetches(2);
    let expires = bench.token().header("kid", "unknown").sign();
    let mut waiting = Box::pin(bench.validator.validate_async(&expires));
    assert!(poll(&mut waiting).is_none(), "it waits for the fetch that is in progress");
    bench.advance_seconds(TTL - 1);
    drop(hold);
    assert_eq!(block_on(waiting).unwrap_err().cause(), &InvalidToken::Expired.into());
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    bench.advance_seconds(1);
    assert!(lacks_keys(&bench.verdict_on_fresh_token()), "two hours after the fetch began");
}

#[test]
fn f11_the_first_token_under_a_rotated_key_is_accepted() {
    let bench = Bench::new();
    bench.issuer.rotate(Algorithm::ES256);
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    fetches("F11 the first token under a new key", &bench.issuer, 1 + 1);
}

#[test]
fn f11_setting_the_wall_clock_neither_revives_nor_drops_keys() {
    let bench = Bench::new();
    for date in [1_000_000_000, 4_000_000_000] {
        bench.clock.set_unix_time(Duration::from_secs(date));
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{date}");
    }
    fetches("F11 the wall clock set back and ahead", &bench.issuer, 1);
}

/// Without a TLS library, https is refused before anything is sent.
const HAS_TLS: bool = cfg!(any(feature = "aws-lc-rs", feature = "graviola"));

/// Set in the child process, which runs this test again with proxy variables.
const BEHIND_PROXY: &str = "F13B_BEHIND_PROXY";

/// A process reads the proxy variables once per validator, so the test needs a process of its own.
#[test]
fn f13b_p2_a_proxy_is_never_asked_for_loopback() {
    if let Ok(words) = std::env::var(BEHIND_PROXY) {
        return behind_proxy(&words);
    }
    let proxy = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let address = proxy.address();
    let (with_password, socks) =
        (format!("http://user:secret@{address}"), format!("socks5h://user:secret@{address}"));
    let shown = |variable: &str| format!("(through the proxy http://{address} of {variable}): ");
    let rows = [
        ([("HTTPS_PROXY", with_password.as_str()), ("HTTP_PROXY", &socks)], shown("HTTPS_PROXY"), 1),
        ([("all_proxy", &address.to_string()), ("ALL_PROXY", &socks)], shown("all_proxy"), 2),
        ([("HTTP_PROXY", &with_password), ("ALL_PROXY", &socks)], "ALL_PROXY names a proxy of the".into(), 2),
        (
            [("HTTPS_PROXY", &format!("{address}/secret")), ("NO_PROXY", "x")],
            "HTTPS_PROXY is not the URL of a proxy".into(),
            2,
        ),
    ];
    for (variables, words, asked) in rows {
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "attacks::fetch::f13b_p2_a_proxy_is_never_asked_for_loopback"]);
        for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"] {
            child.env_remove(name).env_remove(name.to_ascii_lowercase());
        }
        let output = child.env(BEHIND_PROXY, words).envs(variables).output().unwrap();
        let reported = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && reported.contains("1 passed"), "{variables:?}: {reported}");
        let asked = if HAS_TLS { asked } else { 0 };
        assert_eq!(proxy.connections(), asked, "{variables:?}: it gets requests only for the public issuer");
    }
}

/// `words` are part of the error for an issuer that is not on loopback.
fn behind_proxy(words: &str) {
    let bench = Bench::new();
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "by address");
    let by_name = bench.issuer.jwks_url().replace("127.0.0.1", "localhost");
    let validator = Validator::builder().audience(AUDIENCE).issuer(bench.issuer.url()).jwks_url(by_name);
    assert!(validator.fail_fast(true).build().is_ok(), "by name");

    let down = bench.issuer.url().to_owned();
    drop(bench);
    let error = |issuer: &str| {
        Validator::builder()
            .audience(AUDIENCE)
            .issuer(issuer)
            .fail_fast(true)
            .build()
            .unwrap_err()
            .to_string()
    };
    let reported = error(&down);
    assert!(reported.contains(&down) && !reported.to_lowercase().contains("proxy"), "{reported}");
    if HAS_TLS {
        let reported = error("https://issuer.example.com");
        assert!(reported.contains("https://issuer.example.com/") && reported.contains(words), "{reported}");
        assert!(!reported.contains("secret") && !reported.contains("user:"), "{reported}");
    }
}
