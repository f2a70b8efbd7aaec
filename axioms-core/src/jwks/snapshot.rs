//! An issuer's keys at one point in time, and how long they are trusted.

use std::sync::Arc;
use std::time::Duration;

use crate::jose::key_set::KeySet;

/// The last fetched keys. A snapshot is immutable; a fetch publishes a new one.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    pub(super) keys: Arc<KeySet>,
    /// The number of the key set. It changes with the set.
    pub(super) generation: u64,
    /// `None` before the first successful fetch.
    pub(super) fetched: Option<LastFetch>,
}

/// The last successful fetch.
#[derive(Debug, Clone, Copy)]
pub(super) struct LastFetch {
    /// By the monotonic clock.
    pub(super) at: Duration,
    /// How long the keys are trusted after it.
    pub(super) ttl: Duration,
}

impl Snapshot {
    /// Creates a snapshot of keys that never expire.
    pub(super) fn fixed(keys: KeySet) -> Self {
        let fetched = Some(LastFetch { at: Duration::ZERO, ttl: Duration::MAX });
        Self { keys: Arc::new(keys), generation: 1, fetched }
    }

    /// The keys, unless they are too old to be trusted.
    pub(crate) fn trusted(&self, now: Duration) -> Option<&KeySet> {
        self.fetched.filter(|fetched| now < fetched.at.saturating_add(fetched.ttl)).map(|_| &*self.keys)
    }

    /// Whether the keys have this generation and are still trusted.
    pub(crate) fn is_current(&self, generation: u64, now: Duration) -> bool {
        self.generation == generation && self.trusted(now).is_some()
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// In alphabetical order.
    pub(super) fn key_ids(&self) -> Vec<String> {
        let mut key_ids: Vec<String> = self.keys.key_ids().map(str::to_owned).collect();
        key_ids.sort_unstable();
        key_ids
    }

    pub(super) fn age(&self, now: Duration) -> Option<Duration> {
        self.fetched.map(|fetched| now.saturating_sub(fetched.at))
    }
}
