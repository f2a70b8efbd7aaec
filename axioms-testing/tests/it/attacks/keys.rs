//! Which of an issuer's keys verifies a token, and what happens if it does not: B10 and B11 (no
//! `kid`), E8 (several keys with one `kid`), F1, F2 and F11 for a key that was replaced under its
//! `kid`.

use std::future::{Future as _, poll_fn};
use std::task::{Context, Waker};
use std::thread;

use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, InvalidToken, Validator};
use axioms_testing::{AUDIENCE, Behaviour, Endpoint, SigningKey, TestIssuer};
use serde_json::{Value, json};

use super::fetch::{COOL_DOWN, REFRESH, RESERVE};
use super::table::{fetches, fetches_within};
use crate::common::{Bench, Verdict, block_on, invalid, lacks_keys, log, verdict};

const ES256: Algorithm = Algorithm::ES256;
const SIGNATURE: InvalidToken = InvalidToken::Signature;

fn jwks(keys: &[Value]) -> String {
    json!({ "keys": keys }).to_string()
}

fn without(mut jwk: Value, member: &str) -> Value {
    jwk.as_object_mut().unwrap().remove(member);
    jwk
}

fn with(mut jwk: Value, member: &str, value: impl Into<Value>) -> Value {
    jwk[member] = value.into();
    jwk
}

/// The verdict on a token that `key` signs without a `kid`.
fn unnamed(bench: &Bench, key: &SigningKey) -> Verdict {
    bench.verdict(&bench.token().signed_with(key).without_header("kid").sign())
}

/// Replaces the issuer's key by another one with the same id.
fn replace_key(bench: &Bench) -> SigningKey {
    let new = SigningKey::generate(ES256).with_kid(bench.issuer.key(ES256).kid());
    bench.issuer.set_jwks(jwks(&[new.public_jwk()]));
    new
}

/// Tokens with the issuer's `kid`, signed by another key.
fn flood(bench: &Bench, tokens: usize) {
    let stranger = SigningKey::generate(ES256).with_kid(bench.issuer.key(ES256).kid());
    let forged = bench.token().signed_with(&stranger).sign();
    for n in 0..tokens {
        assert_eq!(bench.verdict(&forged), invalid(SIGNATURE), "forged token {n}");
    }
}

#[test]
fn b10_b11_a_token_without_kid_is_verified_by_the_one_key_that_fits() {
    let [ours, other] = [SigningKey::generate(ES256), SigningKey::generate(ES256)];
    let rsa = super::corpus::World::shared().issuer.key(Algorithm::RS256).public_jwk();
    let (ours_jwk, other_jwk) = (ours.public_jwk(), other.public_jwk());
    let anonymous = || without(ours_jwk.clone(), "kid");
    let several = invalid(InvalidToken::NoKeyId);
    let rows = [
        ("B10 one key, with an id", vec![ours_jwk.clone()], Ok(()), invalid(SIGNATURE)),
        ("B10 one key, without an id", vec![anonymous()], Ok(()), invalid(SIGNATURE)),
        ("B10 its id is null", vec![with(anonymous(), "kid", json!(null))], Ok(()), invalid(SIGNATURE)),
        ("B10 without alg", vec![without(anonymous(), "alg")], Ok(()), invalid(SIGNATURE)),
        ("B10 next to a key of another type", vec![rsa.clone(), anonymous()], Ok(()), invalid(SIGNATURE)),
        (
            "B10 next to one that is not for signatures",
            vec![ours_jwk.clone(), with(other_jwk.clone(), "use", "enc")],
            Ok(()),
            invalid(SIGNATURE),
        ),
        (
            "B10 next to one of another issuer",
            vec![anonymous(), with(other_jwk.clone(), "issuer", "https://other.example.com")],
            Ok(()),
            invalid(SIGNATURE),
        ),
        ("B10 the same key twice", vec![anonymous(), anonymous()], Ok(()), invalid(SIGNATURE)),
        (
            "B10 the same key under two ids and none",
            vec![ours_jwk.clone(), with(ours_jwk.clone(), "kid", "alias"), anonymous()],
            Ok(()),
            invalid(SIGNATURE),
        ),
        (
            "B11 two keys with ids",
            vec![ours_jwk.clone(), other_jwk.clone()],
            several.clone(),
            several.clone(),
        ),
        (
            "B11 two keys without ids",
            vec![anonymous(), without(other_jwk.clone(), "kid")],
            several.clone(),
            several.clone(),
        ),
        ("B11 one of each", vec![anonymous(), other_jwk.clone()], several.clone(), several),
        (
            "B11 no key that fits",
            vec![rsa],
            invalid(InvalidToken::UnknownKey),
            invalid(InvalidToken::UnknownKey),
        ),
    ];
    for (what, keys, expected, of_a_stranger) in rows {
        let bench = Bench::with_issuer(|issuer| issuer.set_jwks(jwks(&keys)), |builder| builder);
        assert_eq!(unnamed(&bench, &ours), expected, "{what}");
        assert_eq!(unnamed(&bench, &SigningKey::generate(ES256)), of_a_stranger, "{what}: a stranger");
    }
}

/// A key without an id serves only tokens without one, whatever a program writes for a missing id.
#[test]
fn b11_a_token_with_a_kid_is_never_verified_by_a_key_without_one() {
    let key = SigningKey::generate(ES256);
    let anonymous = jwks(&[without(key.public_jwk(), "kid")]);
    let bench = Bench::with_issuer(|issuer| issuer.set_jwks(anonymous), |builder| builder);
    for kid in ["None", "undefined", "null", "", "0", "false", "NaN", " ", key.kid()] {
        let token = bench.token().signed_with(&key).header("kid", kid).sign();
        assert_eq!(bench.verdict(&token), invalid(InvalidToken::UnknownKey), "{kid:?}");
    }
    assert_eq!(unnamed(&bench, &key), Ok(()));
    assert_eq!(bench.validator.health().issuers[0].key_ids.len(), 0, "it has no id to show");
}

#[test]
fn b10_a_rotation_of_keys_without_ids_is_followed() {
    let bench = Bench::new();
    let [old, new] = [SigningKey::generate(ES256), SigningKey::generate(ES256)];
    let publish = |key: &SigningKey| bench.issuer.set_jwks(jwks(&[without(key.public_jwk(), "kid")]));
    publish(&old);
    assert_eq!(unnamed(&bench, &old), Ok(()), "the published key replaces the former one");
    fetches("B10 the one key that fits is replaced", &bench.issuer, 1 + 1);
    publish(&new);
    bench.advance_seconds(COOL_DOWN);
    assert_eq!(unnamed(&bench, &new), Ok(()));
    assert_eq!(unnamed(&bench, &old), invalid(SIGNATURE));
    fetches("B10 and again", &bench.issuer, 1 + 2);

    let rsa = super::corpus::World::shared().issuer.key(Algorithm::RS256);
    let token = bench.token().signed_with(&rsa).without_header("kid").sign();
    bench.issuer.set_jwks(jwks(&[without(rsa.public_jwk(), "kid"), without(new.public_jwk(), "kid")]));
    bench.advance_seconds(COOL_DOWN);
    assert_eq!(bench.verdict(&token), Ok(()), "no key fitted");
    fetches("B10 the first key of an algorithm", &bench.issuer, 1 + 3);
}

#[test]
fn e8_keys_of_one_id_and_algorithm_are_each_tried() {
    let keys: Vec<SigningKey> = (0..5).map(|_| SigningKey::generate(ES256).with_kid("same")).collect();
    let publish = |issuer: &TestIssuer| {
        for key in &keys {
            // Listed twice, in two spellings: this is one key.
            issuer.add_jwk(key.public_jwk());
            issuer.add_jwk(without(key.public_jwk(), "use"));
        }
    };
    let bench = Bench::with_issuer(publish, |builder| builder);
    for (n, key) in keys.iter().enumerate() {
        let expected = if n < 4 { Ok(()) } else { invalid(SIGNATURE) };
        assert_eq!(bench.verdict(&bench.token().signed_with(key).sign()), expected, "key {n}");
    }
    let stranger = SigningKey::generate(ES256).with_kid("same");
    assert_eq!(bench.verdict(&bench.token().signed_with(&stranger).sign()), invalid(SIGNATURE));
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "the key of another id");
    let reported = log::lines_with(&bench.issuer.jwks_url());
    let count = |reason: &str| reported.iter().filter(|line| line.text.contains(reason)).count();
    assert_eq!(
        (count("duplicate of another key"), count("4 other keys with its kid")),
        (4, 2),
        "{reported:?}"
    );
}

/// Only keys that fit the same token are counted.
#[test]
fn e8_keys_of_other_issuers_push_none_out() {
    let issuer = TestIssuer::builder().algorithms([ES256]).start();
    let tenants: Vec<_> = (0..6)
        .map(|n| (format!("{}/tenant-{n}", issuer.url()), SigningKey::generate(ES256).with_kid("same")))
        .collect();
    let jwk = |(tenant, key): &(String, SigningKey)| with(key.public_jwk(), "issuer", tenant.as_str());
    issuer.set_jwks(jwks(&tenants.iter().map(jwk).collect::<Vec<_>>()));
    let validator =
        Validator::builder().audience(AUDIENCE).jwks_url(issuer.jwks_url()).any_issuer(true).build().unwrap();
    for (tenant, key) in &tenants {
        let token = issuer.token().issuer(tenant).signed_with(key).sign();
        assert_eq!(verdict(&validator, &token), Ok(()), "{tenant}");
    }
}

#[test]
fn f11_the_first_token_under_a_replaced_key_is_accepted() {
    let bench = Bench::new();
    let old = bench.token().sign();
    let known = bench.token().subject("known").sign();
    assert_eq!(bench.verdict(&known), Ok(()));
    let new = replace_key(&bench);
    let token = bench.token().signed_with(&new).sign();
    assert_eq!(bench.verdict(&token), Ok(()));
    fetches("F11 the first token under a key that was replaced", &bench.issuer, 1 + 1);
    for (what, token) in [("a new token", &old), ("one that was accepted", &known)] {
        assert_eq!(bench.verdict(token), invalid(SIGNATURE), "the old key: {what}");
    }
    // Accepted by the new keys, and cached.
    let hits = bench.validator.stats().cache_hits;
    assert_eq!(bench.verdict(&token), Ok(()));
    assert_eq!(bench.validator.stats().cache_hits, hits + 1);
}

#[test]
fn f3_threads_share_a_fetch_for_a_replaced_key_too() {
    let bench = Bench::new();
    let known = bench.token().sign();
    let new = replace_key(&bench);
    let token = bench.token().signed_with(&new).sign();
    let hold = bench.issuer.hold();
    thread::scope(|scope| {
        let all: Vec<_> = (0..50).map(|_| scope.spawn(|| bench.verdict(&token))).collect();
        bench.issuer.wait_for_fetches(2);
        assert_eq!(bench.verdict(&known), Ok(()), "a token whose key is known does not wait");
        drop(hold);
        assert!(all.into_iter().all(|one| one.join().unwrap() == Ok(())));
    });
    fetches("F3 50 threads with a token under a replaced key", &bench.issuer, 1 + 1);
}

/// A fetch that was in progress when the key was replaced does not return the new one; the next
/// fetch does.
#[test]
fn f11_a_key_replaced_during_a_fetch_is_found_by_the_next() {
    let bench = Bench::new();
    let old = jwks(&[bench.issuer.key(ES256).public_jwk()]);
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Body(old.into_bytes()));
    let hold = bench.issuer.hold();
    bench.advance_seconds(REFRESH);
    bench.issuer.wait_for_fetches(2);
    let new = replace_key(&bench);
    let token = bench.token().signed_with(&new).sign();
    let mut waiting = Box::pin(bench.validator.validate_async(&token));
    let first = waiting.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(first.is_pending(), "it waits for the fetch that is in progress");
    drop(hold);
    let accepted = block_on(poll_fn(|context| {
        // That fetch has ended with the old key; the new one is published now.
        if bench.validator.stats().fetches == 2 {
            bench.issuer.behave(Endpoint::Jwks, Behaviour::Normal);
        }
        waiting.as_mut().poll(context)
    }));
    assert!(accepted.is_ok());
    fetches("F11 a key replaced during a refresh", &bench.issuer, 1 + 1 + 1);
}

#[test]
fn f1_a_flood_of_forged_signatures_causes_two_fetches_in_a_cool_down() {
    let bench = Bench::new();
    flood(&bench, 1000);
    fetches("F1 1,000 forged signatures at once: the first fetch, and one for them", &bench.issuer, 1 + 1);
    for second in 1..COOL_DOWN {
        bench.advance_seconds(1);
        flood(&bench, 5);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "second {second}: known tokens are served");
    }
    fetches("F1 and 5 more every second for 29 s: and the reserve", &bench.issuer, 1 + 2);
}

/// A flood of one kind does not hide the other: both share one budget, and its reserve depends only
/// on time.
#[test]
fn f2_a_key_rotated_in_or_replaced_under_forged_signatures_is_found_by_the_reserve() {
    for replaced in [false, true] {
        for at in [0, 1, 14, 15, 16, 29, 30, 31] {
            let bench = Bench::new();
            flood(&bench, 5);
            for _ in 0..at {
                bench.advance_seconds(1);
                flood(&bench, 2);
            }
            let new = if replaced { replace_key(&bench) } else { SigningKey::generate(ES256) };
            if !replaced {
                bench.issuer.add_jwk(new.public_jwk());
            }
            let found = (0..=RESERVE).find(|_| {
                let found = bench.verdict(&bench.token().signed_with(&new).sign()) == Ok(());
                bench.advance_seconds(1);
                flood(&bench, 2);
                found
            });
            let row = format!("F2 replaced: {replaced}, in second {at} of a flood, found after {found:?} s");
            assert!(found.is_some(), "{row}: the flood locked it out");
            let cool_downs = (at + RESERVE) / COOL_DOWN + 1;
            fetches_within(&row, &bench.issuer, 2..=1 + 2 * usize::try_from(cool_downs).unwrap());
        }
    }
}

/// Whether a key was replaced under its id is as uncertain as whether an unknown key exists. So a
/// good token is never called invalid, and a forged one gets the same answer.
#[test]
fn f8_a_bad_signature_while_the_issuer_is_down_gets_503() {
    let bench = Bench::new();
    let known = bench.token().sign();
    let kid = bench.issuer.key(ES256).kid().to_owned();
    let new = replace_key(&bench);
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
    let stranger = SigningKey::generate(ES256).with_kid(kid);
    let [good, forged] = [&new, &stranger].map(|key| bench.token().signed_with(key).sign());
    for token in [&good, &forged, &good, &forged] {
        assert!(lacks_keys(&bench.verdict(token)));
    }
    assert!(lacks_keys(&unnamed(&bench, &new)), "by the one key that fits");
    fetches("F8 bad signatures during an outage: one asks, and the backoff decides", &bench.issuer, 1 + 1);
    assert_eq!(bench.verdict(&known), Ok(()), "a token whose key is known");
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Normal);
    bench.advance_seconds(60);
    assert_eq!((bench.verdict(&good), bench.verdict(&forged)), (Ok(()), invalid(SIGNATURE)));
    assert_eq!(bench.verdict(&known), invalid(SIGNATURE));
}

/// A token that exceeds the limit of waiting requests is not called invalid either.
#[test]
fn f8_a_bad_signature_that_cannot_wait_for_the_fetch_gets_503() {
    let bench = Bench::new();
    let kid = bench.issuer.key(ES256).kid().to_owned();
    let new = replace_key(&bench);
    let stranger = SigningKey::generate(ES256).with_kid(kid);
    let [good, forged] = [&new, &stranger].map(|key| bench.token().signed_with(key).sign());
    let hold = bench.issuer.hold();
    let mut context = Context::from_waker(Waker::noop());
    let mut waiting = Box::pin(bench.validator.validate_async(&forged));
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    bench.issuer.wait_for_fetches(2);
    // The issuer is slow now, so only one request may wait, and one already does.
    bench.advance_seconds(2);
    assert!(lacks_keys(&bench.verdict(&good)));
    drop(hold);
    assert_eq!(block_on(waiting).unwrap_err().cause(), &SIGNATURE.into());
    assert_eq!(bench.verdict(&good), Ok(()));
}

/// Several keys may fit a token without `kid`; the issuer may have withdrawn all but one of them
/// since.
#[test]
fn b11_an_ambiguous_token_without_kid_causes_a_fetch() {
    let bench = Bench::new();
    let old = bench.issuer.key(ES256);
    bench.issuer.rotate(ES256);
    let new = bench.issuer.key(ES256);
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    bench.issuer.withdraw(old.kid());
    bench.advance_seconds(RESERVE);
    assert_eq!(unnamed(&bench, &new), Ok(()));
    fetches("B11 of two keys, one was withdrawn", &bench.issuer, 1 + 2);
    bench.issuer.add_jwk(old.public_jwk());
    bench.advance_seconds(REFRESH);
    bench.settle();
    for _ in 0..100 {
        assert_eq!(unnamed(&bench, &new), invalid(InvalidToken::NoKeyId));
    }
    fetches_within("B11 of two keys, none was withdrawn", &bench.issuer, 4..=5);
}
