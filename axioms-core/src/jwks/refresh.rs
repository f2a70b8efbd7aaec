//! One fetch of an issuer's keys, on a thread of its own: ask, publish, tell, wake.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::StatusCode;
use tracing::Span;

use super::discovery::{Attempt, KeySource, Located, NamedBy, Place};
use super::foreign::guard;
use super::schedule::Fetch;
use super::source::Options;
use super::state::{FetchResult, Shared};
use super::{Fetched, Snapshot};
use crate::fetch::{self, Answer, Client, DEADLINE, FetchError, FetchFault};
use crate::jose::document::{Document, KeyRules, SkipReason, SkippedKey};
use crate::jose::key_set::KeySet;
use crate::metrics;

/// What a fetch needs, and leaves to the next one.
pub(super) struct Refresher {
    shared: Arc<Shared>,
    client: Client,
    source: KeySource,
    rules: KeyRules,
    ttl: Duration,
    found: Option<Found>,
    /// What the last fetch got; `None` after one that failed.
    served: Option<Served>,
    /// A digest of the last document that was read, of which the log tells what was skipped.
    told: Option<u64>,
    random: RandomState,
}

/// Where the keys are.
#[derive(Clone)]
struct Found {
    place: Place,
    /// Where metadata was looked for.
    attempts: Vec<Attempt>,
}

/// A document, and where it was served.
struct Served {
    url: String,
    document: fetch::Fetched,
}

/// The fetch that is under way.
#[derive(Clone, Copy)]
struct UnderWay {
    number: Fetch,
    /// When it began, by the monotonic clock: what it gets may be as old as that.
    began: Duration,
    deadline: Instant,
}

impl Refresher {
    pub(super) fn new(shared: Arc<Shared>, options: Options) -> Self {
        Self {
            shared,
            client: Client::new(options.trust),
            source: options.source,
            rules: options.rules,
            ttl: options.ttl,
            found: None,
            served: None,
            told: None,
            random: RandomState::new(),
        }
    }

    /// The waiters are woken last, and not under the lock: a subscriber or a waker may ask the validator for its health.
    pub(super) fn run(&mut self, number: Fetch) {
        let issuer = self.shared.issuer.as_str();
        let span = guard(|| tracing::info_span!(target: "axioms", "axioms.fetch", issuer, number));
        let span = span.unwrap_or_else(Span::none);
        let fetched = guard(|| span.in_scope(|| self.fetch(number)));
        let mut result = fetched.unwrap_or(Err(FetchFault::Panicked.into()));
        let (in_time, retry_in) = self.shared.finish(number, &result);
        if !in_time {
            result = Err(FetchFault::Hung.into());
        }
        guard(|| self.tell(&span, &result, retry_in));
        self.shared.wake_ready();
    }

    /// Fetches and publishes the keys. Good keys stay in place unless better ones come.
    fn fetch(&mut self, number: Fetch) -> FetchResult {
        let fetch = UnderWay { number, began: self.shared.now(), deadline: Instant::now() + DEADLINE };
        // Taken, not borrowed: if anything fails below, the next fetch asks for the whole document.
        let served = self.served.take();
        let Found { place, attempts } = self.locate(fetch.deadline)?;
        let served = served.filter(|served| served.url == place.url).map(|served| served.document);
        let (document, max_age) = self.fetch_from(&place.url, served, fetch).map_err(|error| {
            if place.named_by == NamedBy::Convention { error.after(&attempts) } else { error }
        })?;
        self.served = Some(Served { url: place.url, document });
        Ok(max_age)
    }

    /// What is served now, and for how long it is fresh.
    fn fetch_from(
        &mut self,
        url: &str,
        served: Option<fetch::Fetched>,
        fetch: UnderWay,
    ) -> Result<(fetch::Fetched, Option<Duration>), FetchError> {
        let etag = served.as_ref().and_then(|served| served.etag.as_deref());
        match (self.client.get(url, etag, fetch.deadline)?, served) {
            (Answer::NotModified { max_age }, Some(served)) => {
                self.publish(fetch, None)?;
                Ok((served, max_age))
            }
            // Without an ETag, the client takes 304 for an error.
            (Answer::NotModified { .. }, None) => {
                Err(FetchError::at(url, FetchFault::Status(StatusCode::NOT_MODIFIED)))
            }
            (Answer::Document(fetched), Some(served)) if served.body == fetched.body => {
                self.publish(fetch, None)?;
                let max_age = fetched.max_age;
                Ok((fetched, max_age))
            }
            (Answer::Document(fetched), _) => {
                let Document { keys, skipped } = Document::parse(&fetched.body, &self.rules);
                // Published before the log hears of it: a subscriber may hang.
                let published = match keys {
                    Ok(keys) => self.publish(fetch, Some(keys)),
                    Err(error) => Err(FetchError::at(url, error)),
                };
                self.tell_news(url, &fetched.body, &skipped, published.is_ok());
                let max_age = fetched.max_age;
                published.map(|()| (fetched, max_age))
            }
        }
    }

    /// Finds the keys, again with each fetch: an issuer may move them and leave the old ones where they are. Once metadata
    /// has named a place, it stays until metadata names another.
    fn locate(&mut self, deadline: Instant) -> Result<Found, FetchError> {
        let Located { attempts, place } = match self.found {
            None => self.source.locate(&self.client, deadline),
            // Metadata that is slow takes no keys along: half of the time is theirs.
            Some(_) => self.source.locate(&self.client, Instant::now() + DEADLINE / 2),
        };
        let found = match (place, &self.found) {
            (Ok(place), Some(known)) if place.named_by == NamedBy::Convention && place != known.place => {
                return Ok(known.clone());
            }
            (Ok(place), _) => Found { place, attempts },
            // Nothing says that they have moved.
            (Err(error), Some(known)) if !error.fault.is_of_metadata() => return Ok(known.clone()),
            (Err(error), _) => return Err(error.after(&attempts)),
        };
        self.found = Some(found.clone());
        Ok(found)
    }

    /// Publishes new keys, or that the old ones are fresh again: as of when the fetch began, since the issuer may have
    /// withdrawn them a moment later. A fetch that was given up publishes nothing: the next one may have begun.
    fn publish(&self, fetch: UnderWay, keys: Option<KeySet>) -> Result<(), FetchError> {
        let fetched = Some(Fetched { at: fetch.began, ttl: self.ttl });
        let before = self.shared.snapshot.load_full();
        let snapshot = match keys {
            Some(keys) => Snapshot { keys: Arc::new(keys), generation: before.generation + 1, fetched },
            None => Snapshot { keys: Arc::clone(&before.keys), generation: before.generation, fetched },
        };
        if self.shared.publish(fetch.number, snapshot) { Ok(()) } else { Err(FetchFault::Hung.into()) }
    }

    /// Tells of each document once, whatever becomes of it, also where it is served again after a failure.
    fn tell_news(&mut self, url: &str, body: &[u8], skipped: &[SkippedKey], is_published: bool) {
        let digest = Some(self.random.hash_one(body));
        if std::mem::replace(&mut self.told, digest) != digest {
            self.report(skipped, url);
            if is_published {
                self.tell_fresh(url);
            }
        }
    }

    fn tell(&self, span: &Span, result: &FetchResult, retry_in: Duration) {
        let _span = span.enter();
        let issuer = self.shared.issuer.as_str();
        if let Err(error) = result {
            tracing::warn!(name: "axioms.fetch_failed", target: "axioms", issuer, %error, ?retry_in, "the issuer's keys could not be fetched");
        }
        metrics::fetched(issuer, result.is_ok().then(|| self.shared.clock.unix_time()));
    }

    fn report(&self, skipped: &[SkippedKey], url: &str) {
        let issuer = self.shared.issuer.as_str();
        for SkippedKey { index, reason } in skipped {
            match reason {
                SkipReason::Private => {
                    tracing::error!(name: "axioms.key_skipped", target: "axioms", issuer, url, index, %reason, "a key of the issuer's JWK Set is skipped");
                }
                SkipReason::ForEncryption => {
                    tracing::debug!(name: "axioms.key_skipped", target: "axioms", issuer, url, index, %reason, "a key of the issuer's JWK Set is skipped");
                }
                _ => {
                    tracing::warn!(name: "axioms.key_skipped", target: "axioms", issuer, url, index, %reason, "a key of the issuer's JWK Set is skipped");
                }
            }
        }
    }

    fn tell_fresh(&self, url: &str) {
        let issuer = self.shared.issuer.as_str();
        let snapshot = self.shared.snapshot.load();
        let key_ids: Vec<&str> = snapshot.keys.key_ids().collect();
        tracing::info!(name: "axioms.keys_fresh", target: "axioms", issuer, url, ?key_ids, "the issuer's keys are fresh");
    }
}
