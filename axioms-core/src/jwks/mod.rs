//! The issuer's keys: fetched on threads of their own, read without a lock.
//!
//! ```text
//! request -> Jwks::current (lock-free) -> key there: verify
//!                                      -> key missing: Jwks::demand -> Schedule decides -> Wait -> try again
//! keeper  -> Schedule::due -> starts the thread of a fetch; gives it up if it hangs; ends waits that last too long
//! fetch   -> Fetcher::fetch (KeySource::locate -> Client::get -> Document::parse) -> publish, log, wake all who wait
//! ```

pub(crate) mod discovery;
pub(crate) mod error;
pub(crate) mod fetcher;
mod foreign;
mod keeper;
mod refresh;
mod schedule;
mod source;
mod state;
mod wait;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use self::error::JwksError;
pub(crate) use self::source::{Jwks, Missing, Options, Source, StaticKeys};
pub(crate) use self::state::Need;
pub(crate) use self::wait::{Patience, block_on};
use crate::jose::key_set::KeySet;

/// The keys as they were last fetched. Immutable; a fetch publishes a new one.
#[derive(Debug, Default)]
pub(crate) struct Snapshot {
    keys: Arc<KeySet>,
    /// The number of the set: another set is another number.
    generation: u64,
    /// `None` before the first good fetch.
    fetched: Option<Fetched>,
}

/// The last good fetch.
#[derive(Debug, Clone, Copy)]
struct Fetched {
    /// By the monotonic clock.
    at: Duration,
    /// How long the keys are trusted after it.
    ttl: Duration,
}

impl Snapshot {
    /// Keys that are trusted for ever.
    fn fixed(keys: KeySet) -> Self {
        let fetched = Some(Fetched { at: Duration::ZERO, ttl: Duration::MAX });
        Self { keys: Arc::new(keys), generation: 1, fetched }
    }

    /// The keys, unless they have grown too old to be trusted.
    pub(crate) fn trusted(&self, now: Duration) -> Option<&KeySet> {
        self.fetched.filter(|fetched| now < fetched.at.saturating_add(fetched.ttl)).map(|_| &*self.keys)
    }

    /// Whether the keys are those of that number, and still trusted.
    pub(crate) fn is_current(&self, generation: u64, now: Duration) -> bool {
        self.generation == generation && self.trusted(now).is_some()
    }

    pub(crate) fn generation(&self) -> u64 {
        self.generation
    }

    /// In alphabetical order.
    fn key_ids(&self) -> Vec<String> {
        let mut key_ids: Vec<String> = self.keys.key_ids().map(str::to_owned).collect();
        key_ids.sort_unstable();
        key_ids
    }

    fn age(&self, now: Duration) -> Option<Duration> {
        self.fetched.map(|fetched| now.saturating_sub(fetched.at))
    }
}
