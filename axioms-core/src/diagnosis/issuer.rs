//! Examines one issuer: the location of its keys, which of them are usable, and its clock.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};

use http::header::{AGE, CONTENT_ENCODING, DATE, HeaderName};
use http::{HeaderMap, StatusCode};

use super::examined::{Examined, Unusable};
use super::remedy;
use super::report::{ClockReport, FaultReport, IssuerReport, KeyReport, Location};
use crate::fetch::url::without_credentials;
use crate::fetch::{Client, FetchFault};
use crate::jose::document::{Document, Entry, Listing};
use crate::jwks::discovery::NamedBy;
use crate::jwks::error::{Attempt, JwksError, Reply};
use crate::jwks::fetcher::{FetchReport, FetchedDocument, Fetcher};
use crate::jwks::{JwksSource, RemoteKeys, StaticKeys};
use crate::text::{shown, shown_message};
use crate::token::issuer_policy::IssuerPolicy;

pub(super) fn examine(rules: IssuerPolicy, source: JwksSource) -> Examined {
    match source {
        JwksSource::Remote(remote) => ask(rules, remote),
        JwksSource::Static(given) => read(rules, given),
    }
}

/// Examines keys that are given in the configuration, without a request.
fn read(rules: IssuerPolicy, given: StaticKeys) -> Examined {
    let StaticKeys { issuer, keys: set, listing } = given;
    let (keys, unusable) = listed(&listing);
    let report = report(&rules, &issuer, None, compare(None, rules.leeway));
    Examined { keys: Some(set), report: IssuerReport { keys, ..report }, unusable, is_static: true, rules }
}

fn ask(rules: IssuerPolicy, remote: RemoteKeys) -> Examined {
    let RemoteKeys { issuer, source, rules: key_rules, trust, clock, .. } = remote;
    let noticed = Arc::new(Mutex::new(Noticed::default()));
    let (notice, now) = (Arc::clone(&noticed), Arc::clone(&clock));
    let client = Client::watched(trust, move |headers| {
        notice.lock().unwrap_or_else(PoisonError::into_inner).read(headers, now.unix_time());
    });
    let FetchReport { attempts, place, outcome } = Fetcher::new(client, source, key_rules).fetch();
    let (set, listing) = match outcome {
        Ok(FetchedDocument { served, document: Some(Document { keys, listing }), .. }) => {
            (keys.map_err(|error| JwksError::at(&served.url, error)), listing)
        }
        // Only a fetcher that kept a document from an earlier fetch can get this answer.
        Ok(FetchedDocument { served, document: None, .. }) => {
            let fault = FetchFault::Status(StatusCode::NOT_MODIFIED);
            (Err(JwksError::at(&served.url, fault)), Listing::default())
        }
        Err(error) => (Err(error), Listing::default()),
    };
    let Noticed { skews, packing } =
        std::mem::take(&mut *noticed.lock().unwrap_or_else(PoisonError::into_inner));
    let clock = compare(nearest(&skews), rules.leeway);
    let named_by = place.as_ref().map(|place| place.named_by);
    let fault = set.as_ref().err().map(|error| fault(named_by, error, packing.as_deref()));
    let (keys, unusable) = listed(&listing);
    let discovery = attempts.iter().map(location).collect();
    let jwks_url = place.map(|place| shown(&without_credentials(&place.url)));
    let report = IssuerReport { discovery, jwks_url, keys, ..report(&rules, &issuer, fault, clock) };
    Examined { keys: set.ok(), report, unusable, is_static: false, rules }
}

/// Findings in the headers of an issuer's answers.
#[derive(Default)]
struct Noticed {
    /// For each answer, by how many seconds this machine's clock is ahead.
    skews: Vec<i64>,
    /// The content encoding of a body, although `identity` was requested.
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

/// Converts the keys of a JWK Set for the report.
fn listed(listing: &Listing) -> (Vec<KeyReport>, Unusable) {
    let member = |text: &Option<String>| text.as_deref().map(shown);
    let report = |entry: &Entry| KeyReport {
        index: entry.index,
        kid: member(&entry.key_id),
        issuer: member(&entry.issuer),
        algorithms: entry.outcome.iter().flatten().map(|algorithm| algorithm.name()).collect(),
        skipped: entry.outcome.as_ref().err().map(ToString::to_string),
    };
    let skipped = listing.entries.iter().filter_map(|entry| {
        let reason = *entry.outcome.as_ref().err()?;
        Some((member(&entry.key_id)?, reason))
    });
    let unread = listing.unread.iter().map(|key_id| shown(key_id));
    let unusable = Unusable { skipped: skipped.collect(), unread: unread.collect() };
    (listing.entries.iter().map(report).collect(), unusable)
}

/// The parts of the report that do not depend on how the keys were found.
fn report(
    rules: &IssuerPolicy,
    issuer: &str,
    fault: Option<FaultReport>,
    clock: ClockReport,
) -> IssuerReport {
    IssuerReport {
        issuer: shown(&without_credentials(issuer)),
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

fn location(attempt: &Attempt) -> Location {
    Location {
        url: shown(&without_credentials(&attempt.location)),
        found: match &attempt.reply {
            Reply::Metadata(_) => true,
            Reply::Other => false,
            Reply::Failed(error) => error.fault.is_of_metadata(),
        },
        answer: shown_message(&attempt.reply.to_string()),
    }
}

fn fault(named_by: Option<NamedBy>, error: &JwksError, packing: Option<&str>) -> FaultReport {
    let what = error.to_string();
    let what = match packing {
        Some(packing) => format!("{what}; an answer is compressed (Content-Encoding: {packing})"),
        None => what,
    };
    FaultReport {
        what: shown_message(&what),
        remedy: remedy::of_fetch(named_by, &error.fault, packing.is_some()),
    }
}

/// By how many seconds this machine's clock is ahead of the server's, from the answer's `Date` and,
/// if it came from a cache, its `Age` (RFC 9111 section 5.1).
fn ahead(headers: &HeaderMap, now: Duration) -> Option<i64> {
    let text = |name: HeaderName| headers.get(name)?.to_str().ok();
    let date = httpdate::parse_http_date(text(DATE)?).ok()?.duration_since(UNIX_EPOCH).ok()?;
    let age = text(AGE).and_then(|age| age.trim().parse().ok()).unwrap_or_default();
    let theirs = i64::try_from(date.as_secs().checked_add(age)?).ok()?;
    i64::try_from(now.as_secs()).ok()?.checked_sub(theirs)
}

/// The smallest difference. A cache can only make an answer look older, so the smallest difference
/// is the most accurate.
fn nearest(differences: &[i64]) -> Option<i64> {
    differences.iter().copied().min_by_key(|ahead| ahead.unsigned_abs())
}

fn compare(ahead_seconds: Option<i64>, leeway: Duration) -> ClockReport {
    let difference = Duration::from_secs(ahead_seconds.unwrap_or_default().unsigned_abs());
    let ok = difference <= leeway;
    let remedy = (!ok).then(|| {
        "the difference is larger than AXIOMS_LEEWAY allows: set this machine's clock by NTP, or \
            have the issuer's operator set the issuer's clock, depending on which is wrong"
            .to_owned()
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
