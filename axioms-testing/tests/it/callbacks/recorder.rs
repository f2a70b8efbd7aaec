//! The counters on the facade of the crate `metrics`, and a recorder that panics.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, LazyLock, Mutex};

use axioms_core::Algorithm;
use axioms_core::http::StatusCode;
use axioms_testing::{Behaviour, Endpoint};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use super::{begin, end};
use crate::common::{Bench, hooks, lacks_keys, verdict};

static VALUES: Mutex<BTreeMap<String, Arc<AtomicU64>>> = Mutex::new(BTreeMap::new());

/// The one recorder of this process.
struct Keep;

fn value(key: &Key) -> Arc<AtomicU64> {
    let labels: Vec<String> =
        key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
    let name = format!("{}{{{}}}", key.name(), labels.join(","));
    Arc::clone(VALUES.lock().unwrap().entry(name).or_default())
}

impl Recorder for Keep {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        for label in key.labels().filter(|label| label.key() == "issuer") {
            hooks::call(label.value(), key.name());
        }
        Counter::from_arc(value(key))
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(value(key))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

fn record() {
    static INSTALLED: LazyLock<()> = LazyLock::new(|| assert!(metrics::set_global_recorder(Keep).is_ok()));
    *INSTALLED;
}

#[test]
fn the_facade_counts_what_stats_count() {
    record();
    let bench = Bench::new();
    let token = bench.token().sign();
    bench.validator.validate(&token).unwrap();
    bench.validator.validate(&token).unwrap();
    assert!(bench.verdict(&bench.token().claim("exp", "soon").sign()).is_err());
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
    bench.settle();
    let count = |name: &str| VALUES.lock().unwrap().get(name).map(|count| count.load(Ordering::Relaxed));
    let url = bench.issuer.url();
    // Other tests of this process count too, so only the series with this issuer are exact.
    assert!(count("axioms_tokens_accepted_total{}").unwrap() >= 2);
    assert!(count("axioms_token_cache_hits_total{}").unwrap() >= 1);
    assert!(count("axioms_requests_refused_total{cause=claim_malformed}").unwrap() >= 1);
    assert_eq!(count(&format!("axioms_key_fetches_total{{issuer={url},outcome=fresh}}")), Some(1));
    assert_eq!(count(&format!("axioms_key_fetches_total{{issuer={url},outcome=failed}}")), Some(1));
    let gauge = count(&format!("axioms_keys_fetched_timestamp_seconds{{issuer={url}}}"));
    assert!(f64::from_bits(gauge.unwrap()) > 0.0);
}

#[test]
fn a_recorder_may_ask_for_keys_and_may_panic() {
    record();
    let (sender, asked) = channel();
    let sender = Mutex::new(sender);
    let bench = Bench::new();
    let (validator, unknown) = (bench.validator.clone(), bench.token().header("kid", "unknown").sign());
    let _hooked = hooks::on(&bench.issuer, move |name| {
        if name == "axioms_key_fetches_total" {
            let _ = sender.lock().unwrap().send(verdict(&validator, &unknown));
            panic!("a recorder that breaks");
        }
    });
    bench.issuer.rotate(Algorithm::ES256);
    let (validator, token) = (bench.validator.clone(), bench.token().sign());
    let served = begin(move || verdict(&validator, &token));
    let verdict = end(&asked, "the recorder's call");
    assert!(lacks_keys(&verdict), "{verdict:?}");
    assert_eq!(end(&served, "the request"), Ok(()));
}
