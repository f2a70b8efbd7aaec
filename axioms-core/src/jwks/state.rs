//! What requests, the keeper and the thread of a fetch share about one issuer's keys.
//!
//! The lock is held for moments, and never while code of others runs: clocks are read before, wakers are called and
//! dropped after.

use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Wake, Waker};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;

use super::Snapshot;
use super::error::{JwksError, JwksFault};
use super::foreign::guard;
use super::schedule::{Demand, Due, Fetch, Outcome, Schedule};
use super::wait::{LONGEST_WAIT, Limits};
use crate::clock::Clock;

/// How many requests may wait for one issuer's keys. Each costs its connection and about a kilobyte.
const MOST_WAITING: usize = 10_000;

/// When a request should come again that could not wait.
pub(super) const SHORTLY: Duration = Duration::from_secs(1);

/// A waiter's place in the order in which waits end by themselves.
pub(super) type Ticket = (Instant, u64);

/// How long the keys are fresh, if the issuer says so.
pub(super) type FetchResult = Result<Option<Duration>, JwksError>;

/// What a request lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Keys that are trusted, whichever they are.
    AnyKey,
    /// A key that is not among those that are trusted: its id is unknown, or it has taken the place of another.
    OtherKey,
}

/// What becomes of a request that lacks a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Await(Fetch),
    Unknown,
    Unavailable(Duration),
}

/// What the keeper does next.
#[derive(Debug)]
pub(super) enum Step {
    Sleep(Duration),
    Fetch(Fetch),
    Wake(Waker),
    Stop,
}

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

#[derive(Debug)]
pub(super) struct State {
    pub(super) schedule: Schedule,
    /// The fetch whose thread is at work.
    running: Option<Running>,
    /// A fetch was given up, and its thread has not ended yet.
    hung: bool,
    waiting: BTreeMap<Ticket, Waker>,
    /// Those whose fetch has ended. Its thread wakes them, or the keeper where there is no such thread.
    ready: BTreeMap<Ticket, Waker>,
    next_ticket: u64,
    waits: usize,
    /// How many of the waits are for another key than those that are trusted.
    seekers: usize,
    /// The clock may have moved since the keeper last read it.
    pub(super) nudged: bool,
    pub(super) last_fetch: Option<Duration>,
    pub(super) last_error: Option<JwksError>,
    pub(super) failed_fetches: u64,
    pub(super) stopped: bool,
    /// The process that the keeper runs in.
    process: u32,
    /// The monotonic clock as it was last read by a thread of ours, and when.
    last_read: (Duration, Instant),
}

#[derive(Debug, Clone, Copy)]
struct Running {
    fetch: Fetch,
    /// When it is given up. It ends long before, unless code of others hangs in it.
    limit: Instant,
}

impl Shared {
    pub(super) fn new(issuer: String, interval: Duration, clock: Arc<dyn Clock>) -> Self {
        let now = clock.monotonic();
        Self {
            issuer,
            snapshot: ArcSwap::default(),
            clock,
            state: Mutex::new(State {
                schedule: Schedule::new(interval, now),
                running: None,
                hung: false,
                waiting: BTreeMap::new(),
                ready: BTreeMap::new(),
                next_ticket: 0,
                waits: 0,
                seekers: 0,
                nudged: false,
                last_fetch: None,
                last_error: None,
                failed_fetches: 0,
                stopped: false,
                process: 0,
                last_read: (now, Instant::now()),
            }),
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

impl State {
    /// Decides on a request that lacks a key.
    pub(super) fn demand(&mut self, need: Need, limits: Limits, now: Duration) -> Verdict {
        let is_answered = self.schedule.has_finished(limits.last_fetch);
        if !is_answered && (limits.are_reached() || !self.has_room(need, now)) {
            return Verdict::Unavailable(SHORTLY);
        }
        let demand = match need {
            _ if is_answered => Demand::Refused,
            Need::AnyKey => self.schedule.demand_any_key(now),
            Need::OtherKey => self.schedule.demand_other_key(now),
        };
        match (demand, need) {
            (Demand::Await(fetch), _) => {
                self.join(need);
                Verdict::Await(fetch)
            }
            (Demand::Refused, _) if self.schedule.last_failed() => {
                Verdict::Unavailable(self.schedule.until_next(now))
            }
            (Demand::Refused, Need::OtherKey) => Verdict::Unknown,
            // Keys that are too old as soon as they are fetched.
            (Demand::Refused, Need::AnyKey) => Verdict::Unavailable(SHORTLY),
        }
    }

    /// A request looks again at once, since the keys are newer than those it has seen.
    pub(super) fn look_again(&mut self, need: Need, limits: Limits) -> Verdict {
        if limits.are_reached() {
            return Verdict::Unavailable(SHORTLY);
        }
        self.join(need);
        Verdict::Await(self.schedule.finished())
    }

    /// Counts a wait, until [`Shared::leave`].
    pub(super) fn join(&mut self, need: Need) {
        self.waits += 1;
        self.seekers += usize::from(need == Need::OtherKey);
    }

    /// Any client can invent a key id or a signature. While the issuer is slow or failing, one request at a time waits for
    /// another key, so that a flood of such tokens holds one thread of a server that blocks, and not all.
    fn has_room(&self, need: Need, now: Duration) -> bool {
        let is_sought = need == Need::OtherKey && self.seekers > 0;
        self.waits < MOST_WAITING && !(is_sought && self.schedule.is_slow(now))
    }

    fn forget(&mut self, ticket: Ticket) -> Option<Waker> {
        self.waiting.remove(&ticket).or_else(|| self.ready.remove(&ticket))
    }

    fn finish(&mut self, now: Duration, result: &FetchResult, jitter: f64) {
        let outcome = match result {
            Ok(max_age) => Outcome::Fresh { max_age: *max_age },
            Err(_) => Outcome::Failed,
        };
        self.schedule.finish(now, outcome, jitter);
        self.last_fetch = Some(now);
        self.failed_fetches += u64::from(result.is_err());
        self.last_error = result.as_ref().err().cloned();
        self.ready.append(&mut self.waiting);
    }

    /// What the keeper does next: `now` by the validator's clock, `instant` in real time.
    pub(super) fn step(&mut self, now: Duration, instant: Instant) -> Step {
        if self.stopped {
            return Step::Stop;
        }
        if self.running.is_some_and(|running| instant >= running.limit) {
            self.give_up(now);
        }
        let next = match (self.running, self.schedule.due(now)) {
            (Some(running), _) => running.limit.saturating_duration_since(instant),
            (None, Due::At(next)) => next.saturating_sub(now),
            (None, Due::Now) => {
                let fetch = self.schedule.start(now);
                if !self.hung {
                    self.running = Some(Running { fetch, limit: instant + LONGEST_WAIT });
                    return Step::Fetch(fetch);
                }
                // Another thread would hang as that one does.
                self.finish(now, &Err(JwksFault::Hung.into()), 0.0);
                self.schedule.until_next(now)
            }
        };
        if let Some(waker) = self.take_overdue(instant) {
            return Step::Wake(waker);
        }
        let first = self.waiting.first_key_value().into_iter().chain(self.ready.first_key_value());
        let overdue = first.map(|((until, _), _)| until.saturating_duration_since(instant)).min();
        Step::Sleep(overdue.map_or(next, |overdue| overdue.min(next)))
    }

    fn give_up(&mut self, now: Duration) {
        let given_up = self.running.take();
        self.hung = given_up.is_some();
        if given_up.is_some_and(|running| !self.schedule.has_finished(running.fetch)) {
            self.finish(now, &Err(JwksFault::Hung.into()), 0.0);
        }
    }

    /// A waiter whose time is up, or whose fetch has ended and has no thread to wake it.
    fn take_overdue(&mut self, instant: Instant) -> Option<Waker> {
        let is_alone = self.running.is_none();
        let is_due = |map: &BTreeMap<Ticket, Waker>| {
            map.first_key_value().is_some_and(|((until, _), _)| *until <= instant)
        };
        let overdue = if is_due(&self.waiting) {
            self.waiting.pop_first()
        } else if is_alone || is_due(&self.ready) {
            self.ready.pop_first()
        } else {
            None
        };
        overdue.map(|(_, waker)| waker)
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

    const HOUR: Duration = Duration::from_secs(3600);
    const SECOND: Duration = Duration::from_secs(1);

    fn shared() -> Shared {
        Shared::new("issuer".to_owned(), HOUR, Arc::new(SystemClock))
    }

    /// How long the keeper is to sleep.
    fn sleep(step: Step) -> Duration {
        match step {
            Step::Sleep(pause) => pause,
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
        assert!(matches!(state.step(now, begin), Step::Fetch(1)));
        assert_eq!(sleep(state.step(now, begin)), LONGEST_WAIT);
        let pause = sleep(state.step(now, begin + LONGEST_WAIT));
        assert_eq!(pause, SECOND);
        let fault = state.last_error.as_ref().map(|error| &*error.fault);
        assert!(matches!(fault, Some(JwksFault::Hung)), "{fault:?}");
        // It is due again, and the thread still hangs.
        let pause = sleep(state.step(now + SECOND, begin + 2 * LONGEST_WAIT));
        assert_eq!((pause, state.failed_fetches), (2 * SECOND, 2));
        drop(state);
        let late = Snapshot::fixed(crate::jwks::KeySet::default());
        assert!(!shared.publish(1, late), "what comes too late is not published");
        assert_eq!(shared.snapshot.load().generation(), 0);
        let (in_time, _) = shared.finish(1, &Ok(None));
        assert!(!in_time);
        shared.end(1);
        let mut state = shared.lock();
        assert!(state.last_error.is_some(), "what comes too late changes nothing");
        assert!(matches!(state.step(now + 3 * SECOND, begin + 2 * LONGEST_WAIT), Step::Fetch(3)));
    }

    #[test]
    fn a_wait_ends_by_its_own_time_whatever_the_fetch_does() {
        let (shared, now, begin) = (shared(), SECOND, Instant::now());
        let until = begin + 2 * SECOND;
        assert!(matches!(shared.lock().step(now, begin), Step::Fetch(1)));
        let ticket = shared.register(1, until, None, Waker::noop());
        assert!(ticket.is_some());
        let mut state = shared.lock();
        assert_eq!(sleep(state.step(now, begin)), 2 * SECOND);
        assert!(matches!(state.step(now, until), Step::Wake(_)));
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
        assert!(matches!(state.step(now, begin), Step::Fetch(1)));
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
        assert!(matches!(shared.lock().step(now, begin), Step::Fetch(1)));
        assert!(shared.register(1, begin + HOUR, None, Waker::noop()).is_some());
        let mut state = shared.lock();
        let given_up = begin + LONGEST_WAIT;
        assert!(matches!(state.step(now, given_up), Step::Wake(_)));
        assert_eq!(sleep(state.step(now, given_up)), SECOND, "the backoff");
    }

    #[test]
    fn the_longest_times_overflow_nothing() {
        let shared = Shared::new("issuer".to_owned(), Duration::MAX, Arc::new(SystemClock));
        let begin = Instant::now();
        let mut state = shared.lock();
        assert!(matches!(state.step(Duration::MAX, begin), Step::Fetch(1)));
        state.finish(Duration::MAX, &Ok(Some(Duration::MAX)), 0.0);
        state.running = None;
        let almost = Duration::MAX.saturating_sub(SECOND);
        assert_eq!(sleep(state.step(SECOND, begin)), almost);
        let snapshot = Snapshot::fixed(crate::jwks::KeySet::default());
        assert!(snapshot.trusted(almost).is_some());
    }
}
