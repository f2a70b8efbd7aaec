//! L: a token that was verified before gets the same verdict as a new one.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Waker};
use std::thread;
use std::time::Duration;

use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, InvalidToken, Issuer, Policy, Validator};
use axioms_testing::{AUDIENCE, Behaviour, Endpoint, SigningKey, TestClock, TestIssuer, TokenBuilder};
use serde_json::json;

use crate::common::{self, Bench, Verdict, block_on, invalid, lacks_keys, pad_key_set, verdict};

const LEEWAY: u64 = 60;
const COOL_DOWN: u64 = 30;
const REFRESH: u64 = 3600;
const TTL: u64 = 2 * REFRESH;

/// Asserts that the token is accepted, and that the second time the cache answers.
fn warm(validator: &Validator, token: &str) {
    let before = validator.stats().cache_hits;
    assert_eq!(verdict(validator, token), Ok(()));
    assert_eq!(verdict(validator, token), Ok(()));
    assert_eq!(validator.stats().cache_hits, before + 1, "the token is not cached");
}

/// Refused twice, with the same cause: refusals are neither cached nor changed by the cache.
fn assert_refused(bench: &Bench, token: &str, reason: InvalidToken, what: &str) {
    let hits = bench.validator.stats().cache_hits;
    for _ in 0..2 {
        assert_eq!(bench.verdict(token), invalid(reason), "{what}");
    }
    assert_eq!(bench.validator.stats().cache_hits, hits, "{what}");
}

/// Makes the validator fetch the keys now, by sending a token with an unknown key.
fn refetch(bench: &Bench) {
    bench.advance_seconds(COOL_DOWN);
    bench.settle();
}

#[test]
fn l1_a_cached_token_expires_with_and_without_iat() {
    for claims in [&[][..], &["iat"], &["iat", "nbf", "sub"]] {
        let bench = Bench::new();
        let lifetime = Duration::from_secs(600);
        let token =
            claims.iter().fold(bench.token().expires_in(lifetime), |token, claim| token.without(claim));
        let token = token.sign();
        warm(&bench.validator, &token);
        bench.advance_seconds(600 + LEEWAY - 1);
        warm_again(&bench, &token);
        bench.advance_seconds(1);
        assert_refused(&bench, &token, InvalidToken::Expired, &format!("without {claims:?}"));
    }
}

fn warm_again(bench: &Bench, token: &str) {
    let before = bench.validator.stats().cache_hits;
    assert_eq!(bench.verdict(token), Ok(()));
    assert_eq!(bench.validator.stats().cache_hits, before + 1);
}

#[test]
fn l1_a_clock_set_back_refuses_what_is_not_valid_yet() {
    let bench = Bench::new();
    let issued = bench.clock_seconds();
    for (claim, reason) in [("nbf", InvalidToken::NotYetValid), ("iat", InvalidToken::IssuedInFuture)] {
        let token = bench.token().without("iat").without("nbf").claim(claim, issued).sign();
        warm(&bench.validator, &token);
        bench.clock.set_unix_time(Duration::from_secs(issued - LEEWAY - 1));
        assert_refused(&bench, &token, reason, claim);
        bench.clock.set_unix_time(Duration::from_secs(issued));
        warm(&bench.validator, &token);
    }
}

/// A token may expire while its request waits for keys. The clock moves while the fetch is held
/// back.
#[test]
fn f13d_a_token_that_expires_during_the_wait_is_refused() {
    type Row = (&'static str, fn(TokenBuilder, u64) -> TokenBuilder, fn(&TestClock, u64), Verdict);
    let rows: [Row; 5] = [
        ("not yet", expiring, |clock, _| clock.advance(Duration::from_secs(10 + LEEWAY - 1)), Ok(())),
        (
            "expired",
            expiring,
            |clock, _| clock.advance(Duration::from_secs(10 + LEEWAY)),
            invalid(InvalidToken::Expired),
        ),
        (
            "long expired",
            |token, _| token.without("iat").expires_in(Duration::from_secs(1)),
            |clock, _| clock.advance(Duration::from_secs(1000)),
            invalid(InvalidToken::Expired),
        ),
        (
            "the clock is set back before nbf",
            |token, now| token.without("iat").claim("nbf", now),
            |clock, now| clock.set_unix_time(Duration::from_secs(now - LEEWAY - 1)),
            invalid(InvalidToken::NotYetValid),
        ),
        (
            "the clock is set back before iat",
            |token, _| token,
            |clock, now| clock.set_unix_time(Duration::from_secs(now - LEEWAY - 1)),
            invalid(InvalidToken::IssuedInFuture),
        ),
    ];
    for (what, claims, pass, expected) in rows {
        for is_cold in [true, false] {
            let bench = if is_cold {
                Bench::with_issuer(
                    |issuer| issuer.behave(Endpoint::Jwks, Behaviour::Disconnect),
                    |builder| builder,
                )
            } else {
                Bench::new()
            };
            bench.issuer.behave(Endpoint::Jwks, Behaviour::Normal);
            bench.issuer.rotate(Algorithm::ES256);
            let (hold, fetches) = (bench.issuer.hold(), bench.issuer.fetches());
            // After the backoff of a failure, so that the request waits.
            bench.advance_seconds(COOL_DOWN);
            let now = bench.clock_seconds();
            let token = claims(bench.token(), now).sign();
            let mut request = pin!(bench.validator.validate_async(&token));
            let mut context = Context::from_waker(Waker::noop());
            assert!(request.as_mut().poll(&mut context).is_pending(), "{what}");
            bench.issuer.wait_for_fetches(fetches + 1);
            pass(&bench.clock, now);
            drop(hold);
            let found = block_on(request).map(drop).map_err(|refusal| refusal.cause().clone());
            assert_eq!(found, expected, "{what}, cold: {is_cold}");
            let kept = bench.validator.stats().cache_bytes > 0;
            assert_eq!(kept, expected.is_ok(), "{what}: a refused token is not cached");
        }
    }
}

fn expiring(token: TokenBuilder, _: u64) -> TokenBuilder {
    token.expires_in(Duration::from_secs(10))
}

#[test]
fn l2_a_withdrawn_key_removes_its_cached_tokens() {
    let bench = Bench::new();
    let old = bench.issuer.key(Algorithm::ES256);
    let token = bench.token().sign();
    warm(&bench.validator, &token);
    bench.issuer.rotate(Algorithm::ES256);
    bench.issuer.withdraw(old.kid());
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "it makes the validator fetch");
    assert_refused(&bench, &token, InvalidToken::UnknownKey, "withdrawn");
}

#[test]
fn l2_a_reused_key_id_removes_the_tokens_of_the_old_key() {
    let bench = Bench::new();
    let old = bench.issuer.key(Algorithm::ES256);
    let token = bench.token().sign();
    warm(&bench.validator, &token);
    let other = SigningKey::generate(Algorithm::ES256).with_kid(old.kid());
    bench.issuer.set_jwks(json!({"keys": [other.public_jwk()]}).to_string());
    refetch(&bench);
    assert_refused(&bench, &token, InvalidToken::Signature, "the key is another");
}

#[test]
fn l2_keys_that_come_back_unchanged_serve_the_tokens_again() {
    let bench = Bench::new();
    let token = bench.token().sign();
    warm(&bench.validator, &token);
    refetch(&bench);
    warm_again(&bench, &token);
    // The same keys in a document with other bytes.
    pad_key_set(&bench.issuer, 10);
    refetch(&bench);
    let hits = bench.validator.stats().cache_hits;
    assert_eq!(bench.verdict(&token), Ok(()));
    assert_eq!(bench.validator.stats().cache_hits, hits, "it was verified again");
    warm_again(&bench, &token);
}

#[test]
fn l2_expired_keys_serve_no_cached_token() {
    let bench = Bench::new();
    let token = bench.token().expires_in(Duration::from_secs(10 * TTL)).sign();
    warm(&bench.validator, &token);
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
    bench.advance_seconds(TTL - 1);
    warm_again(&bench, &token);
    bench.advance_seconds(1);
    assert!(lacks_keys(&bench.verdict(&token)));
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Normal);
    bench.advance_seconds(60);
    assert_eq!(bench.verdict(&token), Ok(()));
}

#[test]
fn l3_validators_of_other_audiences_and_issuers_share_nothing() {
    let clock = TestClock::new();
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    let ours = common::builder(&issuer, &clock).build().unwrap();
    let theirs =
        Validator::builder().audience("theirs").issuer(issuer.url()).clock(clock.clone()).build().unwrap();
    let strict = common::builder(&issuer, &clock).strict_typ(true).build().unwrap();
    let token = issuer.token().header("typ", "JWT").sign();
    warm(&ours, &token);
    for _ in 0..2 {
        assert_eq!(verdict(&theirs, &token), invalid(InvalidToken::Audience));
        assert_eq!(verdict(&strict, &token), invalid(InvalidToken::Type));
        assert_eq!(verdict(&ours, &token), Ok(()));
    }
}

#[test]
fn l3_one_issuers_keys_do_not_keep_another_issuers_tokens() {
    let clock = TestClock::new();
    let start = || TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    let (one, other) = (start(), start());
    let validator = common::builder(&one, &clock)
        .add_issuer(Issuer::new(other.url()).audience(AUDIENCE))
        .build()
        .unwrap();
    let (token, others) = (one.token().sign(), other.token().sign());
    warm(&validator, &token);
    warm(&validator, &others);
    one.withdraw(one.key(Algorithm::ES256).kid());
    one.rotate(Algorithm::ES256);
    assert_eq!(verdict(&validator, &one.token().sign()), Ok(()), "the first issuer's keys are fetched");
    assert_eq!(verdict(&validator, &token), invalid(InvalidToken::UnknownKey));
    let hits = validator.stats().cache_hits;
    assert_eq!(verdict(&validator, &others), Ok(()));
    assert_eq!(validator.stats().cache_hits, hits + 1, "the second issuer's are unchanged");
}

#[test]
fn l3_the_policy_of_each_route_is_checked() {
    let bench = Bench::new();
    let token = bench.token().scopes(["read:messages"]).sign();
    warm(&bench.validator, &token);
    for (scope, granted) in [("read:messages", true), ("write:messages", false), ("read:messages", true)] {
        let policy = Policy::builder().any_scopes([scope]).build().unwrap();
        let known = bench.validator.validate(&token).unwrap();
        assert_eq!(known.require(&policy).is_ok(), granted, "{scope}");
    }
}

/// The cache hashes only the end of a token. A token with a copied end is a collision, so every
/// byte must be compared.
#[test]
fn l3_a_token_that_collides_with_a_cached_one_is_refused() {
    let bench = Bench::new();
    let token = bench.token().subject("alice").sign();
    warm(&bench.validator, &token);
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else {
        panic!("three segments")
    };
    let other = bench.token().subject("mallory").sign();
    let [_, others, _] = other.split('.').collect::<Vec<_>>()[..] else { panic!("three segments") };
    assert_refused(
        &bench,
        &format!("{header}.{others}.{signature}"),
        InvalidToken::Signature,
        "another payload before the signature",
    );
    for (n, byte) in payload.char_indices().step_by(7) {
        let flipped = if byte == 'A' { 'B' } else { 'A' };
        let (before, after) = (&payload[..n], &payload[n + 1..]);
        let forged = format!("{header}.{before}{flipped}{after}.{signature}");
        assert!(bench.verdict(&forged).is_err(), "byte {n} of the payload");
    }
    for cut in [&token[1..], &token[..token.len() - 1], &token[token.len() - 64..]] {
        assert!(bench.verdict(cut).is_err(), "{cut}");
    }
    warm_again(&bench, &token);
}

#[test]
fn l4_many_tokens_stay_within_the_bytes_that_are_allowed() {
    const BYTES: usize = 256 * 1024;
    let bench = Bench::configured(|builder| builder.token_cache(BYTES));
    for n in 0..2000 {
        let token = bench.token().subject(&format!("user-{n}")).sign();
        assert_eq!(bench.verdict(&token), Ok(()));
        let held = usize::try_from(bench.validator.stats().cache_bytes).unwrap();
        assert!(held <= BYTES, "{held} bytes after {n} tokens");
    }
    assert!(bench.validator.stats().cache_bytes > 128 * 1024, "it is used");
}

#[test]
fn a_refused_token_is_checked_again() {
    let bench = Bench::new();
    let soon = bench.clock_seconds() + LEEWAY + 10;
    let early = bench.token().claim("nbf", soon).sign();
    assert_refused(&bench, &early, InvalidToken::NotYetValid, "too early");

    let unpublished = SigningKey::generate(Algorithm::ES256);
    let unknown = bench.token().signed_with(&unpublished).sign();
    assert_refused(&bench, &unknown, InvalidToken::UnknownKey, "not published");

    let mut forged = early.clone();
    forged.truncate(forged.len() - 4);
    forged.push_str("AAAA");
    assert!(bench.verdict(&forged).is_err());
    assert_eq!(bench.validator.stats().cache_bytes, 0, "refused tokens are not cached");

    bench.issuer.add_jwk(unpublished.public_jwk());
    bench.advance_seconds(COOL_DOWN);
    assert_eq!(bench.verdict(&unknown), Ok(()));
    assert_eq!(bench.verdict(&early), Ok(()));
}

#[test]
fn an_uncached_token_is_verified_each_time() {
    let none = Bench::configured(|builder| builder.token_cache(0));
    let some = Bench::new();
    let long = "x".repeat(4 * 1024);
    for (bench, token) in [(&none, none.token().sign()), (&some, some.token().claim("long", long).sign())] {
        for _ in 0..3 {
            assert_eq!(bench.verdict(&token), Ok(()));
        }
        let stats = bench.validator.stats();
        assert_eq!((stats.accepted, stats.cache_hits, stats.cache_bytes), (3, 0, 0));
    }
}

/// A request that begins after the new keys are published must not be served by the old ones.
#[test]
fn l2_threads_that_race_a_withdrawal_accept_nothing_after_it() {
    let bench = Bench::new();
    for round in 0..20 {
        let old = bench.issuer.key(Algorithm::ES256);
        let token = bench.token().sign();
        warm(&bench.validator, &token);
        let withdrawn = AtomicBool::new(false);
        thread::scope(|scope| {
            let race = || {
                loop {
                    let after = withdrawn.load(Ordering::Acquire);
                    let verdict = bench.verdict(&token);
                    if after {
                        return verdict;
                    }
                    assert!(verdict == Ok(()) || verdict == invalid(InvalidToken::UnknownKey), "{verdict:?}");
                }
            };
            let racing: Vec<_> = (0..8).map(|_| scope.spawn(race)).collect();
            bench.issuer.rotate(Algorithm::ES256);
            bench.issuer.withdraw(old.kid());
            bench.advance_seconds(COOL_DOWN);
            assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "round {round}");
            withdrawn.store(true, Ordering::Release);
            for one in racing {
                assert_eq!(one.join().unwrap(), invalid(InvalidToken::UnknownKey), "round {round}");
            }
        });
    }
}
