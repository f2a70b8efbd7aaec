//! Which of an issuer's keys verifies a token: B10 and B11 (no `kid`), E8 (several keys of one `kid`).

use axioms_core::testing::{SigningKey, TestIssuer};
use axioms_core::{Algorithm, InvalidToken};
use serde_json::{Value, json};

use crate::common::{Bench, Verdict, invalid, log};

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

/// The verdict on a token that `key` signs without naming itself.
fn unnamed(bench: &Bench, key: &SigningKey) -> Verdict {
    bench.verdict(&bench.token().signed_with(key).without_header("kid").sign())
}

#[test]
fn b10_b11_a_token_without_kid_is_verified_by_the_one_key_that_fits() {
    let [ours, other] = [SigningKey::generate(ES256), SigningKey::generate(ES256)];
    let rsa = crate::corpus::World::shared().issuer.key(Algorithm::RS256).public_jwk();
    let (ours_jwk, other_jwk) = (ours.public_jwk(), other.public_jwk());
    let anonymous = || without(ours_jwk.clone(), "kid");
    let several = invalid(InvalidToken::NoKeyId);
    let rows = [
        ("B10 one key, with an id", vec![ours_jwk.clone()], Ok(()), invalid(SIGNATURE)),
        ("B10 one key, without an id", vec![anonymous()], Ok(()), invalid(SIGNATURE)),
        ("B10 its id is null", vec![with(anonymous(), "kid", json!(null))], Ok(()), invalid(SIGNATURE)),
        ("B10 without alg", vec![without(anonymous(), "alg")], Ok(()), invalid(SIGNATURE)),
        ("B10 beside a key of another type", vec![rsa.clone(), anonymous()], Ok(()), invalid(SIGNATURE)),
        (
            "B10 beside one that is not for signatures",
            vec![ours_jwk.clone(), with(other_jwk.clone(), "use", "enc")],
            Ok(()),
            invalid(SIGNATURE),
        ),
        (
            "B10 beside one of another issuer",
            vec![anonymous(), with(other_jwk.clone(), "issuer", "https://other.example.com")],
            Ok(()),
            invalid(SIGNATURE),
        ),
        ("B10 the same key twice", vec![anonymous(), anonymous()], Ok(()), invalid(SIGNATURE)),
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

/// A key without an id serves tokens without one alone, whatever a careless program makes of a missing id.
#[test]
fn b11_a_token_that_names_a_kid_never_meets_a_key_without_one() {
    let key = SigningKey::generate(ES256);
    let anonymous = jwks(&[without(key.public_jwk(), "kid")]);
    let bench = Bench::with_issuer(|issuer| issuer.set_jwks(anonymous), |builder| builder);
    for kid in ["None", "undefined", "null", "", "0", "false", "NaN", " ", key.kid()] {
        let token = bench.token().signed_with(&key).header("kid", kid).sign();
        assert_eq!(bench.verdict(&token), invalid(InvalidToken::UnknownKey), "{kid:?}");
    }
    assert_eq!(unnamed(&bench, &key), Ok(()));
    assert_eq!(bench.validator.health().issuers[0].key_ids.len(), 0, "it has no id to tell");
}

#[test]
fn e8_keys_of_one_id_and_algorithm_are_each_tried() {
    let keys: Vec<SigningKey> = (0..5).map(|_| SigningKey::generate(ES256).with_kid("same")).collect();
    let publish = |issuer: &TestIssuer| {
        for key in &keys {
            // Listed twice, in one spelling and another: that is one key.
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
    let told = log::lines_with(&bench.issuer.jwks_url());
    let count = |reason: &str| told.iter().filter(|line| line.text.contains(reason)).count();
    assert_eq!((count("has this key already"), count("4 other keys of its kid")), (4, 2), "{told:?}");
}
