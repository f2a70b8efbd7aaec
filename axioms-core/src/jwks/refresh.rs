//! The thread that keeps the keys fresh, and the state it shares with everybody who needs them.
//!
//! The decisions are [`Schedule`]'s. The thread waits, fetches, publishes and wakes; it ends with its [`Jwks`].

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Wake, Waker};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use tracing::Span;

use super::discovery::KeySource;
use super::document::{Document, KeyRules, SkipReason, SkippedKey};
use super::fetch::{self, Answer, Client, DEADLINE, FetchError, Trust};
use super::key_set::KeySet;
use super::schedule::{Demand, Due, Fetch, Outcome, Schedule};
use super::wait::{Wait, block_on};
use super::{Fetched, Snapshot};
use crate::clock::Clock;
use crate::health::IssuerHealth;
use crate::metrics;

/// How an issuer's keys are fetched and how long they are trusted.
#[derive(Debug)]
pub(crate) struct Options {
    /// The issuer's name in logs, metrics and [`IssuerHealth`].
    pub(crate) issuer: String,
    pub(crate) source: KeySource,
    pub(crate) rules: KeyRules,
    pub(crate) trust: Trust,
    pub(crate) refresh_interval: Duration,
    pub(crate) ttl: Duration,
    pub(crate) clock: Arc<dyn Clock>,
}

/// What a request does whose key is not there.
#[derive(Debug)]
pub(crate) enum Missing {
    /// It waits for a fetch, then looks again.
    Await(Wait),
    /// The issuer was asked a moment ago and has no such key.
    Unknown,
    /// The issuer cannot be asked now; the next attempt is due after this time.
    Unavailable { retry_after: Duration },
}

/// An issuer's keys. Dropping it ends the thread that fetches them, at the latest when its fetch has timed out.
#[derive(Debug)]
pub(crate) struct Jwks(Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    issuer: String,
    snapshot: ArcSwap<Snapshot>,
    state: Mutex<State>,
    changed: Condvar,
    clock: Arc<dyn Clock>,
}

#[derive(Debug)]
struct State {
    schedule: Schedule,
    waiting: HashMap<u64, Waker>,
    next_ticket: u64,
    last_fetch: Option<Duration>,
    last_error: Option<FetchError>,
    failed_fetches: u64,
    stopped: bool,
}

impl Jwks {
    /// Starts the thread, whose first fetch begins at once.
    pub(crate) fn start(mut options: Options) -> std::io::Result<Self> {
        let clock = Arc::clone(&options.clock);
        let schedule = Schedule::new(options.refresh_interval, clock.monotonic());
        let shared = Arc::new(Shared {
            issuer: std::mem::take(&mut options.issuer),
            snapshot: ArcSwap::default(),
            state: Mutex::new(State {
                schedule,
                waiting: HashMap::new(),
                next_ticket: 0,
                last_fetch: None,
                last_error: None,
                failed_fetches: 0,
                stopped: false,
            }),
            changed: Condvar::new(),
            clock,
        });
        shared.clock.on_change(Waker::from(Arc::new(Nudge(Arc::downgrade(&shared)))));
        let refresher = Refresher::new(Arc::clone(&shared), options);
        std::thread::Builder::new().name("axioms-jwks".to_owned()).spawn(move || refresher.run())?;
        Ok(Self(shared))
    }

    /// The keys as they are now. Takes no lock.
    pub(crate) fn current(&self) -> arc_swap::Guard<Arc<Snapshot>> {
        self.0.snapshot.load()
    }

    /// What to do when [`Jwks::current`] was of the generation `seen` and had no keys that can be trusted.
    pub(crate) fn demand_any_key(&self, seen: u64) -> Missing {
        self.demand(seen, Schedule::demand_any_key)
    }

    /// What to do when [`Jwks::current`] was of the generation `seen` and had keys, but not the one that is needed.
    pub(crate) fn demand_unknown_key(&self, seen: u64) -> Missing {
        self.demand(seen, Schedule::demand_unknown_key)
    }

    pub(crate) fn health(&self) -> IssuerHealth {
        let now = self.0.clock.monotonic();
        let snapshot = self.current();
        let mut key_ids: Vec<String> = snapshot.keys.key_ids().map(str::to_owned).collect();
        key_ids.sort_unstable();
        let state = self.0.lock();
        IssuerHealth {
            issuer: self.0.issuer.clone(),
            ready: snapshot.trusted(now).is_some(),
            key_ids,
            key_age: snapshot.age(now),
            last_fetch: state.last_fetch.map(|ended| now.saturating_sub(ended)),
            last_error: state.last_error.as_ref().map(ToString::to_string),
            next_fetch: state.schedule.until_next(now),
            fetches: state.schedule.finished(),
            failed_fetches: state.failed_fetches,
        }
    }

    fn demand(&self, seen: u64, ask: fn(&mut Schedule, Duration) -> Demand) -> Missing {
        let now = self.0.clock.monotonic();
        let mut state = self.0.lock();
        // Keys that were published since the request looked need no other fetch: it looks again at once. A fetch publishes
        // before it ends, which takes the lock, so none is overlooked.
        let demand = if self.current().generation() == seen {
            ask(&mut state.schedule, now)
        } else {
            Demand::Await(state.schedule.finished())
        };
        match demand {
            Demand::Await(fetch) => {
                drop(state);
                self.0.changed.notify_all();
                Missing::Await(Wait::new(Arc::clone(&self.0), fetch))
            }
            Demand::Refused if state.schedule.last_failed() => {
                Missing::Unavailable { retry_after: state.schedule.until_next(now) }
            }
            Demand::Refused => Missing::Unknown,
        }
    }

    /// Blocks until the first fetch has ended; its error if it failed.
    pub(crate) fn wait_for_first(&self) -> Result<(), FetchError> {
        block_on(Wait::new(Arc::clone(&self.0), 1));
        self.0.lock().last_error.clone().map_or(Ok(()), Err)
    }
}

impl Drop for Jwks {
    fn drop(&mut self) {
        self.0.lock().stopped = true;
        self.0.changed.notify_all();
    }
}

impl Shared {
    /// A poisoned lock is taken all the same: no code panics between two halves of a change.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks to be woken when `fetch` has ended; `None` if it has. Re-registers under the ticket of an earlier poll.
    pub(super) fn register(&self, fetch: Fetch, ticket: Option<u64>, waker: &Waker) -> Option<u64> {
        let mut state = self.lock();
        if state.schedule.has_finished(fetch) {
            // The wakers of a fetch that has ended were all taken.
            return None;
        }
        let ticket = ticket.unwrap_or_else(|| {
            state.next_ticket += 1;
            state.next_ticket
        });
        let replaced = state.waiting.insert(ticket, waker.clone());
        // Not under the lock: a task may end with its last waker, and another wait with the task.
        drop(state);
        drop(replaced);
        Some(ticket)
    }

    pub(super) fn forget(&self, ticket: u64) {
        // Dropped after the lock, as above.
        let _waker = { self.lock().waiting.remove(&ticket) };
    }
}

/// Wakes the thread when a clock is set, without keeping it alive.
struct Nudge(Weak<Shared>);

impl Wake for Nudge {
    fn wake(self: Arc<Self>) {
        if let Some(shared) = self.0.upgrade() {
            // Under the lock, so that the thread cannot miss it between reading the time and going to sleep.
            let _state = shared.lock();
            shared.changed.notify_all();
        }
    }
}

/// The thread's own half: what only it needs.
struct Refresher {
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

/// How long the keys are fresh, if the issuer says so.
type FetchResult = Result<Option<Duration>, FetchError>;

/// Where the keys were found, and what was served there last.
struct Found {
    url: String,
    /// When, by the monotonic clock.
    at: Duration,
    served: Option<fetch::Fetched>,
}

impl Refresher {
    fn new(shared: Arc<Shared>, options: Options) -> Self {
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

    fn run(mut self) {
        while let Some(number) = self.wait_until_due() {
            // A panic in a library, a subscriber or a recorder must not leave a service without fresh keys for the rest of
            // its life, and those who wait, waiting.
            let fetched = catch_unwind(AssertUnwindSafe(|| {
                let issuer = self.shared.issuer.as_str();
                let span = tracing::info_span!(target: "axioms", "axioms.fetch", issuer, number);
                let result = span.in_scope(|| self.fetch());
                (span, result)
            }));
            let (span, result) = fetched.unwrap_or((Span::none(), Err(FetchError::Panicked)));
            let (waiting, retry_in) = self.finish(number, &result);
            let _ = catch_unwind(AssertUnwindSafe(|| self.tell(span, &result, retry_in)));
            for waker in waiting.into_values() {
                let _ = catch_unwind(AssertUnwindSafe(|| waker.wake()));
            }
        }
    }

    /// Sleeps until a fetch is due and marks it as begun; `None` when the thread is to end.
    fn wait_until_due(&self) -> Option<Fetch> {
        let mut state = self.shared.lock();
        loop {
            if state.stopped {
                return None;
            }
            let now = self.shared.clock.monotonic();
            match state.schedule.due(now) {
                Due::Now => return Some(state.schedule.start()),
                Due::At(next) => {
                    let pause = next.saturating_sub(now);
                    let woken = self.shared.changed.wait_timeout(state, pause);
                    state = woken.unwrap_or_else(PoisonError::into_inner).0;
                }
            }
        }
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
        self.shared.clock.monotonic() >= found.at.saturating_add(self.ttl)
    }

    /// Finds the keys, anew where they were found before: an issuer may move them and leave the old ones where they are.
    fn locate(&self, before: Option<Found>, deadline: Instant) -> Result<Found, FetchError> {
        let at = self.shared.clock.monotonic();
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
        let fetched = Some(Fetched { at: self.shared.clock.monotonic(), ttl: self.ttl });
        let before = self.shared.snapshot.load();
        let snapshot = match keys {
            Some(keys) => Snapshot { keys: Arc::new(keys), generation: before.generation + 1, fetched },
            None => Snapshot { keys: Arc::clone(&before.keys), generation: before.generation, fetched },
        };
        self.shared.snapshot.store(Arc::new(snapshot));
    }

    /// Marks a fetch as ended. Who waits for that is to be woken, but not under the lock, and after the log: whoever takes
    /// an event, or is woken, may ask this validator for its health.
    fn finish(&self, number: Fetch, result: &FetchResult) -> (HashMap<u64, Waker>, Duration) {
        let now = self.shared.clock.monotonic();
        let outcome = match result {
            Ok(max_age) => Outcome::Fresh { max_age: *max_age },
            Err(_) => Outcome::Failed,
        };
        let mut state = self.shared.lock();
        state.schedule.finish(now, outcome, self.jitter(number));
        state.last_fetch = Some(now);
        state.failed_fetches += u64::from(result.is_err());
        state.last_error = result.as_ref().err().cloned();
        (std::mem::take(&mut state.waiting), state.schedule.until_next(now))
    }

    fn tell(&self, span: Span, result: &FetchResult, retry_in: Duration) {
        let _span = span.entered();
        let issuer = self.shared.issuer.as_str();
        if let Err(error) = result {
            tracing::warn!(name: "axioms.fetch_failed", target: "axioms", issuer, %error, ?retry_in, "the issuer's keys could not be fetched");
        }
        metrics::fetched(issuer, result.is_ok().then(|| self.shared.clock.unix_time()));
    }

    /// From 0 to 1, different in every process: the hasher's random seed serves, nothing here is a secret.
    fn jitter(&self, number: Fetch) -> f64 {
        let [a, b, ..] = self.random.hash_one(number).to_le_bytes();
        f64::from(u16::from_le_bytes([a, b])) / f64::from(u16::MAX)
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
