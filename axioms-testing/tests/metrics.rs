//! The counters on the facade of the crate `metrics`, and a recorder that breaks. In a process of its own, which has one
//! recorder.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a broken test should stop where it broke"
)]

mod common;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;
use std::time::Duration;

use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, Validator};
use axioms_testing::{Behaviour, Endpoint};
use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use common::{Bench, Verdict, lacks_keys, verdict};

/// What operators are told to look for.
const PAGE: &str = include_str!("../../docs/src/observability.md");

/// How long a call may take before the test takes it for one that never ends.
const PATIENCE: Duration = Duration::from_secs(20);

static VALUES: Mutex<BTreeMap<String, Arc<AtomicU64>>> = Mutex::new(BTreeMap::new());

/// What the recorder does when something of an issuer is counted, by the issuer's name.
static HOOKS: Mutex<Vec<(String, Hook)>> = Mutex::new(Vec::new());

type Hook = Arc<dyn Fn() + Send + Sync>;

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
        let is_of = |issuer: &str| key.labels().any(|label| label.value() == issuer);
        let hook =
            HOOKS.lock().unwrap().iter().find(|(issuer, _)| is_of(issuer)).map(|(_, hook)| hook.clone());
        if let Some(hook) = hook {
            hook();
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

/// The recorder must be there before the first validator is.
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
    // Other tests of this process count too, so that only what names this issuer is exact.
    assert!(count("axioms_tokens_accepted_total{}").unwrap() >= 2);
    assert!(count("axioms_token_cache_hits_total{}").unwrap() >= 1);
    assert!(count("axioms_requests_refused_total{cause=claim_malformed}").unwrap() >= 1);
    assert_eq!(count(&format!("axioms_key_fetches_total{{issuer={url},outcome=fresh}}")), Some(1));
    assert_eq!(count(&format!("axioms_key_fetches_total{{issuer={url},outcome=failed}}")), Some(1));
    let gauge = count(&format!("axioms_keys_fetched_timestamp_seconds{{issuer={url}}}"));
    assert!(f64::from_bits(gauge.unwrap()) > 0.0);
    for name in VALUES.lock().unwrap().keys() {
        let (name, _) = name.split_once('{').unwrap();
        assert!(PAGE.contains(name), "{name} is not on the page for operators");
    }
}

#[test]
fn a_recorder_may_ask_for_keys_and_may_panic() {
    record();
    let (sender, asked) = channel();
    let bench = Bench::new();
    break_the_recorder(
        bench.issuer.url(),
        &bench.validator,
        bench.token().header("kid", "unknown").sign(),
        sender,
    );
    bench.issuer.rotate(Algorithm::ES256);
    let (validator, token) = (bench.validator.clone(), bench.token().sign());
    let (sender, served) = channel();
    thread::spawn(move || sender.send(verdict(&validator, &token)));
    let verdict = asked.recv_timeout(PATIENCE).expect("the recorder's call ends");
    assert!(lacks_keys(&verdict), "{verdict:?}");
    assert_eq!(served.recv_timeout(PATIENCE), Ok(Ok(())));
}

/// Has the recorder ask for keys on a validator's own thread, and panic there.
fn break_the_recorder(issuer: &str, validator: &Validator, unknown: String, asked: Sender<Verdict>) {
    let (validator, asked) = (validator.clone(), Mutex::new(asked));
    let hook: Hook = Arc::new(move || {
        let _ = asked.lock().unwrap().send(verdict(&validator, &unknown));
        panic!("a recorder that breaks");
    });
    HOOKS.lock().unwrap().push((issuer.to_owned(), hook));
}
