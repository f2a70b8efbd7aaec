//! The usable keys of an issuer, by key id and algorithm.

use std::collections::HashMap;

use crate::crypto::{Algorithm, VerificationKey};

/// Two keys may share an id if the algorithm tells them apart (RFC 7517 section 4.5).
#[derive(Debug, Default)]
pub(crate) struct KeySet {
    by_id: HashMap<Box<str>, Vec<VerificationKey>>,
}

/// The set has a key of that id and algorithm already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occupied;

impl KeySet {
    pub(super) fn insert(&mut self, key_id: &str, key: VerificationKey) -> Result<(), Occupied> {
        if self.find(key_id, key.algorithm()).is_some() {
            return Err(Occupied);
        }
        self.by_id.entry(key_id.into()).or_default().push(key);
        Ok(())
    }

    pub(crate) fn find(&self, key_id: &str, algorithm: Algorithm) -> Option<&VerificationKey> {
        self.by_id.get(key_id)?.iter().find(|key| key.algorithm() == algorithm)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_id.is_empty()
    }

    pub(crate) fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.by_id.keys().map(AsRef::as_ref)
    }
}
