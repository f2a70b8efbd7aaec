//! Any bytes as a JWK Set. A used key is public, unambiguous and found by its id; written again
//! from its own members it is the same key; and a valid key in any set is used.
#![no_main]

use std::sync::LazyLock;

use axioms_core::Algorithm;
use axioms_core::fuzzing::{self, Key};
use axioms_testing::SigningKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

static SOUND: LazyLock<Value> =
    LazyLock::new(|| SigningKey::generate(Algorithm::EdDSA).with_kid("sound").public_jwk());

fuzz_target!(|body: &[u8]| {
    let (keys, usable) = fuzzing::jwk_set(body);
    assert_eq!(usable.is_ok(), keys.iter().any(|key| key.outcome.is_ok()));
    assert!(keys.len() <= 101);
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let set: Option<Value> = serde_json::from_slice(body).ok();
    let Some(listed) = set.as_ref().and_then(|set| set.get("keys")).and_then(Value::as_array) else {
        return;
    };
    for (key, jwk) in keys.iter().zip(listed) {
        if let (Ok(algorithms), Some(jwk)) = (&key.outcome, jwk.as_object()) {
            used(key, algorithms, jwk);
        }
    }
    if listed.len() < 99 && !keys.iter().any(|key| key.id.as_deref() == Some("sound")) {
        let mut all = listed.clone();
        all.push(SOUND.clone());
        let (keys, usable) = fuzzing::jwk_set(json!({ "keys": all }).to_string().as_bytes());
        assert!(usable.is_ok() && keys.last().is_some_and(|key| key.outcome.is_ok() && key.is_found));
    }
});

fn used(key: &Key, algorithms: &[Algorithm], jwk: &Map<String, Value>) {
    assert!(key.is_found && !algorithms.is_empty());
    for private in ["d", "p", "q", "dp", "dq", "qi", "k"] {
        assert!(jwk.get(private).is_none_or(Value::is_null), "{private}");
    }
    assert!(key.id.as_ref().is_none_or(|id| id.len() <= 512));
    let mut again = Map::new();
    for name in ["kty", "crv", "kid", "alg", "issuer"] {
        again.extend(jwk.get(name).map(|value| (name.to_owned(), value.clone())));
    }
    for name in ["n", "e", "x", "y"] {
        if let Some(text) = jwk.get(name).and_then(Value::as_str) {
            let number = URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).unwrap_or_default();
            again.insert(name.to_owned(), URL_SAFE_NO_PAD.encode(number).into());
        }
    }
    let bits = |name: &str| {
        let number =
            again.get(name).and_then(Value::as_str).map(|text| URL_SAFE_NO_PAD.decode(text).unwrap());
        let number = number.unwrap_or_default();
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        let significant = &number[zeros..];
        significant.first().map_or(0, |first| significant.len() * 8 - first.leading_zeros() as usize)
    };
    if again.get("kty").is_some_and(|kty| kty == "RSA") {
        assert!((2048..=8192).contains(&bits("n")) && (17..=33).contains(&bits("e")));
    }
    let (keys, usable) = fuzzing::jwk_set(json!({ "keys": [again] }).to_string().as_bytes());
    let [same] = keys.as_slice() else { panic!("{} keys of one", keys.len()) };
    assert!(usable.is_ok());
    assert_eq!((&same.id, &same.issuer), (&key.id, &key.issuer));
    // In the full set, another key may already serve some of these algorithms.
    let served = same.outcome.as_ref().expect("it is used alone too");
    assert!(algorithms.iter().all(|algorithm| served.contains(algorithm)));
}
