//! A JWK Set as an issuer serves it (RFC 7517 section 5): untrusted JSON in, usable keys out.
//!
//! Each key is read by itself. One that cannot be used is skipped with a reason, and the others still serve.

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::jwk::Jwk;
use super::key_set::{Key, KeySet, MAX_ALIKE};
use super::numbers::Numbers;
use crate::crypto::{Algorithm, Backend, VerificationKey};

/// How many keys of one set are looked at. Issuers publish two to ten.
pub(crate) const MAX_KEYS: usize = 100;

/// Which keys are of use to a validator.
#[derive(Debug, Clone)]
pub(crate) struct KeyRules {
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) backend: Backend,
}

/// The keys of a set, if any can be used, and what was left out of it.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) keys: Result<KeySet, DocumentError>,
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
    #[error("it holds private key material, which the issuer must withdraw and replace at once")]
    Private,
    #[error("its type, curve or algorithm is not supported or not allowed here")]
    Unsupported,
    #[error("it is for encryption (use, key_ops, alg)")]
    ForEncryption,
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
    #[error("the set has this key already")]
    Duplicate,
    #[error("the set has {MAX_ALIKE} other keys of its kid and algorithm already")]
    TooManyAlike,
    #[error("the set has more than {MAX_KEYS} keys")]
    TooMany,
}

/// Why a whole document is of no use. It then never replaces keys that are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DocumentError {
    #[error("it is not a JSON object with an array \"keys\"; is the URL that of a JWK Set?")]
    NotAJwkSet,
    #[error(
        "it lists no keys, which withdraws none that were fetched before: they serve until their time is up"
    )]
    NoKeys,
    #[error(
        "none of its {0} keys can be used here; keys that were fetched before serve until their time is up"
    )]
    NoUsableKey(usize),
}

impl Document {
    pub(crate) fn parse(body: &[u8], rules: &KeyRules) -> Self {
        let mut skipped = Vec::new();
        let keys = read(body, rules, |index, _, outcome| {
            if let Err(reason) = outcome {
                skipped.push(SkippedKey { index, reason });
            }
        });
        Self { keys, skipped }
    }
}

/// The usable keys. `tell` hears of every key, also where none can be used: its place, its text, and the algorithms that
/// it serves or why it is skipped.
pub(crate) fn read(
    body: &[u8],
    rules: &KeyRules,
    mut tell: impl FnMut(usize, &str, Result<Vec<Algorithm>, SkipReason>),
) -> Result<KeySet, DocumentError> {
    // RFC 8259 section 8.1 lets a reader pass over a byte order mark.
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let listed: Listed<'_> = serde_json::from_slice(body).map_err(|_| DocumentError::NotAJwkSet)?;
    let mut keys = KeySet::default();
    for (index, jwk) in listed.keys.first.iter().enumerate() {
        tell(index, jwk.get(), add(&mut keys, jwk.get(), rules));
    }
    if listed.keys.beyond > 0 {
        tell(MAX_KEYS, "", Err(SkipReason::TooMany));
    }
    match listed.keys.first.len() {
        0 => Err(DocumentError::NoKeys),
        count if keys.is_empty() => Err(DocumentError::NoUsableKey(count + listed.keys.beyond)),
        _ => Ok(keys),
    }
}

/// Adds a key for each algorithm that it serves; these algorithms.
fn add(keys: &mut KeySet, jwk: &str, rules: &KeyRules) -> Result<Vec<Algorithm>, SkipReason> {
    let jwk = Jwk::parse(jwk)?;
    jwk.refuse_private()?;
    jwk.refuse_other_uses()?;
    let kind = jwk.kind()?;
    let algorithms = jwk.algorithms(kind, &rules.algorithms)?;
    let (id, issuer) = (jwk.key_id()?, jwk.issuer()?.map(Arc::new));
    let numbers = Arc::new(Numbers::read(&jwk, kind)?);
    // A key without `alg` serves every algorithm that the library has for it; one is enough to be of use.
    let mut served = Vec::new();
    let mut last = SkipReason::Unsupported;
    for algorithm in algorithms {
        let added = VerificationKey::new(rules.backend, algorithm, numbers.material())
            .map_err(|_| SkipReason::Refused)
            .and_then(|parsed| {
                let (issuer, numbers) = (issuer.clone(), Arc::clone(&numbers));
                keys.insert(id.as_deref(), Key { issuer, numbers, parsed })
            });
        match added {
            Ok(()) => served.push(algorithm),
            Err(reason) => last = reason,
        }
    }
    if served.is_empty() { Err(last) } else { Ok(served) }
}

/// Members of other names, repeated ones included, are passed over (RFC 7517 section 5). `keys` twice is an error.
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
