//! The usable keys of an issuer, and which of them may verify a token.

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
    /// Those without an id.
    unnamed: Vec<UsableKey>,
}

/// A key, for one of the algorithms that it serves.
#[derive(Debug)]
pub(super) struct UsableKey {
    /// The issuer whose tokens alone it verifies, if the JWK names one.
    pub(super) issuer: Option<Arc<KeyIssuer>>,
    /// What it was made of, so that a key that is listed twice is noticed.
    pub(super) numbers: Arc<Numbers>,
    pub(super) parsed: VerificationKey,
}

/// The keys that may verify a token. At least one.
pub(crate) type Candidates<'k> = [Option<&'k VerificationKey>; MAX_ALIKE];

/// Why no key may verify a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoKey {
    /// There is none of its key id for its algorithm and issuer.
    Unknown,
    /// It names no key id, and several keys fit.
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
        // A key of another issuer is never tried for the same token. Keys without an id are never tried one after another.
        let rivals = alike().filter(|other| other.issuer.is_none() || other.issuer == key.issuer);
        if id.is_some() && rivals.count() >= MAX_ALIKE {
            return Err(SkipReason::TooManyAlike);
        }
        keys.push(key);
        Ok(())
    }

    /// The keys that may verify a token that names this key id and algorithm: those of that id, or, for a token that names
    /// none, the only key that serves the algorithm, under however many ids. `admits` says whether a key of that issuer may
    /// verify the token.
    ///
    /// # Errors
    /// [`NoKey`]: there is none, or the token must choose.
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
        // Without an id, the others are all the same key, and have been passed over.
        let mut candidates = std::iter::once(first).chain(fitting).map(|key| &key.parsed).fuse();
        Ok(std::array::from_fn(|_| candidates.next()))
    }

    /// The keys of this id; all of them for a token that names none.
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

    /// The ids that the keys have; a key without one is not among them.
    pub(crate) fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(AsRef::as_ref)
    }
}
