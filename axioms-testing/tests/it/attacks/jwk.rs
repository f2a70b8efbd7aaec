//! E: one key of the issuer's JWK Set. An unusable key is skipped, and the others still serve.

use axioms_core::{Algorithm, InvalidToken};
use axioms_testing::{Behaviour, Endpoint, SigningKey, TestIssuer, base64url};
use serde_json::{Value, json};
use tracing::Level;

use super::corpus::World;
use super::corpus::forge::{decoded, small_order_points};
use crate::common::{Bench, Verdict, invalid, lacks_keys, log};

pub(super) const KID: &str = "odd";

/// A good JWK with the id `odd` for the algorithm, and its private key.
pub(super) fn sound(algorithm: Algorithm) -> (SigningKey, Value) {
    let key = match algorithm {
        // Making RSA keys is slow.
        Algorithm::RS256 => World::shared().issuer.key(algorithm),
        _ => SigningKey::generate(algorithm),
    };
    let key = key.with_kid(KID);
    let jwk = key.public_jwk();
    (key, jwk)
}

/// The verdict on a token signed by `key` when `jwk` is one of the issuer's keys. The other keys
/// must still serve.
fn verdict_among_good_keys(key: &SigningKey, jwk: Value) -> Verdict {
    let bench = Bench::with_issuer(|issuer| issuer.add_jwk(jwk), |builder| builder);
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "the good key next to it");
    bench.verdict(&bench.token().signed_with(key).sign())
}

type Row = (&'static str, Algorithm, &'static str, fn(&mut Value));

/// Whether the row's change leaves the key usable.
fn assert_all(rows: &[Row], expected: &Verdict) {
    let mut failures = Vec::new();
    for (id, algorithm, what, change) in rows {
        let (key, mut jwk) = sound(*algorithm);
        change(&mut jwk);
        let found = verdict_among_good_keys(&key, jwk);
        if found != *expected {
            failures.push(format!("{id} {algorithm}, {what}: {found:?}"));
        }
    }
    assert!(failures.is_empty(), "expected {expected:?}:\n{}", failures.join("\n"));
}

fn set(jwk: &mut Value, member: &str, value: impl Into<Value>) {
    jwk[member] = value.into();
}

fn all(jwk: &mut Value, members: &[&str], value: &Value) {
    for member in members {
        jwk[*member] = value.clone();
    }
}

fn remove(jwk: &mut Value, member: &str) {
    jwk.as_object_mut().unwrap().remove(member).unwrap();
}

fn text(jwk: &Value, member: &str) -> String {
    jwk[member].as_str().unwrap().to_owned()
}

/// Changes the bytes of a number.
fn bytes(jwk: &mut Value, member: &str, change: impl FnOnce(&mut Vec<u8>)) {
    let mut bytes = decoded(jwk[member].as_str().unwrap());
    change(&mut bytes);
    jwk[member] = base64url(bytes).into();
}

/// An odd number of this many bits.
fn modulus(bits: usize) -> String {
    let mut bytes = vec![0xa5; bits / 8];
    *bytes.last_mut().unwrap() |= 1;
    base64url(bytes)
}

const IGNORED: &[Row] = &[
    ("E1", Algorithm::RS256, "n a number", |jwk| set(jwk, "n", 5)),
    ("E1", Algorithm::RS256, "n not base64", |jwk| set(jwk, "n", "!!!")),
    ("E1", Algorithm::RS256, "n missing", |jwk| remove(jwk, "n")),
    ("E1", Algorithm::RS256, "n empty", |jwk| set(jwk, "n", "")),
    ("E1", Algorithm::RS256, "n of zeros", |jwk| set(jwk, "n", base64url([0; 256]))),
    ("E1", Algorithm::RS256, "e missing", |jwk| remove(jwk, "e")),
    ("E1", Algorithm::ES256, "null", |jwk| *jwk = json!(null)),
    ("E1", Algorithm::ES256, "text", |jwk| *jwk = json!("key")),
    ("E1", Algorithm::ES256, "an array", |jwk| *jwk = json!([jwk])),
    ("E1", Algorithm::ES256, "an empty object", |jwk| *jwk = json!({})),
    ("E1", Algorithm::ES256, "x null", |jwk| set(jwk, "x", json!(null))),
    ("E1", Algorithm::ES256, "x of padding", |jwk| set(jwk, "x", "====")),
    ("E1", Algorithm::ES256, "x padded within", |jwk| set(jwk, "x", format!("AA={}", text(jwk, "x")))),
    ("E1", Algorithm::ES256, "x padded too much", |jwk| set(jwk, "x", text(jwk, "x") + "==")),
    ("E1", Algorithm::ES256, "kty missing", |jwk| remove(jwk, "kty")),
    ("E1", Algorithm::ES256, "kty null", |jwk| set(jwk, "kty", json!(null))),
    ("E1", Algorithm::ES256, "crv null", |jwk| set(jwk, "crv", json!(null))),
    ("E1", Algorithm::ES256, "crv missing", |jwk| remove(jwk, "crv")),
    ("E1", Algorithm::ES256, "kid missing", |jwk| remove(jwk, "kid")),
    ("E1", Algorithm::ES256, "kid null", |jwk| set(jwk, "kid", json!(null))),
    ("E1", Algorithm::ES256, "issuer a number", |jwk| set(jwk, "issuer", 1)),
    ("E1", Algorithm::ES256, "issuer an array", |jwk| set(jwk, "issuer", json!(["https://a.example"]))),
    ("E1", Algorithm::ES256, "issuer an object", |jwk| set(jwk, "issuer", json!({}))),
    ("E1", Algorithm::ES256, "issuer false", |jwk| set(jwk, "issuer", false)),
    ("E1", Algorithm::ES256, "issuer empty", |jwk| set(jwk, "issuer", "")),
    ("P3", Algorithm::ES256, "issuer another", |jwk| set(jwk, "issuer", "https://other.example.com")),
    ("P3", Algorithm::ES256, "issuer another's tenants", |jwk| {
        set(jwk, "issuer", "https://a.example/{tenantid}");
    }),
    ("E1", Algorithm::ES256, "kid a number", |jwk| set(jwk, "kid", 1)),
    ("E1", Algorithm::ES256, "alg a number", |jwk| set(jwk, "alg", 256)),
    ("E1", Algorithm::ES256, "use an array", |jwk| set(jwk, "use", json!(["sig"]))),
    ("E1", Algorithm::ES256, "key_ops text", |jwk| set(jwk, "key_ops", "verify")),
    ("E2", Algorithm::ES256, "kty unknown", |jwk| set(jwk, "kty", "AKP")),
    ("E2", Algorithm::ES256, "kty in lower case", |jwk| set(jwk, "kty", "ec")),
    ("E2", Algorithm::ES256, "crv unknown", |jwk| set(jwk, "crv", "P-192")),
    ("E2", Algorithm::ES256, "crv of Bitcoin", |jwk| set(jwk, "crv", "secp256k1")),
    ("E2", Algorithm::ES256, "alg unknown", |jwk| set(jwk, "alg", "ES256K")),
    ("E2", Algorithm::ES256, "alg none", |jwk| set(jwk, "alg", "none")),
    ("E2", Algorithm::RS256, "alg outdated", |jwk| set(jwk, "alg", "RS1")),
    ("E2", Algorithm::RS256, "alg for encryption", |jwk| set(jwk, "alg", "RSA-OAEP")),
    ("E2", Algorithm::EdDSA, "crv Ed448", |jwk| set(jwk, "crv", "Ed448")),
    ("E2", Algorithm::EdDSA, "crv X25519", |jwk| set(jwk, "crv", "X25519")),
    ("E3", Algorithm::RS256, "1024 bits", |jwk| set(jwk, "n", modulus(1024))),
    ("E3", Algorithm::RS256, "2040 bits", |jwk| set(jwk, "n", modulus(2040))),
    ("E3", Algorithm::RS256, "1024 bits behind zeros", |jwk| {
        set(jwk, "n", modulus(1024));
        bytes(jwk, "n", |n| drop(n.splice(0..0, [0; 128])));
    }),
    ("E3", Algorithm::RS256, "8200 bits", |jwk| set(jwk, "n", modulus(8200))),
    ("E3", Algorithm::RS256, "16384 bits", |jwk| set(jwk, "n", modulus(16_384))),
    ("E3", Algorithm::RS256, "n even", |jwk| bytes(jwk, "n", |n| n[255] &= 0xfe)),
    ("E3", Algorithm::RS256, "e = 1", |jwk| set(jwk, "e", base64url([1]))),
    ("E3", Algorithm::RS256, "e = 3", |jwk| set(jwk, "e", base64url([3]))),
    ("E3", Algorithm::RS256, "e = 0", |jwk| set(jwk, "e", base64url([0]))),
    ("E3", Algorithm::RS256, "e even", |jwk| set(jwk, "e", base64url([1, 0, 0]))),
    ("E3", Algorithm::RS256, "e as long as n", |jwk| set(jwk, "e", jwk["n"].clone())),
    ("E4", Algorithm::ES256, "off the curve", |jwk| bytes(jwk, "y", |y| y[31] ^= 1)),
    ("E4", Algorithm::ES256, "(0, 0)", |jwk| {
        bytes(jwk, "x", |x| x.fill(0));
        bytes(jwk, "y", |y| y.fill(0));
    }),
    ("E4", Algorithm::ES256, "x beyond the field", |jwk| bytes(jwk, "x", |x| x.fill(0xff))),
    ("E4", Algorithm::ES256, "x short", |jwk| bytes(jwk, "x", |x| x.truncate(31))),
    ("E4", Algorithm::ES256, "x long", |jwk| bytes(jwk, "x", |x| x.insert(0, 1))),
    ("E4", Algorithm::ES256, "x long behind zeros", |jwk| bytes(jwk, "x", |x| drop(x.splice(0..0, [0, 1])))),
    ("E4", Algorithm::ES256, "x with a zero behind", |jwk| bytes(jwk, "x", |x| x.push(0))),
    ("E4", Algorithm::ES256, "x empty", |jwk| set(jwk, "x", "")),
    ("E4", Algorithm::ES256, "y missing", |jwk| remove(jwk, "y")),
    ("E4", Algorithm::ES256, "another curve's name", |jwk| set(jwk, "crv", "P-384")),
    ("E4", Algorithm::ES384, "another curve's name", |jwk| set(jwk, "crv", "P-256")),
    ("E4", Algorithm::EdDSA, "x short", |jwk| bytes(jwk, "x", |x| x.truncate(31))),
    ("E4", Algorithm::EdDSA, "x long", |jwk| bytes(jwk, "x", |x| x.push(0))),
    ("E4", Algorithm::EdDSA, "x with a zero before", |jwk| bytes(jwk, "x", |x| x.insert(0, 0))),
    ("E5", Algorithm::ES256, "for encryption", |jwk| set(jwk, "use", "enc")),
    ("E5", Algorithm::ES256, "for another use", |jwk| set(jwk, "use", "SIG")),
    ("E5", Algorithm::ES256, "to sign", |jwk| set(jwk, "key_ops", json!(["sign"]))),
    ("E5", Algorithm::ES256, "to wrap keys", |jwk| set(jwk, "key_ops", json!(["wrapKey", "unwrapKey"]))),
    ("E5", Algorithm::ES256, "for encryption by its alg", |jwk| set(jwk, "alg", "ECDH-ES+A256KW")),
    ("E5", Algorithm::ES256, "alg of another type", |jwk| set(jwk, "alg", "RS256")),
    ("E5", Algorithm::ES256, "alg of another curve", |jwk| set(jwk, "alg", "ES384")),
    ("E5", Algorithm::RS256, "alg of another padding", |jwk| set(jwk, "alg", "PS256")),
    ("E6", Algorithm::ES256, "d", |jwk| set(jwk, "d", "AQ")),
    ("E6", Algorithm::EdDSA, "d", |jwk| set(jwk, "d", "AQ")),
    ("E6", Algorithm::RS256, "d", |jwk| set(jwk, "d", "AQ")),
    ("E6", Algorithm::RS256, "p", |jwk| set(jwk, "p", "AQ")),
    ("E6", Algorithm::RS256, "oth", |jwk| set(jwk, "oth", json!([{"r": "AQ"}]))),
    ("E6", Algorithm::RS256, "oth of another type", |jwk| set(jwk, "oth", json!({}))),
    ("E6", Algorithm::ES256, "d empty", |jwk| set(jwk, "d", "")),
    ("E6", Algorithm::ES256, "d false", |jwk| set(jwk, "d", false)),
    ("E7", Algorithm::ES256, "k", |jwk| set(jwk, "k", "AQ")),
    ("E7", Algorithm::ES256, "symmetric by its type", |jwk| set(jwk, "kty", "oct")),
];

const USABLE: &[Row] = &[
    ("E1", Algorithm::ES256, "as it should be", |_| {}),
    ("E1", Algorithm::ES384, "as it should be", |_| {}),
    ("E1", Algorithm::EdDSA, "as it should be", |_| {}),
    ("E1", Algorithm::RS256, "as it should be", |_| {}),
    ("E2", Algorithm::ES256, "unknown members", |jwk| set(jwk, "x-vendor", json!({"a": [1]}))),
    ("E2", Algorithm::EdDSA, "alg by its newer name", |jwk| set(jwk, "alg", "Ed25519")),
    ("E1", Algorithm::RS256, "null is absent", |jwk| {
        all(jwk, &["d", "p", "q", "dp", "dq", "qi", "oth", "k", "crv", "x", "y"], &json!(null));
    }),
    ("E1", Algorithm::ES256, "null is absent", |jwk| {
        all(jwk, &["d", "k", "alg", "use", "key_ops", "issuer", "n", "e"], &json!(null));
        all(jwk, &["x5c", "x5t", "x5u", "x5t#S256"], &json!(null));
    }),
    ("E1", Algorithm::RS256, "empty lists say nothing", |jwk| {
        all(jwk, &["key_ops", "oth", "x5c"], &json!([]));
    }),
    ("E1", Algorithm::RS256, "n padded", |jwk| set(jwk, "n", text(jwk, "n") + "==")),
    ("E1", Algorithm::RS256, "e with zeros before, padded", |jwk| set(jwk, "e", "AAEAAQ==")),
    ("E1", Algorithm::ES256, "x and y padded", |jwk| {
        set(jwk, "x", text(jwk, "x") + "=");
        set(jwk, "y", text(jwk, "y") + "=");
    }),
    ("E1", Algorithm::EdDSA, "x padded", |jwk| set(jwk, "x", text(jwk, "x") + "=")),
    ("E4", Algorithm::ES256, "zeros before x and y", |jwk| {
        bytes(jwk, "x", |x| x.insert(0, 0));
        bytes(jwk, "y", |y| drop(y.splice(0..0, [0; 40])));
    }),
    ("E3", Algorithm::RS256, "a zero before n, as in ASN.1", |jwk| bytes(jwk, "n", |n| n.insert(0, 0))),
    ("E5", Algorithm::ES256, "no alg", |jwk| remove(jwk, "alg")),
    ("E5", Algorithm::RS256, "no alg", |jwk| remove(jwk, "alg")),
    ("E5", Algorithm::ES256, "no use", |jwk| remove(jwk, "use")),
    ("E5", Algorithm::ES256, "to verify", |jwk| set(jwk, "key_ops", json!(["verify"]))),
];

#[test]
fn an_unusable_key_is_skipped_and_the_others_serve() {
    assert_all(IGNORED, &invalid(InvalidToken::UnknownKey));
}

#[test]
fn a_usable_key_is_used() {
    assert_all(USABLE, &Ok(()));
}

#[test]
fn e1_a_key_that_repeats_a_member_is_skipped() {
    let (key, jwk) = sound(Algorithm::ES256);
    let bench = Bench::new();
    let good = bench.issuer.key(Algorithm::ES256).public_jwk();
    let repeated = jwk.to_string().replacen('{', r#"{"alg":"ES256","#, 1);
    bench.issuer.set_jwks(format!(r#"{{"keys":[{repeated},{good}]}}"#));
    assert_eq!(bench.verdict(&bench.token().signed_with(&key).sign()), invalid(InvalidToken::UnknownKey));
    assert_eq!(bench.issuer.fetches(), 2);
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
}

/// Logs and health show key ids in full.
#[test]
fn e1_a_key_with_a_very_long_id_is_skipped() {
    for (length, keys) in [(512, 2), (514, 1)] {
        let (_, mut jwk) = sound(Algorithm::ES256);
        set(&mut jwk, "kid", "k.".repeat(length / 2));
        let bench = Bench::with_issuer(|issuer| issuer.add_jwk(jwk), |builder| builder);
        assert_eq!(bench.validator.health().issuers[0].key_ids.len(), keys, "{length} characters");
    }
}

#[test]
fn e4_an_ed25519_key_of_small_order_is_skipped() {
    for point in small_order_points() {
        let (key, mut jwk) = sound(Algorithm::EdDSA);
        set(&mut jwk, "x", base64url(&point));
        assert_eq!(verdict_among_good_keys(&key, jwk), invalid(InvalidToken::UnknownKey), "{point:x?}");
    }
}

#[test]
fn e6_a_private_key_in_public_raises_an_alarm() {
    log::capture();
    let (_, mut jwk) = sound(Algorithm::ES256);
    set(&mut jwk, "d", "the-secret-number");
    let bench = Bench::with_issuer(|issuer| issuer.add_jwk(jwk), |builder| builder);
    let lines = log::lines_with(&bench.issuer.jwks_url());
    assert!(
        lines.iter().any(|line| line.level == Level::ERROR && line.text.contains("private")),
        "{lines:?}"
    );
    assert!(log::lines_with("the-secret-number").is_empty());
}

/// RFC 7518 section 6.2.1.2 requires 32 bytes. Encoders of plain numbers drop leading zeros.
#[test]
fn e4_a_coordinate_without_its_leading_zeros_is_filled_up() {
    for member in ["x", "y"] {
        let (key, mut jwk) = std::iter::repeat_with(|| sound(Algorithm::ES256))
            .find(|(_, jwk)| decoded(&text(jwk, member))[0] == 0)
            .unwrap();
        bytes(&mut jwk, member, |number| assert_eq!(number.remove(0), 0));
        assert_eq!(verdict_among_good_keys(&key, jwk), Ok(()), "{member}");
    }
}

/// The events about skipped keys of one issuer.
fn skipped(issuer: &TestIssuer) -> Vec<(Level, String)> {
    let lines = log::lines_with(&issuer.jwks_url());
    let skipped = lines.into_iter().filter(|line| line.name == "axioms.key_skipped");
    skipped.map(|line| (line.level, line.text)).collect()
}

#[test]
fn skipped_keys_are_logged_once_per_document() {
    let odd = json!({"kty": "odd", "kid": KID});
    let bench = Bench::with_issuer(
        |issuer| issuer.set_jwks(json!({"keys": [odd, {"kty": "RSA", "kid": KID}]}).to_string()),
        |builder| builder,
    );
    assert!(lacks_keys(&bench.verdict_on_fresh_token()), "no key can be used");
    let reported = skipped(&bench.issuer);
    assert!(
        matches!(&*reported, [(Level::WARN, first), (Level::WARN, second)]
        if first.contains("index=0") && second.contains("index=1")),
        "{reported:?}"
    );
    // The same document, several times.
    for fetches in 2..5 {
        bench.advance_seconds(60);
        bench.issuer.wait_for_fetches(fetches);
        bench.settle();
    }
    assert_eq!(skipped(&bench.issuer).len(), 2, "nothing has changed");
    // A good document with a skipped key, then a failure, then the same document again.
    let good = bench.issuer.key(Algorithm::ES256).public_jwk();
    bench.issuer.set_jwks(json!({"keys": [good, odd]}).to_string());
    bench.advance_seconds(60);
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    assert_eq!(skipped(&bench.issuer).len(), 3, "another document");
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Disconnect);
    bench.advance_seconds(60);
    bench.settle();
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Normal);
    bench.advance_seconds(60);
    bench.settle();
    assert_eq!(skipped(&bench.issuer).len(), 3, "the same document after a failure");
}

/// Keycloak publishes such a key next to each signing key.
#[test]
fn e5_a_key_for_encryption_causes_no_warning() {
    let rows: [(&str, Value, Level); 6] = [
        ("use", json!({"use": "enc", "alg": "RSA-OAEP"}), Level::DEBUG),
        ("alg", json!({"use": null, "alg": "RSA-OAEP-256"}), Level::DEBUG),
        ("key_ops", json!({"use": null, "alg": null, "key_ops": ["encrypt"]}), Level::DEBUG),
        ("key_ops to sign", json!({"key_ops": ["sign"]}), Level::WARN),
        ("another use", json!({"use": "tls"}), Level::WARN),
        ("private", json!({"use": "enc", "d": "AQ"}), Level::ERROR),
    ];
    for (what, members, level) in rows {
        let (key, mut jwk) = sound(Algorithm::RS256);
        jwk.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        let bench = Bench::with_issuer(|issuer| issuer.add_jwk(jwk), |builder| builder);
        let verdict = bench.verdict(&bench.token().signed_with(&key).sign());
        assert_eq!(verdict, invalid(InvalidToken::UnknownKey), "{what}");
        let reported = skipped(&bench.issuer);
        assert!(matches!(&*reported, [(found, _)] if *found == level), "{what}: {reported:?}");
    }
}

#[test]
fn e7_a_symmetric_key_verifies_nothing() {
    let secret = b"0123456789abcdef0123456789abcdef";
    let jwk = json!({"kty": "oct", "kid": KID, "alg": "HS256", "use": "sig", "k": base64url(secret)});
    let bench = Bench::with_issuer(|issuer| issuer.add_jwk(jwk), |builder| builder);
    let token = bench.token().header("kid", KID).sign_hs256(secret);
    assert_eq!(bench.verdict(&token), invalid(InvalidToken::Algorithm));
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
}
