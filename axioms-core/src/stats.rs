//! What a validator has done so far, in numbers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::metrics;
use crate::refusal::{RefusalCause, Row, TABLE};

/// What a [`Validator`](crate::Validator) and its clones have done since it was built.
///
/// Counts only grow; take two and subtract to know what an interval brought. On a target of 32 bits those of tokens and
/// refusals start again at 0 after 2^32. The feature `metrics` puts the same
/// numbers on the facade of the crate [metrics](https://docs.rs/metrics).
///
/// # Examples
/// ```
/// # fn watch(validator: &axioms_core::Validator) {
/// let stats = validator.stats();
/// println!("{} accepted, {} of them from memory", stats.accepted, stats.cache_hits);
/// for (cause, count) in stats.refused.iter().filter(|(_, count)| **count > 0) {
///     println!("{count} refused: {cause}");
/// }
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Tokens that passed every check. A token that a request's layer and handler both look at counts twice.
    pub accepted: u64,
    /// Refusals by cause, each of [`RefusalCause::name`](crate::RefusalCause::name) but `not_configured`, those at zero
    /// included. What a handler tolerates, as by a `Result` for an argument, counts too.
    pub refused: BTreeMap<&'static str, u64>,
    /// Tokens, among those accepted, that had been verified before and needed no signature this time.
    pub cache_hits: u64,
    /// About how many bytes the verified tokens take that are kept now, of those that
    /// [`ValidatorBuilder::token_cache`](crate::ValidatorBuilder::token_cache) allows.
    pub cache_bytes: u64,
    /// Attempts to fetch keys that have ended, of all issuers together.
    pub fetches: u64,
    /// How many of these attempts failed.
    pub failed_fetches: u64,
    /// How long ago keys were last fetched well: of the issuer for which it is longest. `None` while an issuer has never
    /// had any, or where no keys are fetched.
    pub key_age: Option<Duration>,
}

/// The counters behind [`Stats`]. Each is one atomic number; nothing here locks. Every request adds to one of them and no
/// more, since threads wait for each other there.
#[derive(Debug)]
pub(crate) struct Counters {
    verified: AtomicUsize,
    cache_hits: AtomicUsize,
    /// In the order of the table.
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
    /// A token was accepted by its signature.
    pub(crate) fn accept(&self) {
        self.verified.fetch_add(1, Ordering::Relaxed);
        metrics::accepted();
    }

    /// A token was accepted that had been verified before.
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
        // No validator refuses for the lack of one.
        let of_others = RefusalCause::NotConfigured.row().place;
        let causes = TABLE.iter().zip(&self.refused).filter(|(cause, _)| cause.place != of_others);
        causes.map(|(cause, counter)| (cause.name, count(counter))).collect()
    }
}

/// A counter has the size of a pointer, since some targets have no larger atomic numbers.
fn count(counter: &AtomicUsize) -> u64 {
    u64::try_from(counter.load(Ordering::Relaxed)).unwrap_or(u64::MAX)
}
