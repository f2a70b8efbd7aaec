//! An issuer's keys: fetched and kept fresh, or fixed.

use std::sync::Arc;
use std::task::Waker;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use super::error::{JwksError, JwksFault};
use super::foreign::is_our_thread;
use super::keeper;
use super::patience::{LONGEST_WAIT, Patience};
use super::refresh::Refresher;
use super::settings::{JwksSource, RemoteKeys, StaticKeys};
use super::shared::{Nudge, Shared};
use super::snapshot::Snapshot;
use super::state::{Need, SHORTLY, Verdict};
use super::wait::Wait;
use crate::health::IssuerHealth;

/// What a request does if the current keys do not verify its token.
#[derive(Debug)]
pub(crate) enum Missing {
    /// It waits for a fetch, then tries again.
    Await(Wait),
    /// The issuer has no such key: a fetch has succeeded since the request arrived, or shortly
    /// before.
    Unknown,
    /// The issuer cannot be asked now, or not by this request. The client may retry after this
    /// time.
    Unavailable { retry_after: Duration },
}

/// An issuer's keys.
#[derive(Debug)]
pub(crate) enum Jwks {
    Fetched(FetchedKeys),
    /// Fixed keys: no thread, no fetch, and no expiry.
    Static {
        issuer: String,
        snapshot: ArcSwap<Snapshot>,
    },
}

/// Fetched keys. Dropping them ends their threads, at once or after the fetch that is in progress.
#[derive(Debug)]
pub(crate) struct FetchedKeys {
    shared: Arc<Shared>,
    /// The configuration, for a process made by `fork` that starts its own threads.
    remote: RemoteKeys,
}

impl Jwks {
    /// Starts a thread for keys that are fetched; the first fetch begins at once.
    pub(crate) fn start(source: JwksSource) -> std::io::Result<Self> {
        Ok(match source {
            JwksSource::Remote(remote) => Self::Fetched(FetchedKeys::start(remote)?),
            JwksSource::Static(StaticKeys { issuer, keys, .. }) => {
                Self::Static { issuer, snapshot: ArcSwap::from_pointee(Snapshot::fixed(keys)) }
            }
        })
    }

    /// The current keys. Takes no lock.
    pub(crate) fn current(&self) -> arc_swap::Guard<Arc<Snapshot>> {
        match self {
            Self::Fetched(keys) => keys.shared.snapshot.load(),
            Self::Static { snapshot, .. } => snapshot.load(),
        }
    }

    /// Decides what to do if [`Jwks::current`] had the generation `seen` and did not have the
    /// needed key.
    pub(crate) fn demand(&self, need: Need, seen: u64, patience: &mut Patience) -> Missing {
        match self {
            Self::Fetched(keys) => keys.demand(need, seen, patience),
            Self::Static { .. } => Missing::Unknown,
        }
    }

    /// The issuer's name in logs.
    pub(crate) fn issuer(&self) -> &str {
        match self {
            Self::Fetched(keys) => &keys.shared.issuer,
            Self::Static { issuer, .. } => issuer,
        }
    }

    /// Waits until the first fetch has ended, and returns its error if it failed.
    pub(crate) async fn first_fetch(&self) -> Result<(), JwksError> {
        match self {
            Self::Fetched(keys) => keys.first_fetch().await,
            Self::Static { .. } => Ok(()),
        }
    }

    pub(crate) fn health(&self) -> IssuerHealth {
        match self {
            Self::Fetched(keys) => keys.health(),
            Self::Static { issuer, snapshot } => IssuerHealth {
                issuer: issuer.clone(),
                ready: true,
                key_ids: snapshot.load().key_ids(),
                key_age: None,
                last_fetch: None,
                last_error: None,
                next_fetch: None,
                fetches: 0,
                failed_fetches: 0,
            },
        }
    }
}

impl FetchedKeys {
    fn start(remote: RemoteKeys) -> std::io::Result<Self> {
        let clock = Arc::clone(&remote.clock);
        let shared = Arc::new(Shared::new(remote.issuer.clone(), remote.refresh_interval, clock));
        shared.clock.on_change(Waker::from(Arc::new(Nudge(Arc::downgrade(&shared)))));
        let keys = Self { shared, remote };
        keys.ensure_keeper()?;
        Ok(keys)
    }

    /// Starts the keeper if this process has none.
    fn ensure_keeper(&self) -> std::io::Result<()> {
        if !self.shared.lacks_keeper() {
            return Ok(());
        }
        let refresher = Refresher::new(Arc::clone(&self.shared), self.remote.clone());
        keeper::start(Arc::clone(&self.shared), refresher)
            .inspect_err(|error| self.shared.keeper_failed(error))
    }

    fn demand(&self, need: Need, seen: u64, patience: &mut Patience) -> Missing {
        // One of our own threads would wait for itself.
        if is_our_thread() || self.ensure_keeper().is_err() {
            return Missing::Unavailable { retry_after: SHORTLY };
        }
        let now = self.shared.clock.monotonic();
        let mut state = self.shared.lock();
        let limits = patience.limits(state.schedule.next_fetch());
        // If keys were published since the request looked, it looks again at once, without another
        // fetch. A fetch publishes before it ends, and ending takes the lock, so no publication is
        // missed.
        let verdict = if self.shared.snapshot.load().generation() == seen {
            state.demand(need, limits, now)
        } else {
            state.look_again(need, limits)
        };
        drop(state);
        match verdict {
            Verdict::Await(fetch) => {
                patience.spend();
                self.shared.changed.notify_all();
                Missing::Await(Wait::new(Arc::clone(&self.shared), need, fetch, limits.until))
            }
            Verdict::Unknown => Missing::Unknown,
            Verdict::Unavailable(retry_after) => Missing::Unavailable { retry_after },
        }
    }

    async fn first_fetch(&self) -> Result<(), JwksError> {
        const FIRST: u64 = 1;

        if !is_our_thread() {
            self.shared.lock().join(Need::AnyKey);
            let until = Instant::now() + LONGEST_WAIT;
            Wait::new(Arc::clone(&self.shared), Need::AnyKey, FIRST, until).await;
        }
        let state = self.shared.lock();
        match &state.last_error {
            Some(error) => Err(error.clone()),
            None if state.schedule.has_finished(FIRST) => Ok(()),
            None => Err(JwksFault::Hung.into()),
        }
    }

    fn health(&self) -> IssuerHealth {
        // A failure is reported in `last_error` below.
        let _ = self.ensure_keeper();
        let now = self.shared.clock.monotonic();
        let snapshot = self.shared.snapshot.load();
        let state = self.shared.lock();
        IssuerHealth {
            issuer: self.shared.issuer.clone(),
            ready: snapshot.trusted(now).is_some(),
            key_ids: snapshot.key_ids(),
            key_age: snapshot.age(now),
            last_fetch: state.last_fetch.map(|ended| now.saturating_sub(ended)),
            last_error: state.last_error.as_ref().map(ToString::to_string),
            next_fetch: Some(state.schedule.until_next(now)),
            fetches: state.schedule.finished(),
            failed_fetches: state.failed_fetches,
        }
    }
}

impl Drop for FetchedKeys {
    fn drop(&mut self) {
        self.shared.lock().stopped = true;
        self.shared.changed.notify_all();
    }
}
