//! What requests, the keeper and the thread of a fetch share about one issuer's keys.
//!
//! The lock is held for moments, and never while code of others runs: clocks are read before, wakers are called and
//! dropped after.

use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use super::error::JwksFault;
use super::foreign::guard;
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
    /// The keeper alone waits for this.
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

    /// A poisoned lock is taken all the same: no code panics between two halves of a change.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The monotonic clock, for our threads: where it panics, real time goes on from its last reading.
    pub(super) fn now(&self) -> Duration {
        let read = guard(|| self.clock.monotonic());
        let mut state = self.lock();
        let (last, at) = state.last_read;
        let now = read.unwrap_or_else(|| last.saturating_add(at.elapsed()));
        state.last_read = (now, Instant::now());
        now
    }

    /// Asks to be woken when `fetch` has ended or `until` has come; `None` if that is so already. Re-registers under the
    /// ticket of an earlier poll.
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
            // Dropped after the lock: a task may end with its last waker, and another wait with the task.
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

    /// A wait is over, whether it ended or was given up.
    pub(super) fn leave(&self, need: Need, ticket: Option<Ticket>) {
        let mut state = self.lock();
        // Saturating, since the counts begin again in a process made by `fork`.
        state.waits = state.waits.saturating_sub(1);
        state.seekers = state.seekers.saturating_sub(usize::from(need == Need::OtherKey));
        let forgotten = ticket.and_then(|ticket| state.forget(ticket));
        drop(state);
        drop(forgotten);
    }

    /// Publishes what a fetch got, unless it has been given up. Whether it did.
    pub(super) fn publish(&self, fetch: Fetch, snapshot: Snapshot) -> bool {
        let state = self.lock();
        let in_time = !state.schedule.has_finished(fetch);
        // Dropped after the lock, as everything that may take long.
        let replaced = in_time.then(|| self.snapshot.swap(Arc::new(snapshot)));
        drop(state);
        drop(replaced);
        in_time
    }

    /// Marks a fetch as ended. Whether it was in time, and not given up before; and how long until the next one.
    pub(super) fn finish(&self, fetch: Fetch, result: &FetchResult) -> (bool, Duration) {
        let now = self.now();
        let mut state = self.lock();
        let in_time = !state.schedule.has_finished(fetch);
        if in_time {
            state.finish(now, result, self.jitter(fetch));
        }
        (in_time, state.schedule.until_next(now))
    }

    /// The thread of a fetch has ended.
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

    /// Wakes those whose fetch has ended, one after another: if a waker hangs, the keeper comes to the others.
    pub(super) fn wake_ready(&self) {
        loop {
            let ready = self.lock().ready.pop_first();
            match ready {
                Some((_, waker)) => guard(|| waker.wake()),
                None => return,
            };
        }
    }

    /// From 0 to 1, different in every process, forked ones included: the hasher's random seed serves, nothing here is a
    /// secret.
    fn jitter(&self, fetch: Fetch) -> f64 {
        let [a, b, ..] = self.random.hash_one((std::process::id(), fetch)).to_le_bytes();
        f64::from(u16::from_le_bytes([a, b])) / f64::from(u16::MAX)
    }

    /// Whether this process has no keeper. The caller starts one. `fork` copies the state, and none of the threads
    /// (fork(2)).
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
        // The tasks of the other process are woken there; nothing of theirs may run here.
        std::mem::forget(lost);
        true
    }

    /// The keeper could not be started. The next request or probe tries again.
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

    /// How long the keeper is to sleep.
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
    fn a_fetch_that_hangs_is_given_up_and_none_begins_beside_it() {
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
        assert!(!shared.publish(1, late), "what comes too late is not published");
        assert_eq!(shared.snapshot.load().generation(), 0);
        let (in_time, _) = shared.finish(1, &Ok(None));
        assert!(!in_time);
        shared.end(1);
        let mut state = shared.lock();
        assert!(state.last_error.is_some(), "what comes too late changes nothing");
        assert!(matches!(state.step(now + 3 * SECOND, begin + 2 * LONGEST_WAIT), KeeperStep::Fetch(3)));
    }

    #[test]
    fn a_wait_ends_by_its_own_time_whatever_the_fetch_does() {
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

    /// Where the thread of the fetch does not come to it.
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
