//! What a validator has done so far, in numbers.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::metrics;
use crate::refusal::CAUSES;

/// What a [`Validator`](crate::Validator) and its clones have done since it was built.
///
/// Counts only grow; take two and subtract to know what an interval brought. The feature `metrics` puts the same
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
    /// included.
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
    verified: AtomicU64,
    cache_hits: AtomicU64,
    refused: [AtomicU64; CAUSES.len()],
}

impl Default for Counters {
    fn default() -> Self {
        Self {
            verified: AtomicU64::default(),
            cache_hits: AtomicU64::default(),
            refused: [const { AtomicU64::new(0) }; CAUSES.len()],
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

    pub(crate) fn refuse(&self, cause: &'static str) {
        let counter = CAUSES.iter().position(|name| *name == cause).and_then(|n| self.refused.get(n));
        if let Some(counter) = counter {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        metrics::refused(cause);
    }

    pub(crate) fn accepted(&self) -> u64 {
        self.verified.load(Ordering::Relaxed) + self.cache_hits()
    }

    pub(crate) fn cache_hits(&self) -> u64 {
        self.cache_hits.load(Ordering::Relaxed)
    }

    pub(crate) fn refused(&self) -> BTreeMap<&'static str, u64> {
        let counts = self.refused.iter().map(|counter| counter.load(Ordering::Relaxed));
        CAUSES.into_iter().zip(counts).collect()
    }
}
