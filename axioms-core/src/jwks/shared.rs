//! The state that requests, the keeper and the fetch thread share for one issuer's keys.
//!
//! The lock is held briefly and never while foreign code runs: clocks are read before, and wakers
//! are called and dropped after.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use super::error::JwksFault;
use super::foreign::catch_panic;
use super::schedule::Fetch;
use super::snapshot::Snapshot;
use super::state::{FetchResult, Need, State, Ticket};
use crate::clock::Clock;

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) issuer: String,
    pub(super) snapshot: ArcSwap<Snapshot>,
    pub(super) clock: Arc<dyn Clock>,
    state: Mutex<State>,
    /// Only the keeper waits on this.
    pub(super) changed: Condvar,
    random: RandomState,
}

impl Shared {
    pub(super) fn new(issuer: String, interval: Duration, clock: Arc<dyn Clock>) -> Self {
        let now = clock.monotonic();
        Self {
            issuer,
            snapshot: ArcSwap::default(),
            clock,
            state: Mutex::new(State::new(interval, now)),
            changed: Condvar::new(),
            random: RandomState::new(),
        }
    }

    /// Takes the lock even if it is poisoned, because no code panics in the middle of a change.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the monotonic clock, for our threads. If it panics, the time is its last reading plus
    /// the real time since then.
    pub(super) fn now(&self) -> Duration {
        let read = catch_panic(|| self.clock.monotonic());
        let mut state = self.lock();
        let (last, at) = state.last_read;
        let now = read.unwrap_or_else(|| last.saturating_add(at.elapsed()));
        state.last_read = (now, Instant::now());
        now
    }

    /// Registers a waker for the end of `fetch` or the time `until`. Returns `None` if either has
    /// already come. Registers again under the ticket of an earlier poll.
    pub(super) fn register(
        &self,
        fetch: Fetch,
        until: Instant,
        ticket: Option<Ticket>,
        waker: &Waker,
    ) -> Option<Ticket> {
        let waker = waker.clone();
        let mut state = self.lock();
        if state.schedule.has_finished(fetch) || Instant::now() >= until {
            let forgotten = ticket.and_then(|ticket| state.forget(ticket));
            // Dropped after the lock is released: dropping the last waker may drop a task, and the
            // task another wait.
            drop(state);
            drop((waker, forgotten));
            return None;
        }
        let ticket = ticket.unwrap_or_else(|| {
            state.next_ticket += 1;
            (until, state.next_ticket)
        });
        let replaced = state.waiting.insert(ticket, waker);
        let is_first = state.waiting.first_key_value().is_some_and(|(first, _)| *first == ticket);
        drop(state);
        drop(replaced);
        if is_first {
            self.changed.notify_all();
        }
        Some(ticket)
    }

    /// Records the end of a wait, completed or cancelled.
    pub(super) fn leave(&self, need: Need, ticket: Option<Ticket>) {
        let mut state = self.lock();
        // Saturating, because the counts restart at zero in a process made by `fork`.
        state.waits = state.waits.saturating_sub(1);
        state.seekers = state.seekers.saturating_sub(usize::from(need == Need::OtherKey));
        let forgotten = ticket.and_then(|ticket| state.forget(ticket));
        drop(state);
        drop(forgotten);
    }

    /// Publishes the keys of a fetch unless it was abandoned. Returns whether it did.
    pub(super) fn publish(&self, fetch: Fetch, snapshot: Snapshot) -> bool {
        let state = self.lock();
        let in_time = !state.schedule.has_finished(fetch);
        // Dropped after the lock is released, because dropping may take long.
        let replaced = in_time.then(|| self.snapshot.swap(Arc::new(snapshot)));
        drop(state);
        drop(replaced);
        in_time
    }

    /// Records the end of a fetch. Returns whether it ended before it was abandoned, and the time
    /// until the next one.
    pub(super) fn finish(&self, fetch: Fetch, result: &FetchResult) -> (bool, Duration) {
        let now = self.now();
        let mut state = self.lock();
        let in_time = !state.schedule.has_finished(fetch);
        if in_time {
            state.finish(now, result, self.jitter(fetch));
        }
        (in_time, state.schedule.until_next(now))
    }

    /// Records that a fetch thread has ended.
    pub(super) fn end(&self, fetch: Fetch) {
        let mut state = self.lock();
        if state.running.is_some_and(|running| running.fetch == fetch) {
            state.running = None;
        } else {
            state.hung = false;
        }
        drop(state);
        self.changed.notify_all();
    }

    /// Wakes the waiters whose fetch has ended, one by one. If a waker hangs, the keeper wakes the
    /// others.
    pub(super) fn wake_ready(&self) {
        loop {
            let ready = self.lock().ready.pop_first();
            match ready {
                Some((_, waker)) => catch_panic(|| waker.wake()),
                None => return,
            };
        }
    }

    /// A value from 0 to 1 that differs in every process, including forked ones. The random seed of
    /// a hasher is good enough, because the value is not a secret.
    fn jitter(&self, fetch: Fetch) -> f64 {
        let [a, b, ..] = self.random.hash_one((std::process::id(), fetch)).to_le_bytes();
        f64::from(u16::from_le_bytes([a, b])) / f64::from(u16::MAX)
    }

    /// Whether this process has no keeper; the caller then starts one. `fork` copies the state but
    /// not the threads (fork(2)).
    pub(super) fn lacks_keeper(&self) -> bool {
        let process = std::process::id();
        let mut state = self.lock();
        if state.process == process {
            return false;
        }
        state.process = process;
        state.running = None;
        state.hung = false;
        state.waits = 0;
        state.seekers = 0;
        state.schedule.lose();
        let lost = (std::mem::take(&mut state.waiting), std::mem::take(&mut state.ready));
        drop(state);
        // These tasks belong to the parent process, which wakes them; their code must not run here.
        std::mem::forget(lost);
        true
    }

    /// Records that the keeper could not be started. The next request or health check tries again.
    pub(super) fn keeper_failed(&self, error: &std::io::Error) {
        let mut state = self.lock();
        state.process = 0;
        state.last_error = Some(JwksFault::NoThread(error.to_string()).into());
    }
}

/// Wakes the keeper when a clock is set, without keeping it alive.
pub(super) struct Nudge(pub(super) std::sync::Weak<Shared>);

impl Wake for Nudge {
    fn wake(self: Arc<Self>) {
        if let Some(shared) = self.0.upgrade() {
            shared.lock().nudged = true;
            shared.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::jose::key_set::KeySet;
    use crate::jwks::patience::{LONGEST_WAIT, Limits};
    use crate::jwks::state::{KeeperStep, SHORTLY, Verdict};

    const HOUR: Duration = Duration::from_secs(3600);
    const SECOND: Duration = Duration::from_secs(1);

    fn shared() -> Shared {
        Shared::new("issuer".to_owned(), HOUR, Arc::new(SystemClock::new()))
    }

    /// How long the keeper should sleep.
    fn sleep(step: KeeperStep) -> Duration {
        match step {
            KeeperStep::Sleep(pause) => pause,
            other => panic!("{other:?}"),
        }
    }

    fn limits(state: &State, until: Instant) -> Limits {
        Limits { until, last_fetch: state.schedule.next_fetch(), waits: 2 }
    }

    #[test]
    fn a_fetch_that_hangs_is_abandoned_and_no_other_begins_meanwhile() {
        let (shared, now, begin) = (shared(), SECOND, Instant::now());
        let mut state = shared.lock();
        assert!(matches!(state.step(now, begin), KeeperStep::Fetch(1)));
        assert_eq!(sleep(state.step(now, begin)), LONGEST_WAIT);
        let pause = sleep(state.step(now, begin + LONGEST_WAIT));
        assert_eq!(pause, SECOND);
        let fault = state.last_error.as_ref().map(|error| &*error.fault);
        assert!(matches!(fault, Some(JwksFault::Hung)), "{fault:?}");
        // It is due again, and the thread still hangs.
        let pause = sleep(state.step(now + SECOND, begin + 2 * LONGEST_WAIT));
        assert_eq!((pause, state.failed_fetches), (2 * SECOND, 2));
        drop(state);
        let late = Snapshot::fixed(KeySet::default());
        assert!(!shared.publish(1, late), "a late result is not published");
        assert_eq!(shared.snapshot.load().generation(), 0);
        let (in_time, _) = shared.finish(1, &Ok(None));
        assert!(!in_time);
        shared.end(1);
        let mut state = shared.lock();
        assert!(state.last_error.is_some(), "a late result changes nothing");
        assert!(matches!(state.step(now + 3 * SECOND, begin + 2 * LONGEST_WAIT), KeeperStep::Fetch(3)));
    }

    #[test]
    fn a_wait_ends_at_its_time_limit_even_if_the_fetch_does_not_end() {
        let (shared, now, begin) = (shared(), SECOND, Instant::now());
        let until = begin + 2 * SECOND;
        assert!(matches!(shared.lock().step(now, begin), KeeperStep::Fetch(1)));
        let ticket = shared.register(1, until, None, Waker::noop());
        assert!(ticket.is_some());
        let mut state = shared.lock();
        assert_eq!(sleep(state.step(now, begin)), 2 * SECOND);
        assert!(matches!(state.step(now, until), KeeperStep::Wake(_)));
        assert_eq!(sleep(state.step(now, until)), LONGEST_WAIT.saturating_sub(2 * SECOND));
        drop(state);
        assert_eq!(shared.register(1, begin, ticket, Waker::noop()), None, "its time is up");
    }

    #[test]
    fn a_request_asks_for_nothing_once_its_limits_are_reached_or_its_fetch_has_ended() {
        let (shared, now, begin) = (shared(), SECOND, Instant::now());
        let mut state = shared.lock();
        let late = limits(&state, begin);
        let spent = Limits { waits: 0, ..limits(&state, begin + HOUR) };
        for (need, limits) in
            [Need::AnyKey, Need::OtherKey].into_iter().flat_map(|need| [(need, late), (need, spent)])
        {
            assert_eq!(state.demand(need, limits, now), Verdict::Unavailable(SHORTLY), "{need:?}");
            assert_eq!(state.look_again(need, limits), Verdict::Unavailable(SHORTLY), "{need:?}");
        }
        let in_time = limits(&state, begin + HOUR);
        assert_eq!(state.demand(Need::OtherKey, in_time, now), Verdict::Await(1));
        assert!(matches!(state.step(now, begin), KeeperStep::Fetch(1)));
        state.finish(now, &Ok(None), 0.0);
        for (need, verdict) in
            [(Need::AnyKey, Verdict::Unavailable(SHORTLY)), (Need::OtherKey, Verdict::Unknown)]
        {
            assert_eq!(state.demand(need, in_time, now + HOUR), verdict, "{need:?}");
        }
    }

    /// The fetch thread does not wake them.
    #[test]
    fn the_keeper_wakes_those_whose_fetch_was_refused() {
        let (shared, now, begin) = (shared(), SECOND, Instant::now());
        assert!(matches!(shared.lock().step(now, begin), KeeperStep::Fetch(1)));
        assert!(shared.register(1, begin + HOUR, None, Waker::noop()).is_some());
        let mut state = shared.lock();
        let given_up = begin + LONGEST_WAIT;
        assert!(matches!(state.step(now, given_up), KeeperStep::Wake(_)));
        assert_eq!(sleep(state.step(now, given_up)), SECOND, "the backoff");
    }

    #[test]
    fn the_longest_times_overflow_nothing() {
        let shared = Shared::new("issuer".to_owned(), Duration::MAX, Arc::new(SystemClock::new()));
        let begin = Instant::now();
        let mut state = shared.lock();
        assert!(matches!(state.step(Duration::MAX, begin), KeeperStep::Fetch(1)));
        state.finish(Duration::MAX, &Ok(Some(Duration::MAX)), 0.0);
        state.running = None;
        let almost = Duration::MAX.saturating_sub(SECOND);
        assert_eq!(sleep(state.step(SECOND, begin)), almost);
        let snapshot = Snapshot::fixed(KeySet::default());
        assert!(snapshot.trusted(almost).is_some());
    }
}
