//! The issuer's keys: fetched on a thread of their own, read without a lock.
//!
//! ```text
//! request -> Jwks::current (lock-free) -> key there: verify
//!                                      -> key missing: Jwks::demand -> Schedule decides -> Wait -> try again
//! thread  -> Schedule::due -> KeySource::locate -> Client::get -> Document::parse -> publish, wake all who wait
//! ```

pub(crate) mod discovery;
pub(crate) mod document;
pub(crate) mod fetch;
mod jwk;
pub(crate) mod key_issuer;
pub(crate) mod key_set;
mod numbers;
mod refresh;
mod schedule;
pub(crate) mod tls;
pub(crate) mod url;
mod wait;

use std::sync::Arc;
use std::time::Duration;

use self::key_set::KeySet;
pub(crate) use self::refresh::{Jwks, Missing, Options};
pub(crate) use self::wait::{Wait, block_on};

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

    fn age(&self, now: Duration) -> Option<Duration> {
        self.fetched.map(|fetched| now.saturating_sub(fetched.at))
    }
}
