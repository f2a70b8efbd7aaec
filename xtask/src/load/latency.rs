//! How long requests took: counts in buckets that grow with the time, so that a run of any length takes 16 KiB and each
//! quantile is right to 2 %.

use std::time::Duration;

/// Buckets for each doubling of the time.
const STEPS: u64 = 64;
const BITS: u32 = STEPS.ilog2();
const BUCKETS: usize = 2048;

/// The latencies of many requests.
#[derive(Debug, Clone)]
pub(crate) struct Latencies {
    buckets: Vec<u64>,
}

impl Default for Latencies {
    fn default() -> Self {
        Self { buckets: vec![0; BUCKETS] }
    }
}

impl Latencies {
    pub(crate) fn add(&mut self, latency: Duration) {
        let micros = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        let last = self.buckets.len() - 1;
        if let Some(count) = self.buckets.get_mut(bucket(micros).min(last)) {
            *count += 1;
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        for (count, more) in self.buckets.iter_mut().zip(&other.buckets) {
            *count += more;
        }
    }

    /// The time within which this part of the requests, from 0 to 1, was answered; zero without requests.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts of requests are far below 2^52"
    )]
    pub(crate) fn quantile(&self, part: f64) -> Duration {
        let total: u64 = self.buckets.iter().sum();
        let wanted = (total as f64 * part).ceil() as u64;
        let mut seen = 0;
        let found = self.buckets.iter().position(|count| {
            seen += count;
            seen >= wanted.max(1)
        });
        Duration::from_micros(found.map_or(0, lower_bound))
    }
}

fn bucket(micros: u64) -> usize {
    let doublings = micros.max(1).ilog2().saturating_sub(BITS);
    let within = (micros >> doublings) + u64::from(doublings) * STEPS;
    usize::try_from(within).unwrap_or(usize::MAX)
}

/// The shortest time that falls into a bucket.
fn lower_bound(bucket: usize) -> u64 {
    let bucket = u64::try_from(bucket).unwrap_or(u64::MAX);
    let doublings = (bucket / STEPS).saturating_sub(1);
    (bucket - doublings * STEPS) << doublings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_begins_within_two_percent_of_what_it_holds() {
        let mut last = 0;
        for micros in (0..100_000).chain([1_000_000, 20_000_000, 600_000_000]) {
            let bucket = bucket(micros);
            assert!(bucket >= last && bucket < BUCKETS, "{micros}");
            last = bucket;
            let bound = lower_bound(bucket);
            assert!(bound <= micros && (micros - bound) * 50 <= micros, "{micros}: {bound}");
        }
    }

    #[test]
    fn quantiles_count_requests() {
        let mut latencies = Latencies::default();
        assert_eq!(latencies.quantile(0.5), Duration::ZERO);
        for micros in 1..=100 {
            latencies.add(Duration::from_micros(micros));
        }
        let mut twice = latencies.clone();
        twice.merge(&latencies);
        for latencies in [latencies, twice] {
            assert_eq!(latencies.quantile(0.5).as_micros(), 50);
            assert_eq!(latencies.quantile(1.0).as_micros(), 100);
        }
    }
}
