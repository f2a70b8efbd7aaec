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
mod key_set;
mod refresh;
mod schedule;
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
    /// The monotonic time up to which the keys are trusted; `None` before the first good fetch.
    trusted_until: Option<Duration>,
}

impl Snapshot {
    /// The keys, unless they have grown too old to be trusted.
    pub(crate) fn trusted(&self, now: Duration) -> Option<&KeySet> {
        self.trusted_until.filter(|until| now < *until).map(|_| &*self.keys)
    }
}
