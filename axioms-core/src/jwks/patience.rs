//! Limits on how long and how often a request waits for keys.

use std::time::{Duration, Instant};

use super::schedule::Fetch;
use crate::fetch::DEADLINE;

/// The longest time that one request waits for keys, over all its waits: a whole fetch, and one
/// second for the threads.
pub(super) const LONGEST_WAIT: Duration = DEADLINE.saturating_add(Duration::from_secs(1));

/// How often one request may wait. The fetch in progress may have begun before the key was
/// published; the next one begins after it.
const MOST_WAITS: u8 = 2;

/// The limits of one request. They are set at its first wait.
#[derive(Debug, Default)]
pub(crate) struct Patience(Option<Limits>);

#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// In real time, independent of the validator's clock.
    pub(super) until: Instant,
    /// The first fetch that begins after the request arrived. Its result is final.
    pub(super) last_fetch: Fetch,
    /// How many waits remain.
    pub(super) waits: u8,
}

impl Patience {
    /// Returns the limits. `next` is the number of the next fetch.
    pub(super) fn limits(&mut self, next: Fetch) -> Limits {
        let limits = || Limits { until: Instant::now() + LONGEST_WAIT, last_fetch: next, waits: MOST_WAITS };
        *self.0.get_or_insert_with(limits)
    }

    /// Counts the start of a wait.
    pub(super) fn spend(&mut self) {
        if let Some(limits) = &mut self.0 {
            limits.waits = limits.waits.saturating_sub(1);
        }
    }
}

impl Limits {
    pub(super) fn are_reached(self) -> bool {
        self.waits == 0 || Instant::now() >= self.until
    }
}
