//! The work of a fetch thread: runs the fetcher, publishes the keys, logs, and wakes the waiting
//! requests.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;
use std::time::Duration;

use tracing::Span;

use super::discovery::NamedBy;
use super::error::{JwksError, JwksFault};
use super::fetcher::{FetchReport, FetchedDocument, Fetcher, Served};
use super::foreign::catch_panic;
use super::schedule::Fetch;
use super::settings::RemoteKeys;
use super::shared::Shared;
use super::snapshot::{LastFetch, Snapshot};
use super::state::FetchResult;
use crate::fetch::Client;
use crate::fetch::url::without_credentials;
use crate::jose::document::{Document, Listing};
use crate::jose::key_set::KeySet;
use crate::jose::skip_reason::SkipReason;
use crate::metrics;

/// The state that fetches share.
pub(super) struct Refresher {
    shared: Arc<Shared>,
    fetcher: Fetcher,
    ttl: Duration,
    /// A digest of the last logged document, so that each document is logged once.
    logged: Option<u64>,
    random: RandomState,
}

/// The fetch in progress.
#[derive(Clone, Copy)]
struct UnderWay {
    number: Fetch,
    /// When it began, by the monotonic clock. Its result may be as old as that.
    began: Duration,
}

impl Refresher {
    pub(super) fn new(shared: Arc<Shared>, remote: RemoteKeys) -> Self {
        Self {
            shared,
            fetcher: Fetcher::new(Client::new(remote.trust), remote.source, remote.rules),
            ttl: remote.ttl,
            logged: None,
            random: RandomState::new(),
        }
    }

    /// Runs a fetch. The waiters are woken last, and outside the lock, because a subscriber or a
    /// waker may query the validator's health.
    pub(super) fn run(&mut self, number: Fetch) {
        let issuer = self.shared.issuer.as_str();
        let span = catch_panic(|| tracing::info_span!(target: "axioms", "axioms.fetch", issuer, number));
        let span = span.unwrap_or_else(Span::none);
        let fetched = catch_panic(|| span.in_scope(|| self.fetch(number)));
        let mut result = fetched.unwrap_or(Err(JwksFault::Panicked.into()));
        let (in_time, retry_in) = self.shared.finish(number, &result);
        if !in_time {
            result = Err(JwksFault::Hung.into());
        }
        catch_panic(|| self.log_result(&span, &result, retry_in));
        self.shared.wake_ready();
    }

    /// Fetches and publishes the keys. If the fetch fails, the previous keys stay in use.
    fn fetch(&mut self, number: Fetch) -> FetchResult {
        let fetch = UnderWay { number, began: self.shared.now() };
        let FetchReport { attempts, place, outcome } = self.fetcher.fetch();
        let FetchedDocument { served, document, max_age } = outcome.map_err(|error| match place {
            Some(place) if place.named_by != NamedBy::Convention => error,
            _ => error.after(&attempts),
        })?;
        match document {
            None => self.publish(fetch, None)?,
            Some(Document { keys, listing }) => {
                // Publish before logging, because a subscriber may hang.
                let published = match keys {
                    Ok(keys) => self.publish(fetch, Some(keys)),
                    Err(error) => Err(JwksError::at(&served.url, error)),
                };
                self.log_document(&served, &listing, published.is_ok());
                published?;
            }
        }
        self.fetcher.keep(served);
        Ok(max_age)
    }

    /// Publishes new keys, or marks the old ones as fresh. They count as fetched when the fetch
    /// began, because the issuer may have withdrawn them a moment later. An abandoned fetch
    /// publishes nothing, because the next one may have begun.
    fn publish(&self, fetch: UnderWay, keys: Option<KeySet>) -> Result<(), JwksError> {
        let fetched = Some(LastFetch { at: fetch.began, ttl: self.ttl });
        let before = self.shared.snapshot.load_full();
        let snapshot = match keys {
            Some(keys) => Snapshot { keys: Arc::new(keys), generation: before.generation + 1, fetched },
            None => Snapshot { keys: Arc::clone(&before.keys), generation: before.generation, fetched },
        };
        if self.shared.publish(fetch.number, snapshot) { Ok(()) } else { Err(JwksFault::Hung.into()) }
    }

    /// Logs each document once, usable or not, even if it is served again after a failure.
    fn log_document(&mut self, served: &Served, listing: &Listing, is_published: bool) {
        let Served { url, representation } = served;
        let url = &without_credentials(url);
        let digest = Some(self.random.hash_one(&representation.body));
        if std::mem::replace(&mut self.logged, digest) != digest {
            self.log_skipped(listing, url);
            if is_published {
                self.log_fresh(url);
            }
        }
    }

    fn log_result(&self, span: &Span, result: &FetchResult, retry_in: Duration) {
        let _span = span.enter();
        let issuer = self.shared.issuer.as_str();
        if let Err(error) = result {
            tracing::warn!(
                name: "axioms.fetch_failed",
                target: "axioms",
                issuer,
                %error,
                ?retry_in,
                "the issuer's keys could not be fetched"
            );
        }
        metrics::fetched(issuer, result.is_ok().then(|| self.shared.clock.unix_time()));
    }

    fn log_skipped(&self, listing: &Listing, url: &str) {
        let issuer = self.shared.issuer.as_str();
        for entry in &listing.entries {
            let (index, Err(reason)) = (entry.index, &entry.outcome) else { continue };
            // The level of an event is part of its constant metadata.
            macro_rules! log_at {
                ($level:ident) => {
                    tracing::$level!(
                        name: "axioms.key_skipped",
                        target: "axioms",
                        issuer,
                        url,
                        index,
                        %reason,
                        "a key of the issuer's JWK Set is skipped"
                    )
                };
            }
            match reason {
                SkipReason::Private => log_at!(error),
                SkipReason::ForEncryption => log_at!(debug),
                _ => log_at!(warn),
            }
        }
    }

    fn log_fresh(&self, url: &str) {
        let issuer = self.shared.issuer.as_str();
        let snapshot = self.shared.snapshot.load();
        let key_ids: Vec<&str> = snapshot.keys.key_ids().collect();
        tracing::info!(
            name: "axioms.keys_fresh",
            target: "axioms",
            issuer,
            url,
            ?key_ids,
            "the issuer's keys are fresh"
        );
    }
}
