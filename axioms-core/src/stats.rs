//! Counters of a validator.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::metrics;
use crate::refusal::{RefusalCause, Row, TABLE};

/// Statistics of a [`Validator`](crate::Validator) and its clones since it was built.
///
/// Counts never decrease; subtract two values to get the count of an interval. On 32-bit targets,
/// the counts of tokens and refusals wrap around at 2^32. The feature `metrics` exports the same
/// numbers through the crate [metrics](https://docs.rs/metrics).
///
/// # Examples
/// ```
/// # fn watch(validator: &axioms_core::Validator) {
/// let stats = validator.stats();
/// println!("{} accepted, {} of them from the cache", stats.accepted, stats.cache_hits);
/// for (cause, count) in stats.refused.iter().filter(|(_, count)| **count > 0) {
///     println!("{count} refused: {cause}");
/// }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Tokens that passed every check. A token that is checked by a layer and by the handler counts
    /// twice.
    pub accepted: u64,
    /// Refusals by cause: every [`RefusalCause::name`](crate::RefusalCause::name) except
    /// `not_configured`, including those with a count of zero. A refusal that a handler ignores, by
    /// taking a `Result` as its argument, counts too.
    pub refused: BTreeMap<&'static str, u64>,
    /// Accepted tokens that were in the cache of verified tokens, so that their signature was not
    /// verified again.
    pub cache_hits: u64,
    /// The approximate size of the cache of verified tokens in bytes, limited by
    /// [`ValidatorBuilder::token_cache`](crate::ValidatorBuilder::token_cache).
    pub cache_bytes: u64,
    /// How many attempts to fetch keys have ended, over all issuers.
    pub fetches: u64,
    /// How many of these attempts failed.
    pub failed_fetches: u64,
    /// The time since the last successful fetch of keys; with several issuers, the longest. `None`
    /// if an issuer never had a successful fetch, or if no keys are fetched.
    pub key_age: Option<Duration>,
}

/// The counters behind [`Stats`]. Each is one atomic number, without a lock. A request increments
/// only one of them, because threads contend for it.
#[derive(Debug)]
pub(crate) struct Counters {
    verified: AtomicUsize,
    cache_hits: AtomicUsize,
    /// In the order of [`TABLE`].
    refused: [AtomicUsize; TABLE.len()],
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            verified: AtomicUsize::default(),
            cache_hits: AtomicUsize::default(),
            refused: [const { AtomicUsize::new(0) }; TABLE.len()],
        }
    }
}

impl Counters {
    /// Counts a token whose signature was verified.
    pub(crate) fn accept(&self) {
        self.verified.fetch_add(1, Ordering::Relaxed);
        metrics::accepted();
    }

    /// Counts a token that was in the cache.
    pub(crate) fn accept_known(&self) {
        self.cache_hits.fetch_add(1, Ordering::Relaxed);
        metrics::cache_hit();
        metrics::accepted();
    }

    pub(crate) fn refuse(&self, cause: &Row) {
        if let Some(counter) = self.refused.get(cause.place) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        metrics::refused(cause.name);
    }

    pub(crate) fn accepted(&self) -> u64 {
        count(&self.verified) + self.cache_hits()
    }

    pub(crate) fn cache_hits(&self) -> u64 {
        count(&self.cache_hits)
    }

    pub(crate) fn refused(&self) -> BTreeMap<&'static str, u64> {
        // A validator never refuses because there is no validator.
        let of_others = RefusalCause::NotConfigured.row().place;
        let causes = TABLE.iter().zip(&self.refused).filter(|(cause, _)| cause.place != of_others);
        causes.map(|(cause, counter)| (cause.name, count(counter))).collect()
    }
}

/// Reads a counter. Counters are pointer-sized because some targets have no larger atomics.
fn count(counter: &AtomicUsize) -> u64 {
    u64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(u64::MAX)
}
