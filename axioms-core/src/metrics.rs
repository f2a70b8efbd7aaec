//! The counts of [`Stats`](crate::Stats) on the `metrics` facade. Without the feature `metrics`, nothing happens here.

#![cfg_attr(not(feature = "metrics"), allow(clippy::missing_const_for_fn, unused_variables))]

use std::time::Duration;

/// Tells the recorder what each metric means.
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
            "Accepted tokens that had been verified before"
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
            "When an issuer's keys were last fetched well, in Unix time"
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

/// `at`, in Unix time, where the fetch went well.
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
