//! One fetch of an issuer's keys, on a thread of its own: ask, publish, tell, wake.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::StatusCode;
use tracing::Span;

use super::discovery::{Attempt, KeySource, NamedBy, Place};
use super::document::{Document, KeyRules, SkipReason, SkippedKey};
use super::fetch::{self, Answer, Client, DEADLINE, FetchError, FetchFault};
use super::foreign::guard;
use super::key_set::KeySet;
use super::schedule::Fetch;
use super::source::Options;
use super::state::{FetchResult, Shared};
use super::{Fetched, Snapshot};
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
    served: Option<fetch::Fetched>,
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
    /// When the place was last confirmed, by the monotonic clock.
    at: Duration,
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
        let unknown_key = self.shared.lock().schedule.take_unknown_key();
        let issuer = self.shared.issuer.as_str();
        let span = guard(|| tracing::info_span!(target: "axioms", "axioms.fetch", issuer, number));
        let span = span.unwrap_or_else(Span::none);
        let fetched = guard(|| span.in_scope(|| self.fetch(unknown_key)));
        let mut result = fetched.unwrap_or(Err(FetchFault::Panicked.into()));
        let (in_time, retry_in) = self.shared.finish(number, &result);
        if !in_time {
            result = Err(FetchFault::Hung.into());
        }
        guard(|| self.tell(&span, &result, retry_in));
        self.shared.wake_ready();
    }

    /// Fetches and publishes the keys. Good keys stay in place unless better ones come.
    fn fetch(&mut self, unknown_key: bool) -> FetchResult {
        let deadline = Instant::now() + DEADLINE;
        // Taken, not borrowed: whatever fails below, the next attempt searches again, and asks for the whole document.
        let mut served = self.served.take();
        let found = self.locate(unknown_key, &mut served, deadline)?;
        let (fetched, max_age) = self.fetch_from(&found.place.url, served, deadline).map_err(|error| {
            if found.place.named_by == NamedBy::Convention { error.after(&found.attempts) } else { error }
        })?;
        self.served = Some(fetched);
        Ok(max_age)
    }

    /// What is served now, and for how long it is fresh.
    fn fetch_from(
        &mut self,
        url: &str,
        served: Option<fetch::Fetched>,
        deadline: Instant,
    ) -> Result<(fetch::Fetched, Option<Duration>), FetchError> {
        let etag = served.as_ref().and_then(|served| served.etag.as_deref());
        match (self.client.get(url, etag, deadline)?, served) {
            (Answer::NotModified { max_age }, Some(served)) => {
                self.publish(None);
                Ok((served, max_age))
            }
            // Without an ETag, the client takes 304 for an error.
            (Answer::NotModified { .. }, None) => {
                Err(FetchError::at(url, FetchFault::Status(StatusCode::NOT_MODIFIED)))
            }
            (Answer::Document(fetched), Some(served)) if served.body == fetched.body => {
                self.publish(None);
                let max_age = fetched.max_age;
                Ok((fetched, max_age))
            }
            (Answer::Document(fetched), _) => {
                let document = Document::parse(&fetched.body, &self.rules);
                let digest = Some(self.random.hash_one(&fetched.body));
                // Told whatever becomes of the document, and once where the same one is served again after a failure.
                let is_news = std::mem::replace(&mut self.told, digest) != digest;
                if is_news {
                    self.report(&document.skipped, url);
                }
                self.publish(Some(document.keys.map_err(|error| FetchError::at(url, error))?));
                if is_news {
                    self.tell_fresh(url);
                }
                let max_age = fetched.max_age;
                Ok((fetched, max_age))
            }
        }
    }

    /// Finds the keys, again where they were found before: an issuer may move them and leave the old ones where they are.
    /// Once metadata has named a place, it stays until metadata names another. `served` is forgotten with its place.
    fn locate(
        &mut self,
        unknown_key: bool,
        served: &mut Option<fetch::Fetched>,
        deadline: Instant,
    ) -> Result<Found, FetchError> {
        let at = self.shared.now();
        // Metadata that is slow takes no keys along: half of the time is theirs.
        let half = Instant::now() + DEADLINE / 2;
        let located = match &self.found {
            None => self.source.locate(&self.client, deadline),
            Some(known) if served.is_none() || self.is_old(known) => self.source.locate(&self.client, half),
            Some(known) if unknown_key => match self.source.locate_again(&known.place, &self.client, half) {
                Some(located) => located,
                None => return Ok(known.clone()),
            },
            Some(known) => return Ok(known.clone()),
        };
        let found = match (located.place, &self.found) {
            (Ok(place), Some(known)) if place.named_by == NamedBy::Convention && place != known.place => {
                return Ok(known.clone());
            }
            (Ok(place), _) => Found { place, attempts: located.attempts, at },
            // Nothing says that they have moved.
            (Err(error), Some(known)) if !error.fault.is_of_metadata() => return Ok(known.clone()),
            (Err(error), _) => return Err(error.after(&located.attempts)),
        };
        if self.found.as_ref().is_some_and(|known| known.place.url != found.place.url) {
            *served = None;
        }
        self.found = Some(found.clone());
        Ok(found)
    }

    /// Keys are trusted no longer than this without a fetch, and so is the place that they are fetched from.
    fn is_old(&self, found: &Found) -> bool {
        self.shared.now() >= found.at.saturating_add(self.ttl)
    }

    /// Publishes new keys, or that the old ones are fresh again.
    fn publish(&self, keys: Option<KeySet>) {
        let fetched = Some(Fetched { at: self.shared.now(), ttl: self.ttl });
        let before = self.shared.snapshot.load();
        let snapshot = match keys {
            Some(keys) => Snapshot { keys: Arc::new(keys), generation: before.generation + 1, fetched },
            None => Snapshot { keys: Arc::clone(&before.keys), generation: before.generation, fetched },
        };
        self.shared.snapshot.store(Arc::new(snapshot));
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
