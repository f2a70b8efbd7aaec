//! One issuer: where its keys are, which of them can be used, and what time it has.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, UNIX_EPOCH};

use http::HeaderMap;
use http::header::{AGE, CONTENT_ENCODING, DATE, HeaderName};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::remedy;
use super::report::{ClockReport, Fault, IssuerReport, KeyReport, Location};
use super::text::{shown, told};
use crate::crypto::Algorithm;
use crate::fetch::url;
use crate::fetch::{Answer, Client, DEADLINE, FetchError, FetchFault};
use crate::jose::document::{self, DocumentError, KeyRules, MAX_KEYS, SkipReason};
use crate::jose::key_set::KeySet;
use crate::json::Object;
use crate::jwks::discovery::{Attempt, KeySource, NamedBy, Reply};
use crate::jwks::{Options, Source, StaticKeys};
use crate::token::rules::Rules;

/// An issuer that has been asked.
pub(super) struct Examined {
    pub(super) rules: Rules,
    /// Its usable keys, if it has any.
    pub(super) keys: Option<KeySet>,
    pub(super) report: IssuerReport,
    pub(super) unusable: Unusable,
    /// Whether its keys are part of the configuration.
    pub(super) is_static: bool,
}

/// The keys that an issuer publishes and no validator uses.
#[derive(Debug, Default)]
pub(super) struct Unusable {
    /// The key ids of those that are skipped, as reports show them, and why.
    pub(super) skipped: Vec<(String, SkipReason)>,
    /// The key ids of those that are not looked at.
    pub(super) unread: Vec<String>,
}

/// Where an attempt to get the keys failed, for the remedy differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// At the issuer's metadata.
    Metadata,
    /// At a JWK Set URL: configured, named by the metadata, or the customary one without either.
    Configured,
    Named,
    Customary,
}

pub(super) fn examine(rules: Rules, source: Source) -> Examined {
    match source {
        Source::Fetched(options) => ask(rules, options),
        Source::Static(given) => read(rules, &given),
    }
}

/// Keys that are part of the configuration need no request.
fn read(rules: Rules, given: &StaticKeys) -> Examined {
    let mut listed = Listed::default();
    let set = listed.read(given.text.as_bytes(), &given.rules);
    let fault =
        set.as_ref().err().map(|error| fault(Stage::Configured, &FetchFault::Document(*error).into(), None));
    let clock = compare(None, rules.leeway);
    let report = report(&rules, &given.issuer, fault, clock);
    let Listed { keys, unusable } = listed;
    Examined { keys: set.ok(), report: IssuerReport { keys, ..report }, unusable, is_static: true, rules }
}

fn ask(rules: Rules, options: Options) -> Examined {
    let Options { issuer, source, rules: key_rules, trust, clock, .. } = options;
    let noticed = Arc::new(Mutex::new(Noticed::default()));
    let (notice, now) = (Arc::clone(&noticed), Arc::clone(&clock));
    let client = Client::watched(trust, move |headers| {
        notice.lock().unwrap_or_else(PoisonError::into_inner).read(headers, now.unix_time());
    });
    let (mut discovery, mut listed) = (Vec::new(), Listed::default());
    let (located, fetched) = fetch(&client, &source, &key_rules, &mut discovery, &mut listed);
    let Noticed { skews, packing } =
        std::mem::take(&mut *noticed.lock().unwrap_or_else(PoisonError::into_inner));
    let clock = compare(nearest(&skews), rules.leeway);
    let (set, fault) = match fetched {
        Ok(set) => (Some(set), None),
        Err((stage, error)) => (None, Some(fault(stage, &error, packing.as_deref()))),
    };
    let jwks_url = located.map(|located| shown(&url::shown(&located)));
    let report = report(&rules, &issuer, fault, clock);
    let Listed { keys, unusable } = listed;
    let report = IssuerReport { discovery, jwks_url, keys, ..report };
    Examined { keys: set, report, unusable, is_static: false, rules }
}

/// What the headers of an issuer's answers tell.
#[derive(Default)]
struct Noticed {
    /// By how many seconds this clock is ahead of that of each answer.
    skews: Vec<i64>,
    /// How a body is packed, which none was asked to be.
    packing: Option<String>,
}

impl Noticed {
    fn read(&mut self, headers: &HeaderMap, now: Duration) {
        self.skews.extend(ahead(headers, now));
        let packing = headers.get(CONTENT_ENCODING).map(|value| String::from_utf8_lossy(value.as_bytes()));
        if let Some(packing) = packing.filter(|packing| !packing.eq_ignore_ascii_case("identity")) {
            self.packing = Some(packing.into_owned());
        }
    }
}

/// The keys of a JWK Set, as reports show them.
#[derive(Default)]
struct Listed {
    keys: Vec<KeyReport>,
    unusable: Unusable,
}

impl Listed {
    fn read(&mut self, body: &[u8], rules: &KeyRules) -> Result<KeySet, DocumentError> {
        let set = document::read(body, rules, |index, jwk, outcome| self.add(index, jwk, outcome));
        self.unusable.unread = unread(body);
        set
    }

    fn add(&mut self, index: usize, jwk: &str, outcome: Result<Vec<Algorithm>, SkipReason>) {
        let jwk = Object::parse(jwk).ok();
        let member = |name| jwk.as_ref()?.string(name).ok().flatten().map(|text| shown(&text));
        let (kid, issuer) = (member("kid"), member("issuer"));
        let reason = outcome.as_ref().err().copied();
        self.unusable.skipped.extend(kid.clone().zip(reason));
        let skipped = reason.map(|reason| reason.to_string());
        let algorithms = outcome.unwrap_or_default().into_iter().map(Algorithm::name).collect();
        self.keys.push(KeyReport { index, kid, issuer, algorithms, skipped });
    }
}

/// The key ids behind the last key that is looked at.
fn unread(body: &[u8]) -> Vec<String> {
    #[derive(Deserialize)]
    struct Set<'a> {
        #[serde(borrow)]
        keys: Vec<&'a RawValue>,
    }

    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let set: Option<Set<'_>> = serde_json::from_slice(body).ok();
    let behind = set.iter().flat_map(|set| set.keys.iter().skip(MAX_KEYS));
    behind
        .filter_map(|jwk| Object::parse(jwk.get()).ok()?.string("kid").ok()?.map(|kid| shown(&kid)))
        .collect()
}

/// What does not depend on how the keys were found.
fn report(rules: &Rules, issuer: &str, fault: Option<Fault>, clock: ClockReport) -> IssuerReport {
    IssuerReport {
        issuer: shown(&url::shown(issuer)),
        ok: fault.is_none() && clock.ok,
        audiences: rules.audiences.iter().map(|audience| shown(audience)).collect(),
        algorithms: rules.algorithms.iter().map(|algorithm| algorithm.name()).collect(),
        discovery: Vec::new(),
        jwks_url: None,
        keys: Vec::new(),
        clock,
        fault,
    }
}

type Fetched = (Option<String>, Result<KeySet, (Stage, FetchError)>);

/// What the validator's thread does, and in the same time; each location and each key is noted on the way.
fn fetch(
    client: &Client,
    source: &KeySource,
    rules: &KeyRules,
    discovery: &mut Vec<Location>,
    listed: &mut Listed,
) -> Fetched {
    let deadline = Instant::now() + DEADLINE;
    let located = source.locate(client, deadline);
    discovery.extend(located.attempts.iter().map(location));
    let place = match located.place {
        Ok(place) => place,
        Err(error) => return (None, Err((Stage::Metadata, error))),
    };
    let stage = match place.named_by {
        NamedBy::Configuration => Stage::Configured,
        NamedBy::Metadata => Stage::Named,
        NamedBy::Convention => Stage::Customary,
    };
    let url = place.url;
    let set = client.get(&url, None, deadline).and_then(|answer| match answer {
        Answer::Document(fetched) => {
            listed.read(&fetched.body, rules).map_err(|error| FetchError::at(&url, error))
        }
        // An answer that only a request with an ETag could get.
        Answer::NotModified { .. } => {
            Err(FetchError::at(&url, FetchFault::Status(http::StatusCode::NOT_MODIFIED)))
        }
    });
    (Some(url), set.map_err(|error| (stage, error)))
}

fn location(attempt: &Attempt) -> Location {
    Location {
        url: shown(&url::shown(&attempt.location)),
        found: match &attempt.reply {
            Reply::Metadata(_) => true,
            Reply::Other => false,
            Reply::Failed(error) => error.fault.is_of_metadata(),
        },
        answer: told(&attempt.reply.to_string()),
    }
}

fn fault(stage: Stage, error: &FetchError, packing: Option<&str>) -> Fault {
    let what = error.to_string();
    let what = match packing {
        Some(packing) => format!("{what}; an answer is packed (Content-Encoding: {packing})"),
        None => what,
    };
    Fault { what: told(&what), remedy: remedy::of_fetch(stage, &error.fault, packing.is_some()) }
}

/// By how many seconds this clock is ahead of the one that answered: its `Date`, and the `Age` of the answer in a cache
/// (RFC 9111 section 5.1).
fn ahead(headers: &HeaderMap, now: Duration) -> Option<i64> {
    let text = |name: HeaderName| headers.get(name)?.to_str().ok();
    let date = httpdate::parse_http_date(text(DATE)?).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let age = text(AGE).and_then(|age| age.trim().parse().ok()).unwrap_or_default();
    let theirs = i64::try_from(date.as_secs().checked_add(age)?).ok()?;
    i64::try_from(now.as_secs()).ok()?.checked_sub(theirs)
}

/// A cache on the way can only make an answer look older than it is, so the least difference is nearest the truth.
fn nearest(differences: &[i64]) -> Option<i64> {
    differences.iter().copied().min_by_key(|ahead| ahead.unsigned_abs())
}

fn compare(ahead_seconds: Option<i64>, leeway: Duration) -> ClockReport {
    let difference = Duration::from_secs(ahead_seconds.unwrap_or_default().unsigned_abs());
    let ok = difference <= leeway;
    let remedy = (!ok).then(|| {
        "the difference is larger than AXIOMS_LEEWAY allows: set this machine's clock by NTP, or have the issuer's operator set the issuer's, depending on which of the two is wrong".to_owned()
    });
    ClockReport { ok, ahead_seconds, leeway_seconds: leeway.as_secs(), remedy }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_of_an_answer_is_its_date_and_its_age() {
        let now = Duration::from_secs(1_767_226_200);
        for (date, age, expected) in [
            ("Thu, 01 Jan 2026 00:10:00 GMT", None, Some(0)),
            ("Thu, 01 Jan 2026 00:00:00 GMT", None, Some(600)),
            ("Thu, 01 Jan 2026 00:00:00 GMT", Some("590"), Some(10)),
            ("Thu, 01 Jan 2026 00:20:00 GMT", Some("soon"), Some(-600)),
            ("Thu, 01 Jan 2026 00:20:00 GMT", Some("18446744073709551615"), None),
            ("1 January", None, None),
        ] {
            let mut headers = HeaderMap::from_iter([(DATE, date.parse().unwrap())]);
            headers.extend(age.map(|age| (AGE, age.parse().unwrap())));
            assert_eq!(ahead(&headers, now), expected, "{date} {age:?}");
        }
        assert_eq!(ahead(&HeaderMap::new(), now), None);
    }

    #[test]
    fn a_packed_answer_is_noticed() {
        for (encoding, packed) in [
            ("gzip", true),
            ("br", true),
            ("deflate", true),
            ("zstd, gzip", true),
            ("identity", false),
            ("Identity", false),
        ] {
            let mut noticed = Noticed::default();
            noticed
                .read(&HeaderMap::from_iter([(CONTENT_ENCODING, encoding.parse().unwrap())]), Duration::ZERO);
            assert_eq!(noticed.packing.as_deref(), packed.then_some(encoding), "{encoding}");
            noticed.read(&HeaderMap::new(), Duration::ZERO);
            assert_eq!(noticed.packing.is_some(), packed, "{encoding}");
        }
    }

    #[test]
    fn the_answer_that_no_cache_has_aged_counts() {
        for (differences, expected) in [(&[][..], None), (&[600, 1], Some(1)), (&[-600, -601], Some(-600))] {
            assert_eq!(nearest(differences), expected);
        }
    }
}
