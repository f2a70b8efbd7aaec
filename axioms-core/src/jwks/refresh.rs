//! One fetch of an issuer's keys, on a thread of its own: ask, publish, tell, wake.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tracing::Span;

use super::discovery::KeySource;
use super::document::{Document, KeyRules, SkipReason, SkippedKey};
use super::fetch::{self, Answer, Client, DEADLINE, FetchError};
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
    /// Where the keys were found and the `ETag` they came with; forgotten after a failure, so that an issuer that
    /// moves its keys is found again.
    found: Option<Found>,
    /// A digest of the last document that was read, of which the log tells what was skipped.
    told: Option<u64>,
    random: RandomState,
}

/// Where the keys were found, and what was served there last.
struct Found {
    url: String,
    /// When, by the monotonic clock.
    at: Duration,
    served: Option<fetch::Fetched>,
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
            told: None,
            random: RandomState::new(),
        }
    }

    /// The waiters are woken last, and not under the lock: a subscriber or a waker may ask the validator for its health.
    pub(super) fn run(&mut self, number: Fetch) {
        let issuer = self.shared.issuer.as_str();
        let span = guard(|| tracing::info_span!(target: "axioms", "axioms.fetch", issuer, number));
        let span = span.unwrap_or_else(Span::none);
        let fetched = guard(|| span.in_scope(|| self.fetch()));
        let mut result = fetched.unwrap_or(Err(FetchError::Panicked));
        let (in_time, retry_in) = self.shared.finish(number, &result);
        if !in_time {
            result = Err(FetchError::Hung);
        }
        guard(|| self.tell(&span, &result, retry_in));
        self.shared.wake_ready();
    }

    /// Fetches and publishes the keys. Good keys stay in place unless better ones come.
    fn fetch(&mut self) -> FetchResult {
        let deadline = Instant::now() + DEADLINE;
        // Taken, not borrowed: whatever fails below, the next attempt starts from the source.
        let mut found = match self.found.take() {
            Some(found) if !self.is_old(&found) => found,
            before => self.locate(before, deadline)?,
        };
        let etag = found.served.as_ref().and_then(|served| served.etag.as_deref());
        let max_age = match self.client.get(&found.url, etag, deadline)? {
            Answer::NotModified { max_age } => {
                self.publish(None);
                max_age
            }
            Answer::Document(fetched) => {
                let max_age = fetched.max_age;
                if found.served.as_ref().is_some_and(|served| served.body == fetched.body) {
                    self.publish(None);
                } else {
                    let document = Document::parse(&fetched.body, &self.rules);
                    let digest = Some(self.random.hash_one(&fetched.body));
                    // Told whatever becomes of the document, and once where the same one is served again after a failure.
                    let is_news = std::mem::replace(&mut self.told, digest) != digest;
                    if is_news {
                        self.report(&document.skipped, &found.url);
                    }
                    self.publish(Some(document.keys?));
                    if is_news {
                        self.tell_fresh(&found.url);
                    }
                }
                found.served = Some(fetched);
                max_age
            }
        };
        self.found = Some(found);
        Ok(max_age)
    }

    /// Keys are trusted no longer than this without a fetch, and so is the place that they are fetched from.
    fn is_old(&self, found: &Found) -> bool {
        self.shared.now() >= found.at.saturating_add(self.ttl)
    }

    /// Finds the keys, anew where they were found before: an issuer may move them and leave the old ones where they are.
    fn locate(&self, before: Option<Found>, deadline: Instant) -> Result<Found, FetchError> {
        let at = self.shared.now();
        let Some(before) = before else {
            let url = self.source.locate(&self.client, deadline, |_, _| {})?;
            return Ok(Found { url, at, served: None });
        };
        // Metadata that is slow or gone takes no keys along: half of the time is theirs.
        let mut named = false;
        let tell = |_: &str, answer: Result<bool, &FetchError>| named |= answer == Ok(true);
        match self.source.locate(&self.client, Instant::now() + DEADLINE / 2, tell) {
            Ok(url) if url == before.url => Ok(Found { at, ..before }),
            Ok(url) if named => Ok(Found { url, at, served: None }),
            Err(error @ (FetchError::OtherIssuer { .. } | FetchError::InsecureJwksUri(_))) => Err(error),
            // Nothing says that they have moved.
            Ok(_) | Err(_) => Ok(before),
        }
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
