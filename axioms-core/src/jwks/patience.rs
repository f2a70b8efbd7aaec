//! How long a request waits for keys, and how often.

use std::time::{Duration, Instant};

use super::schedule::Fetch;
use crate::fetch::DEADLINE;

/// The longest that one request waits for keys, over all its waits: a whole fetch, and a second for the threads.
pub(super) const LONGEST_WAIT: Duration = DEADLINE.saturating_add(Duration::from_secs(1));

/// How often one request may wait: the fetch that is under way may have begun before its key was published, and the next
/// one has not.
const MOST_WAITS: u8 = 2;

/// How long one request may go on waiting. The limits are set at its first wait.
#[derive(Debug, Default)]
pub(crate) struct Patience(Option<Limits>);

#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Real time, whatever the validator's clock says.
    pub(super) until: Instant,
    /// The first fetch that begins after the request came. What it finds is the answer.
    pub(super) last_fetch: Fetch,
    /// How many waits are left.
    pub(super) waits: u8,
}

impl Patience {
    /// `next` is the number of the fetch that begins next.
    pub(super) fn limits(&mut self, next: Fetch) -> Limits {
        let limits = || Limits { until: Instant::now() + LONGEST_WAIT, last_fetch: next, waits: MOST_WAITS };
        *self.0.get_or_insert_with(limits)
    }

    /// One wait begins.
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
