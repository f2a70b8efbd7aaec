//! Parses an issuer's JWK Set (RFC 7517 section 5): untrusted JSON in, usable keys out.
//!
//! Keys are parsed one by one. An unusable key is skipped with a reason, and does not affect the
//! others.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::jwk::Jwk;
use super::key_set::{KeySet, UsableKey};
use super::numbers::Numbers;
use super::skip_reason::{MAX_KEYS, SkipReason};
use crate::crypto::{Algorithm, Backend, VerificationKey};

/// Which keys a validator can use.
#[derive(Debug, Clone)]
pub(crate) struct KeyRules {
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) backend: Backend,
}

/// A parsed JWK Set: its usable keys, if any, and the outcome for each key.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) keys: Result<KeySet, DocumentError>,
    pub(crate) listing: Listing,
}

/// The keys of a set, usable or not.
#[derive(Debug, Default)]
#[cfg_attr(not(feature = "doctor"), allow(dead_code, reason = "a diagnosis reads all of it"))]
pub(crate) struct Listing {
    /// The first [`MAX_KEYS`] keys, in order, and one entry that represents all others.
    pub(crate) entries: Vec<Entry>,
    /// The key ids of the others.
    pub(crate) unread: Vec<String>,
}

/// A key of the set.
#[derive(Debug)]
#[cfg_attr(not(feature = "doctor"), allow(dead_code, reason = "a diagnosis reads all of it"))]
pub(crate) struct Entry {
    /// Its index in the set, from 0.
    pub(crate) index: usize,
    /// `kid`, if it is a string.
    pub(crate) key_id: Option<String>,
    /// The issuer that the JWK names.
    pub(crate) issuer: Option<String>,
    /// The algorithms that it is used for, or why it is skipped.
    pub(crate) outcome: Result<Vec<Algorithm>, SkipReason>,
}

/// Why a whole document is unusable. It then never replaces usable keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DocumentError {
    #[error("it is not a JSON object with an array \"keys\"; is the URL that of a JWK Set?")]
    NotAJwkSet,
    #[error("it lists no keys; keys that were fetched before stay in use until they expire")]
    NoKeys,
    #[error(
        "none of its {0} keys is usable; keys that were fetched before stay in use until they \
            expire"
    )]
    NoUsableKey(usize),
}

impl Document {
    pub(crate) fn parse(body: &[u8], rules: &KeyRules) -> Self {
        // RFC 8259 section 8.1 allows ignoring a byte order mark.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let Ok(Set { keys: listed }) = serde_json::from_slice(body) else {
            return Self { keys: Err(DocumentError::NotAJwkSet), listing: Listing::default() };
        };
        let mut keys = KeySet::default();
        let add = |(index, jwk): (usize, &&RawValue)| Entry::read(index, jwk.get(), &mut keys, rules);
        let mut entries: Vec<Entry> = listed.first.iter().enumerate().map(add).collect();
        if listed.beyond > 0 {
            let outcome = Err(SkipReason::TooMany);
            entries.push(Entry { index: MAX_KEYS, key_id: None, issuer: None, outcome });
        }
        let keys = match listed.first.len() {
            0 => Err(DocumentError::NoKeys),
            count if keys.is_empty() => Err(DocumentError::NoUsableKey(count + listed.beyond)),
            _ => Ok(keys),
        };
        Self { keys, listing: Listing { entries, unread: listed.unread } }
    }
}

impl Entry {
    /// Parses a key and adds it to the usable keys.
    fn read(index: usize, text: &str, keys: &mut KeySet, rules: &KeyRules) -> Self {
        let jwk = match Jwk::parse(text) {
            Ok(jwk) => jwk,
            Err(reason) => return Self { index, key_id: None, issuer: None, outcome: Err(reason) },
        };
        let member = |name| jwk.string(name).ok().flatten().map(Cow::into_owned);
        Self { index, key_id: member("kid"), issuer: member("issuer"), outcome: add(keys, &jwk, rules) }
    }
}

/// Adds a key for each algorithm that it can be used for, and returns these algorithms.
fn add(keys: &mut KeySet, jwk: &Jwk<'_>, rules: &KeyRules) -> Result<Vec<Algorithm>, SkipReason> {
    jwk.refuse_private()?;
    jwk.refuse_other_uses()?;
    let kind = jwk.kind()?;
    let algorithms = jwk.algorithms(kind, &rules.algorithms)?;
    let (id, issuer) = (jwk.key_id()?, jwk.issuer()?.map(Arc::new));
    let numbers = Arc::new(Numbers::read(jwk, kind)?);
    // A key without `alg` is used for every algorithm that the library supports for it; one is enough.
    let mut served = Vec::new();
    let mut last = SkipReason::Unsupported;
    for algorithm in algorithms {
        let added = VerificationKey::new(rules.backend, algorithm, numbers.material())
            .map_err(|_| SkipReason::Refused)
            .and_then(|parsed| {
                let (issuer, numbers) = (issuer.clone(), Arc::clone(&numbers));
                keys.insert(id.as_deref(), UsableKey { issuer, numbers, parsed })
            });
        match added {
            Ok(()) => served.push(algorithm),
            Err(reason) => last = reason,
        }
    }
    if served.is_empty() { Err(last) } else { Ok(served) }
}

/// The `kid` of a key that is otherwise not read.
fn key_id(jwk: &str) -> Option<String> {
    Jwk::parse(jwk).ok()?.string("kid").ok()?.map(Cow::into_owned)
}

/// Other members are ignored, even if repeated (RFC 7517 section 5). Repeated `keys` are an error.
#[derive(Deserialize)]
struct Set<'a> {
    #[serde(borrow)]
    keys: Listed<'a>,
}

/// The first keys of the array, the number of further keys, and their ids.
#[derive(Default)]
struct Listed<'a> {
    first: Vec<&'a RawValue>,
    beyond: usize,
    unread: Vec<String>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Listed<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Capped;

        impl<'de> Visitor<'de> for Capped {
            type Value = Listed<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of keys")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut listed = Listed::default();
                while let Some(key) = seq.next_element::<&RawValue>()? {
                    if listed.first.len() < MAX_KEYS {
                        listed.first.push(key);
                    } else {
                        listed.beyond += 1;
                        listed.unread.extend(key_id(key.get()));
                    }
                }
                Ok(listed)
            }
        }

        deserializer.deserialize_seq(Capped)
    }
}
