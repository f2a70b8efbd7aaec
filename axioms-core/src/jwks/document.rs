//! A JWK Set as an issuer serves it (RFC 7517 section 5): untrusted JSON in, usable keys out.
//!
//! Each key is read by itself. One that cannot be used is skipped with a reason, and the others still serve.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::key_set::KeySet;
use super::numbers::Numbers;
use crate::crypto::{Algorithm, Backend, VerificationKey};
use crate::token::json::Object;

/// How many keys of one set are looked at. Issuers publish two to ten.
const MAX_KEYS: usize = 100;

/// The longest `kid`, in bytes: logs and health tell it whole.
const MAX_KEY_ID: usize = 512;

/// Which keys are of use to a validator.
#[derive(Debug, Clone)]
pub(crate) struct KeyRules {
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) backend: Backend,
}

/// A parsed set, and what was left out of it.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) keys: KeySet,
    pub(crate) skipped: Vec<SkippedKey>,
}

/// A key of the set that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SkippedKey {
    /// Its place in the set, from 0.
    pub(crate) index: usize,
    pub(crate) reason: SkipReason,
}

/// Why a key is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SkipReason {
    #[error("it is not a JSON object with unique members")]
    NotAnObject,
    #[error("{0} is missing or malformed")]
    Malformed(&'static str),
    #[error("it has no kid, and a token must name its key")]
    NoKeyId,
    #[error("it holds private key material, which the issuer must withdraw and replace at once")]
    Private,
    #[error("its type, curve or algorithm is not supported or not allowed here")]
    Unsupported,
    #[error("it is not for verifying signatures (use, key_ops)")]
    NotForSignatures,
    #[error(
        "its RSA modulus is not odd and of 2048 to 8192 bits, or its exponent not odd and of 65537 to 33 bits"
    )]
    WeakRsa,
    #[error("its Ed25519 point has a small order, so that signatures can be made without a secret")]
    SmallOrder,
    #[error("the signature library refuses it: a point off the curve, or a size that it does not support")]
    Refused,
    #[error("another key of the set has the same kid and algorithm, and comes first")]
    Duplicate,
    #[error("the set has more than 100 keys")]
    TooMany,
}

/// Why a whole document is of no use. It then never replaces keys that are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DocumentError {
    #[error("it is not a JSON object with an array \"keys\"; is the URL that of a JWK Set?")]
    NotAJwkSet,
    #[error("none of its {0} keys can be used here")]
    NoUsableKey(usize),
}

impl Document {
    pub(crate) fn parse(body: &[u8], rules: &KeyRules) -> Result<Self, DocumentError> {
        let mut skipped = Vec::new();
        let keys = read(body, rules, |index, _, outcome| {
            if let Err(reason) = outcome {
                skipped.push(SkippedKey { index, reason });
            }
        })?;
        Ok(Self { keys, skipped })
    }
}

/// The usable keys. `tell` hears of every key, also where none can be used: its place, its text, and the algorithms that
/// it serves or why it is skipped.
pub(crate) fn read(
    body: &[u8],
    rules: &KeyRules,
    mut tell: impl FnMut(usize, &str, Result<Vec<Algorithm>, SkipReason>),
) -> Result<KeySet, DocumentError> {
    let listed: Listed<'_> = serde_json::from_slice(body).map_err(|_| DocumentError::NotAJwkSet)?;
    let mut keys = KeySet::default();
    for (index, jwk) in listed.keys.first.iter().enumerate() {
        tell(index, jwk.get(), add(&mut keys, jwk.get(), rules));
    }
    if listed.keys.beyond > 0 {
        tell(MAX_KEYS, "", Err(SkipReason::TooMany));
    }
    if keys.is_empty() { Err(DocumentError::NoUsableKey(listed.keys.first.len())) } else { Ok(keys) }
}

/// Adds a key for each algorithm that it serves; these algorithms.
fn add(keys: &mut KeySet, jwk: &str, rules: &KeyRules) -> Result<Vec<Algorithm>, SkipReason> {
    let jwk = Object::parse(jwk).map_err(|_| SkipReason::NotAnObject)?;
    refuse_private(&jwk)?;
    refuse_other_uses(&jwk)?;
    let kind = KeyType::of(&jwk)?;
    let algorithms = usable_algorithms(&jwk, kind, rules)?;
    let key_id = jwk.string("kid").map_err(|_| SkipReason::Malformed("kid"))?.ok_or(SkipReason::NoKeyId)?;
    if key_id.len() > MAX_KEY_ID {
        return Err(SkipReason::Malformed("kid"));
    }
    let numbers = Numbers::read(&jwk, kind)?;
    // A key without `alg` serves every algorithm that the library has for it; one is enough to be of use.
    let mut served = Vec::new();
    let mut last = SkipReason::Unsupported;
    for algorithm in algorithms {
        let added = VerificationKey::new(rules.backend, algorithm, numbers.material())
            .map_err(|_| SkipReason::Refused)
            .and_then(|key| keys.insert(&key_id, key).map_err(|_| SkipReason::Duplicate));
        match added {
            Ok(()) => served.push(algorithm),
            Err(reason) => last = reason,
        }
    }
    if served.is_empty() { Err(last) } else { Ok(served) }
}

/// A symmetric key (`k`) or a private member in a public document is a leak: never used, and said loudly.
fn refuse_private(jwk: &Object<'_>) -> Result<(), SkipReason> {
    let private = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].into_iter().any(|member| jwk.has(member));
    if private { Err(SkipReason::Private) } else { Ok(()) }
}

/// RFC 7517 sections 4.2 and 4.3.
fn refuse_other_uses(jwk: &Object<'_>) -> Result<(), SkipReason> {
    match jwk.string("use").map_err(|_| SkipReason::Malformed("use"))? {
        Some(r#use) if r#use != "sig" => return Err(SkipReason::NotForSignatures),
        _ => {}
    }
    match jwk.raw("key_ops").map(crate::token::json::strings) {
        None => Ok(()),
        Some(Ok(ops)) if ops.iter().any(|op| op == "verify") => Ok(()),
        Some(Ok(_)) => Err(SkipReason::NotForSignatures),
        Some(Err(_)) => Err(SkipReason::Malformed("key_ops")),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyType {
    Rsa,
    P256,
    P384,
    P521,
    Ed25519,
}

impl KeyType {
    fn of(jwk: &Object<'_>) -> Result<Self, SkipReason> {
        let member = |name| jwk.string(name).map_err(|_| SkipReason::Malformed(name));
        let kty = member("kty")?.ok_or(SkipReason::Malformed("kty"))?;
        if kty == "RSA" {
            return Ok(Self::Rsa);
        }
        let crv = member("crv")?;
        match (&*kty, crv.as_deref()) {
            ("EC", Some("P-256")) => Ok(Self::P256),
            ("EC", Some("P-384")) => Ok(Self::P384),
            ("EC", Some("P-521")) => Ok(Self::P521),
            ("OKP", Some("Ed25519")) => Ok(Self::Ed25519),
            _ => Err(SkipReason::Unsupported),
        }
    }

    fn algorithms(self) -> &'static [Algorithm] {
        match self {
            Self::Rsa => &[
                Algorithm::RS256,
                Algorithm::RS384,
                Algorithm::RS512,
                Algorithm::PS256,
                Algorithm::PS384,
                Algorithm::PS512,
            ],
            Self::P256 => &[Algorithm::ES256],
            Self::P384 => &[Algorithm::ES384],
            Self::P521 => &[Algorithm::ES512],
            Self::Ed25519 => &[Algorithm::EdDSA],
        }
    }
}

/// A key with `alg` serves that algorithm alone; one without, all that fit its type. Either must be allowed here.
fn usable_algorithms(
    jwk: &Object<'_>,
    kind: KeyType,
    rules: &KeyRules,
) -> Result<Vec<Algorithm>, SkipReason> {
    let named = match jwk.string("alg").map_err(|_| SkipReason::Malformed("alg"))? {
        Some(name) => Some(Algorithm::from_name(&name).ok_or(SkipReason::Unsupported)?),
        None => None,
    };
    let usable: Vec<_> = kind
        .algorithms()
        .iter()
        .copied()
        .filter(|fit| named.is_none_or(|named| named == *fit) && rules.algorithms.contains(fit))
        .collect();
    if usable.is_empty() { Err(SkipReason::Unsupported) } else { Ok(usable) }
}

#[derive(Deserialize)]
struct Listed<'a> {
    #[serde(borrow)]
    keys: Keys<'a>,
}

/// The first keys of the array, and how many more there were.
struct Keys<'a> {
    first: Vec<&'a RawValue>,
    beyond: usize,
}

impl<'de: 'a, 'a> Deserialize<'de> for Keys<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Capped;

        impl<'de> Visitor<'de> for Capped {
            type Value = Keys<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of keys")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut keys = Keys { first: Vec::new(), beyond: 0 };
                while keys.first.len() < MAX_KEYS {
                    match seq.next_element()? {
                        Some(key) => keys.first.push(key),
                        None => return Ok(keys),
                    }
                }
                while seq.next_element::<IgnoredAny>()?.is_some() {
                    keys.beyond += 1;
                }
                Ok(keys)
            }
        }

        deserializer.deserialize_seq(Capped)
    }
}
