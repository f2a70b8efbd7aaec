//! A JWK Set as an issuer serves it (RFC 7517 section 5): untrusted JSON in, usable keys out.
//!
//! Each key is read by itself. One that cannot be used is skipped with a reason, and the others still serve.

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

/// Which keys are of use to a validator.
#[derive(Debug, Clone)]
pub(crate) struct KeyRules {
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) backend: Backend,
}

/// A JWK Set that was read: its keys, if any can be used, and what became of each.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) keys: Result<KeySet, DocumentError>,
    pub(crate) listing: Listing,
}

/// The keys of a set, usable or not.
#[derive(Debug, Default)]
#[cfg_attr(not(feature = "doctor"), allow(dead_code, reason = "a diagnosis reads all of it"))]
pub(crate) struct Listing {
    /// In the order of the set: the first [`MAX_KEYS`], and one entry that stands for all others.
    pub(crate) entries: Vec<Entry>,
    /// The key ids of those others.
    pub(crate) unread: Vec<String>,
}

/// A key of the set.
#[derive(Debug)]
#[cfg_attr(not(feature = "doctor"), allow(dead_code, reason = "a diagnosis reads all of it"))]
pub(crate) struct Entry {
    /// Its place in the set, from 0.
    pub(crate) index: usize,
    /// `kid`, where it is a string.
    pub(crate) key_id: Option<String>,
    /// The issuer that the JWK names.
    pub(crate) issuer: Option<String>,
    /// The algorithms that it serves, or why it is skipped.
    pub(crate) outcome: Result<Vec<Algorithm>, SkipReason>,
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
        // RFC 8259 section 8.1 lets a reader pass over a byte order mark.
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
    /// Reads a key and adds it to the usable ones.
    fn read(index: usize, text: &str, keys: &mut KeySet, rules: &KeyRules) -> Self {
        let jwk = match Jwk::parse(text) {
            Ok(jwk) => jwk,
            Err(reason) => return Self { index, key_id: None, issuer: None, outcome: Err(reason) },
        };
        let member = |name| jwk.string(name).ok().flatten().map(Cow::into_owned);
        Self { index, key_id: member("kid"), issuer: member("issuer"), outcome: add(keys, &jwk, rules) }
    }
}

/// Adds a key for each algorithm that it serves; these algorithms.
fn add(keys: &mut KeySet, jwk: &Jwk<'_>, rules: &KeyRules) -> Result<Vec<Algorithm>, SkipReason> {
    jwk.refuse_private()?;
    jwk.refuse_other_uses()?;
    let kind = jwk.kind()?;
    let algorithms = jwk.algorithms(kind, &rules.algorithms)?;
    let (id, issuer) = (jwk.key_id()?, jwk.issuer()?.map(Arc::new));
    let numbers = Arc::new(Numbers::read(jwk, kind)?);
    // A key without `alg` serves every algorithm that the library has for it; one is enough to be of use.
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

/// The `kid` of a key that is not looked at any further.
fn key_id(jwk: &str) -> Option<String> {
    Jwk::parse(jwk).ok()?.string("kid").ok()?.map(Cow::into_owned)
}

/// Members of other names, repeated ones included, are passed over (RFC 7517 section 5). `keys` twice is an error.
#[derive(Deserialize)]
struct Set<'a> {
    #[serde(borrow)]
    keys: Listed<'a>,
}

/// The first keys of the array, how many more there were, and their ids.
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
