//! One issuer: where its keys are, which of them can be used, and what time it has.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, UNIX_EPOCH};

use http::HeaderMap;
use http::header::{AGE, DATE, HeaderName};

use super::remedy;
use super::report::{ClockReport, Fault, IssuerReport, KeyReport, Location};
use super::text::{shown, told};
use crate::crypto::Algorithm;
use crate::jwks::discovery::{Attempt, KeySource, NamedBy, Reply};
use crate::jwks::document::{self, KeyRules};
use crate::jwks::fetch::{Answer, Client, DEADLINE, FetchError, FetchFault};
use crate::jwks::key_set::KeySet;
use crate::jwks::{Options, Source, StaticKeys, url};
use crate::token::json::Object;
use crate::token::rules::Rules;

/// An issuer that has been asked.
pub(super) struct Examined {
    pub(super) rules: Rules,
    /// Its usable keys, if it has any.
    pub(super) keys: Option<KeySet>,
    pub(super) report: IssuerReport,
}

/// Where an attempt to get the keys failed, for the remedy differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// At the issuer's metadata.
    Metadata,
    /// At a JWK Set URL: configured, named by the metadata, or the customary one in default of both.
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

/// Keys that the configuration holds need no asking.
fn read(rules: Rules, given: &StaticKeys) -> Examined {
    let mut keys = Vec::new();
    let tell = |index, jwk: &str, outcome| keys.push(key(index, jwk, outcome));
    let set = document::read(given.text.as_bytes(), &given.rules, tell);
    let fault =
        set.as_ref().err().map(|error| fault(Stage::Configured, &FetchFault::Document(*error).into()));
    let clock = compare(None, rules.leeway);
    let report = report(&rules, &given.issuer, fault, clock);
    Examined { keys: set.ok(), report: IssuerReport { keys, ..report }, rules }
}

fn ask(rules: Rules, options: Options) -> Examined {
    let Options { issuer, source, rules: key_rules, trust, clock, .. } = options;
    let skews = Arc::new(Mutex::new(Vec::new()));
    let (measured, now) = (Arc::clone(&skews), Arc::clone(&clock));
    let client = Client::watched(trust, move |headers| {
        measured.lock().unwrap_or_else(PoisonError::into_inner).extend(ahead(headers, now.unix_time()));
    });
    let (mut discovery, mut keys) = (Vec::new(), Vec::new());
    let (located, fetched) = fetch(&client, &source, &key_rules, &mut discovery, &mut keys);
    let ahead = nearest(&skews.lock().unwrap_or_else(PoisonError::into_inner));
    let clock = compare(ahead, rules.leeway);
    let (set, fault) = match fetched {
        Ok(set) => (Some(set), None),
        Err((stage, error)) => (None, Some(fault(stage, &error))),
    };
    let jwks_url = located.map(|located| shown(&url::shown(&located)));
    let report = report(&rules, &issuer, fault, clock);
    Examined { keys: set, report: IssuerReport { discovery, jwks_url, keys, ..report }, rules }
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
    keys: &mut Vec<KeyReport>,
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
        NamedBy::Metadata(_) => Stage::Named,
        NamedBy::Convention => Stage::Customary,
    };
    let url = place.url;
    let set = client.get(&url, None, deadline).and_then(|answer| match answer {
        Answer::Document(fetched) => {
            let tell = |index, jwk: &str, outcome| keys.push(key(index, jwk, outcome));
            document::read(&fetched.body, rules, tell).map_err(|error| FetchError::at(&url, error))
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

fn key(index: usize, jwk: &str, outcome: Result<Vec<Algorithm>, document::SkipReason>) -> KeyReport {
    let jwk = Object::parse(jwk).ok();
    let member = |name| jwk.as_ref()?.string(name).ok().flatten().map(|text| shown(&text));
    let (kid, issuer) = (member("kid"), member("issuer"));
    let skipped = outcome.as_ref().err().map(ToString::to_string);
    let algorithms = outcome.unwrap_or_default().into_iter().map(Algorithm::name).collect();
    KeyReport { index, kid, issuer, algorithms, skipped }
}

fn fault(stage: Stage, error: &FetchError) -> Fault {
    Fault { what: told(&error.to_string()), remedy: remedy::of_fetch(stage, &error.fault) }
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
        "the difference is larger than AXIOMS_LEEWAY allows: set this machine's clock by NTP, or tell the issuer's operator, whichever of the two is wrong".to_owned()
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
    fn the_answer_that_no_cache_has_aged_counts() {
        for (differences, expected) in [(&[][..], None), (&[600, 1], Some(1)), (&[-600, -601], Some(-600))] {
            assert_eq!(nearest(differences), expected);
        }
    }
}
