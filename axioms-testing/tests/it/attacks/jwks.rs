//! E: the document with the issuer's keys. An unusable document replaces no keys.

use axioms_core::{Algorithm, InvalidToken};
use axioms_testing::{Behaviour, Endpoint, Framing, TestIssuer};
use serde_json::json;
use tracing::Level;

use super::corpus::{SHARED_KID, World};
use super::fetch::TTL;
use super::jwk::sound;
use super::table::fetches;
use crate::common::{Bench, invalid, lacks_keys, log, pad_key_set, verdict};

/// The document is read by RFC 7517 section 5: unknown members are ignored.
#[test]
fn e1_other_members_are_ignored_if_they_are_unambiguous() {
    let bench = Bench::new();
    let (key, jwk) = sound(Algorithm::ES256);
    let rows = [
        ("a byte order mark", format!("\u{feff}{{\"keys\":[{jwk}]}}"), true),
        ("white space", format!(" \n{{ \"keys\" : [ {jwk} ] }}\n"), true),
        ("unknown members", format!(r#"{{"a":1,"keys":[{jwk}],"b":null}}"#), true),
        ("one of them twice", format!(r#"{{"a":1,"keys":[{jwk}],"a":2}}"#), true),
        ("two byte order marks", format!("\u{feff}\u{feff}{{\"keys\":[{jwk}]}}"), false),
        ("a byte order mark behind", format!("{{\"keys\":[{jwk}]}}\u{feff}"), false),
        ("keys twice", format!(r#"{{"keys":[],"keys":[{jwk}]}}"#), false),
        ("keys twice, once escaped", format!(r#"{{"keys":[{jwk}],"\u006beys":[]}}"#), false),
    ];
    for (what, document, taken) in rows {
        bench.issuer.set_jwks(document);
        bench.advance_seconds(60);
        bench.settle();
        assert_eq!(bench.verdict(&bench.token().signed_with(&key).sign()) == Ok(()), taken, "{what}");
        bench.issuer.set_jwks(json!({"keys": [bench.issuer.key(Algorithm::ES256).public_jwk()]}).to_string());
        bench.advance_seconds(60);
        bench.settle();
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{what}");
    }
}

/// A bad document keeps the present keys (2.6), and the log says so.
#[test]
fn e10_a_set_without_keys_withdraws_none_and_warns() {
    let bench = Bench::new();
    bench.issuer.set_jwks(r#"{"keys":[]}"#);
    bench.settle();
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "the former key");
    let lines = log::lines_with(bench.issuer.url());
    let warned = lines.iter().find(|line| line.name == "axioms.fetch_failed").unwrap();
    let health = bench.validator.health().issuers.remove(0);
    for reported in [&warned.text, health.last_error.as_ref().unwrap()] {
        assert!(
            reported.contains("lists no keys") && reported.contains("stay in use until they expire"),
            "{reported}"
        );
    }
    assert_eq!((warned.level, health.ready, health.key_ids.len()), (Level::WARN, true, 1));
    bench.advance_seconds(TTL);
    assert!(lacks_keys(&bench.verdict_on_fresh_token()), "the keys have expired");
}

#[test]
fn e8_two_keys_of_one_id_are_distinguished_by_algorithm() {
    let world = World::shared();
    let validator = world.validator().build().unwrap();
    for algorithm in [Algorithm::RS256, Algorithm::ES256] {
        let key = world.issuer.key(algorithm).with_kid(SHARED_KID);
        assert_eq!(verdict(&validator, &world.token().signed_with(&key).sign()), Ok(()), "{algorithm}");
    }
}

/// Documents without a usable key.
fn useless_documents() -> Vec<(&'static str, Behaviour)> {
    let symmetric = json!({"keys": [{"kty": "oct", "kid": "a", "k": "AQ"}]}).to_string();
    let deep = format!(r#"{{"keys":{}"#, "[".repeat(100_000));
    let many = |count| format!(r#"{{"keys":[{}{{}}]}}"#, "{},".repeat(count));
    let (within_the_cap, beyond_it) = (many(80_000), many(100_000));
    let mut rows: Vec<(&str, Behaviour)> = [
        ("E10 no key", r#"{"keys":[]}"#),
        ("E10 no keys", "{}"),
        ("E10 keys an object", r#"{"keys":{}}"#),
        ("E10 keys null", r#"{"keys":null}"#),
        ("E10 keys twice", r#"{"keys":[],"keys":[]}"#),
        ("E10 an array", "[]"),
        ("E10 empty", ""),
        ("E10 cut off", r#"{"keys":["#),
        ("E10 something after it", r#"{"keys":[]} x"#),
        ("E10 useless keys alone", &symmetric),
        ("E10 nothing but depth", &deep),
        ("E12 eighty thousand keys in 240 KB", &within_the_cap),
        ("E12 a hundred thousand keys", &beyond_it),
    ]
    .map(|(what, text)| (what, Behaviour::Body(text.into())))
    .into();
    rows.extend([
        ("E10 a web page", Behaviour::Html),
        ("E10 not UTF-8", Behaviour::Body(b"{\"keys\":[\"\xff\"]}".into())),
        ("E12 longer than the cap", Behaviour::Huge(256 * 1024, Framing::ContentLength)),
    ]);
    rows
}

#[test]
fn e10_a_useless_document_replaces_nothing_and_counts_for_the_cool_down() {
    for (what, behaviour) in useless_documents() {
        let bench = Bench::new();
        bench.issuer.behave(Endpoint::Jwks, behaviour);
        bench.issuer.rotate(Algorithm::ES256);
        let old = bench.issuer.keys().remove(0);
        for _ in 0..3 {
            assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{what}: an unknown key");
        }
        fetches(&format!("{what}, warm, asked for an unknown key id three times"), &bench.issuer, 1 + 1);
        assert_eq!(bench.verdict(&bench.token().signed_with(&old).sign()), Ok(()), "{what}: the old key");
    }
}

#[test]
fn e10_a_useless_document_at_the_start_is_an_outage() {
    for (what, behaviour) in useless_documents() {
        let bench = Bench::with_issuer(|issuer| issuer.behave(Endpoint::Jwks, behaviour), |builder| builder);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{what}");
        fetches(&format!("{what}, cold"), &bench.issuer, 1);
    }
}

#[test]
fn e12_only_the_first_hundred_keys_are_read() {
    for (place, expected) in [(99, Ok(())), (100, invalid(InvalidToken::UnknownKey))] {
        let (key, jwk) = sound(Algorithm::ES256);
        let publish = |issuer: &TestIssuer| {
            pad_key_set(issuer, place);
            issuer.add_jwk(jwk);
        };
        let bench = Bench::with_issuer(publish, |builder| builder);
        assert_eq!(bench.verdict(&bench.token().signed_with(&key).sign()), expected, "key {place}");
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
        // The missing key causes one more fetch.
        fetches(
            &format!("E12 a token of key number {place}"),
            &bench.issuer,
            1 + usize::from(expected.is_err()),
        );
    }
}

#[test]
fn e12_ten_thousand_keys_replace_nothing() {
    let bench = Bench::new();
    pad_key_set(&bench.issuer, 10_000);
    bench.issuer.rotate(Algorithm::ES256);
    let old = bench.issuer.keys().remove(0);
    assert!(lacks_keys(&bench.verdict_on_fresh_token()), "there are more than the limit");
    assert_eq!(bench.verdict(&bench.token().signed_with(&old).sign()), Ok(()));
    fetches("E12 ten thousand keys", &bench.issuer, 1 + 1);
}

#[test]
fn e13_a_key_of_an_issuer_verifies_only_its_tokens() {
    let (ours, theirs) = (Bench::new(), Bench::new());
    let our_kid = ours.issuer.key(Algorithm::ES256).kid().to_owned();
    let their_key = theirs.issuer.key(Algorithm::ES256);
    let same_kid = their_key.clone().with_kid(our_kid);
    assert_eq!(theirs.verdict(&ours.token().sign()), invalid(InvalidToken::Issuer));
    for (key, reason) in [(their_key, InvalidToken::UnknownKey), (same_kid, InvalidToken::Signature)] {
        assert_eq!(ours.verdict(&ours.token().signed_with(&key).sign()), invalid(reason));
    }
    assert_eq!(ours.verdict_on_fresh_token(), Ok(()));
}
