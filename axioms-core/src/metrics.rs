//! Exports the counts of [`Stats`](crate::Stats) through the `metrics` facade. Without the feature
//! `metrics`, these functions do nothing.

#![cfg_attr(not(feature = "metrics"), allow(clippy::missing_const_for_fn, unused_variables))]

use std::time::Duration;

/// Registers the descriptions of the metrics.
pub(crate) fn describe() {
    #[cfg(feature = "metrics")]
    {
        use ::metrics::{Unit, describe_counter, describe_gauge};
        describe_counter!(
            "axioms_tokens_accepted_total",
            Unit::Count,
            "Access tokens that passed every check"
        );
        describe_counter!(
            "axioms_token_cache_hits_total",
            Unit::Count,
            "Accepted tokens found in the cache of verified tokens"
        );
        describe_counter!("axioms_requests_refused_total", Unit::Count, "Refused requests, by cause");
        describe_counter!(
            "axioms_key_fetches_total",
            Unit::Count,
            "Attempts to fetch an issuer's keys, by outcome"
        );
        describe_gauge!(
            "axioms_keys_fetched_timestamp_seconds",
            Unit::Seconds,
            "Unix time of the last successful fetch of an issuer's keys"
        );
    }
}

pub(crate) fn accepted() {
    #[cfg(feature = "metrics")]
    ::metrics::counter!("axioms_tokens_accepted_total").increment(1);
}

pub(crate) fn cache_hit() {
    #[cfg(feature = "metrics")]
    ::metrics::counter!("axioms_token_cache_hits_total").increment(1);
}

pub(crate) fn refused(cause: &'static str) {
    #[cfg(feature = "metrics")]
    ::metrics::counter!("axioms_requests_refused_total", "cause" => cause).increment(1);
}

/// Counts a fetch. `at` is the Unix time of a successful fetch.
pub(crate) fn fetched(issuer: &str, at: Option<Duration>) {
    #[cfg(feature = "metrics")]
    {
        let outcome = if at.is_some() { "fresh" } else { "failed" };
        ::metrics::counter!("axioms_key_fetches_total", "issuer" => issuer.to_owned(), "outcome" => outcome)
            .increment(1);
        if let Some(at) = at {
            ::metrics::gauge!("axioms_keys_fetched_timestamp_seconds", "issuer" => issuer.to_owned())
                .set(at.as_secs_f64());
        }
    }
}
