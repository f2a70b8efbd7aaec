//! The usable keys of an issuer, and the selection of those that may verify a token.

use std::collections::HashMap;
use std::sync::Arc;

use super::key_issuer::KeyIssuer;
use super::numbers::Numbers;
use super::skip_reason::{MAX_ALIKE, SkipReason};
use crate::crypto::{Algorithm, VerificationKey};

/// An issuer's keys, by key id.
#[derive(Debug, Default)]
pub(crate) struct KeySet {
    by_id: HashMap<Box<str>, Vec<UsableKey>>,
    /// Keys without an id.
    unnamed: Vec<UsableKey>,
}

/// A key for one of its algorithms.
#[derive(Debug)]
pub(super) struct UsableKey {
    /// The only issuer whose tokens it verifies, if the JWK names one.
    pub(super) issuer: Option<Arc<KeyIssuer>>,
    /// The numbers of the key, to detect duplicates.
    pub(super) numbers: Arc<Numbers>,
    pub(super) parsed: VerificationKey,
}

/// The keys that may verify a token; at least one.
pub(crate) type Candidates<'k> = [Option<&'k VerificationKey>; MAX_ALIKE];

/// Why no key can be selected for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// No key has its key id, algorithm and issuer.
    Unknown,
    /// The token names no key id, and several keys fit.
    Ambiguous,
}

impl KeySet {
    pub(super) fn insert(&mut self, id: Option<&str>, key: UsableKey) -> Result<(), SkipReason> {
        let keys = match id {
            Some(id) => self.by_id.entry(id.into()).or_default(),
            None => &mut self.unnamed,
        };
        let alike = || keys.iter().filter(|other| other.parsed.algorithm() == key.parsed.algorithm());
        if alike().any(|other| other.numbers == key.numbers && other.issuer == key.issuer) {
            return Err(SkipReason::Duplicate);
        }
        // Keys of different issuers are never tried for the same token. Keys without an id are
        // never tried in turn.
        let rivals = alike().filter(|other| other.issuer.is_none() || other.issuer == key.issuer);
        if id.is_some() && rivals.count() >= MAX_ALIKE {
            return Err(SkipReason::TooManyAlike);
        }
        keys.push(key);
        Ok(())
    }

    /// Selects the keys that may verify a token with this key id and algorithm: the keys with that
    /// id or, for a token without key id, the only key for the algorithm, which may be listed under
    /// several ids. `admits` returns whether a key of that issuer may verify the token.
    ///
    /// # Errors
    /// [`NoKey`] if no key fits, or if the token must name one of several.
    pub(crate) fn find(
        &self,
        id: Option<&str>,
        algorithm: Algorithm,
        admits: impl Fn(&KeyIssuer) -> bool,
    ) -> Result<Candidates<'_>, NoKey> {
        let mut fitting = self
            .named(id)
            .filter(|key| key.parsed.algorithm() == algorithm && key.issuer.as_deref().is_none_or(&admits))
            .fuse();
        let first = fitting.next().ok_or(NoKey::Unknown)?;
        if id.is_none() && fitting.any(|other| other.numbers != first.numbers) {
            return Err(NoKey::Ambiguous);
        }
        // Without an id, the remaining keys are the same key, and `any` has consumed them.
        let mut candidates = std::iter::once(first).chain(fitting).map(|key| &key.parsed).fuse();
        Ok(std::array::from_fn(|_| candidates.next()))
    }

    /// The keys with this id; all keys for a token without key id.
    fn named(&self, id: Option<&str>) -> impl Iterator<Item = &UsableKey> {
        let (of_id, all) = match id {
            Some(id) => (self.by_id.get(id), None),
            None => (Some(&self.unnamed), Some(self.by_id.values())),
        };
        of_id.into_iter().chain(all.into_iter().flatten()).flatten()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_id.is_empty() && self.unnamed.is_empty()
    }

    /// The ids of the keys. Keys without an id are not included.
    pub(crate) fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(AsRef::as_ref)
    }
}
