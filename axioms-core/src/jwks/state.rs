//! The state of one issuer's keys and of the requests that wait for them. It decides which requests
//! wait and what the keeper does next. It is pure: time goes in, a decision comes out.

use std::collections::BTreeMap;
use std::task::Waker;
use std::time::{Duration, Instant};

use super::error::{JwksError, JwksFault};
use super::patience::{LONGEST_WAIT, Limits};
use super::schedule::{Due, Fetch, FetchDecision, Outcome, Schedule};

/// How many requests may wait for one issuer's keys. Each holds its connection and about a
/// kilobyte.
const MOST_WAITING: usize = 10_000;

/// When a request that could not wait should be retried.
pub(super) const SHORTLY: Duration = Duration::from_secs(1);

/// Identifies a waiter; ordered by the time at which its wait ends.
pub(super) type Ticket = (Instant, u64);

/// The `max-age` of the keys, if the issuer states one.
pub(super) type FetchResult = Result<Option<Duration>, JwksError>;

/// What a request needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Any trusted key.
    AnyKey,
    /// A key that is not among the trusted ones: its id is unknown, or it replaced another.
    OtherKey,
}

/// The decision for a request without a matching key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Await(Fetch),
    Unknown,
    Unavailable(Duration),
}

/// What the keeper does next.
#[derive(Debug)]
pub(super) enum KeeperStep {
    Sleep(Duration),
    Fetch(Fetch),
    Wake(Waker),
    Stop,
}

#[derive(Debug)]
pub(super) struct State {
    pub(super) schedule: Schedule,
    /// The fetch whose thread is running.
    pub(super) running: Option<Running>,
    /// A fetch was abandoned, and its thread has not ended yet.
    pub(super) hung: bool,
    pub(super) waiting: BTreeMap<Ticket, Waker>,
    /// Waiters whose fetch has ended. The fetch thread wakes them, or the keeper if there is no
    /// such thread.
    pub(super) ready: BTreeMap<Ticket, Waker>,
    pub(super) next_ticket: u64,
    pub(super) waits: usize,
    /// How many waits are for [`Need::OtherKey`].
    pub(super) seekers: usize,
    /// The clock may have been set since the keeper last read it.
    pub(super) nudged: bool,
    pub(super) last_fetch: Option<Duration>,
    pub(super) last_error: Option<JwksError>,
    pub(super) failed_fetches: u64,
    pub(super) stopped: bool,
    /// The process that the keeper runs in.
    pub(super) process: u32,
    /// The last reading of the monotonic clock by one of our threads, and when it was read.
    pub(super) last_read: (Duration, Instant),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Running {
    pub(super) fetch: Fetch,
    /// When it is abandoned. It ends long before, unless foreign code hangs in it.
    limit: Instant,
}

impl State {
    /// The first fetch is due at `now`, by the monotonic clock.
    pub(super) fn new(interval: Duration, now: Duration) -> Self {
        Self {
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
        }
    }

    /// Decides for a request without a matching key.
    pub(super) fn demand(&mut self, need: Need, limits: Limits, now: Duration) -> Verdict {
        let is_answered = self.schedule.has_finished(limits.last_fetch);
        if !is_answered && (limits.are_reached() || !self.has_room(need, now)) {
            return Verdict::Unavailable(SHORTLY);
        }
        let demand = match need {
            _ if is_answered => FetchDecision::Refused,
            Need::AnyKey => self.schedule.demand_any_key(now),
            Need::OtherKey => self.schedule.demand_other_key(now),
        };
        match (demand, need) {
            (FetchDecision::Await(fetch), _) => {
                self.join(need);
                Verdict::Await(fetch)
            }
            (FetchDecision::Refused, _) if self.schedule.last_failed() => {
                Verdict::Unavailable(self.schedule.until_next(now))
            }
            (FetchDecision::Refused, Need::OtherKey) => Verdict::Unknown,
            // The keys expire as soon as they are fetched.
            (FetchDecision::Refused, Need::AnyKey) => Verdict::Unavailable(SHORTLY),
        }
    }

    /// Lets a request look again at once, because the keys are newer than those it has seen.
    pub(super) fn look_again(&mut self, need: Need, limits: Limits) -> Verdict {
        if limits.are_reached() {
            return Verdict::Unavailable(SHORTLY);
        }
        self.join(need);
        Verdict::Await(self.schedule.finished())
    }

    /// Counts a wait, until [`Shared::leave`](super::shared::Shared::leave).
    pub(super) fn join(&mut self, need: Need) {
        self.waits += 1;
        self.seekers += usize::from(need == Need::OtherKey);
    }

    /// Whether another request may wait. Any client can invent a key id or a signature. While the
    /// issuer is slow or failing, only one request at a time waits for another key, so that a flood
    /// of such tokens blocks one thread of a blocking server, not all.
    fn has_room(&self, need: Need, now: Duration) -> bool {
        let is_sought = need == Need::OtherKey && self.seekers > 0;
        self.waits < MOST_WAITING && !(is_sought && self.schedule.is_slow(now))
    }

    pub(super) fn forget(&mut self, ticket: Ticket) -> Option<Waker> {
        self.waiting.remove(&ticket).or_else(|| self.ready.remove(&ticket))
    }

    pub(super) fn finish(&mut self, now: Duration, result: &FetchResult, jitter: f64) {
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

    /// Decides what the keeper does next. `now` is the validator's clock, `instant` is real time.
    pub(super) fn step(&mut self, now: Duration, instant: Instant) -> KeeperStep {
        if self.stopped {
            return KeeperStep::Stop;
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
                    return KeeperStep::Fetch(fetch);
                }
                // A new fetch thread would hang too.
                self.finish(now, &Err(JwksFault::Hung.into()), 0.0);
                self.schedule.until_next(now)
            }
        };
        if let Some(waker) = self.take_overdue(instant) {
            return KeeperStep::Wake(waker);
        }
        let first = self.waiting.first_key_value().into_iter().chain(self.ready.first_key_value());
        let overdue = first.map(|((until, _), _)| until.saturating_duration_since(instant)).min();
        KeeperStep::Sleep(overdue.map_or(next, |overdue| overdue.min(next)))
    }

    fn give_up(&mut self, now: Duration) {
        let given_up = self.running.take();
        self.hung = given_up.is_some();
        if given_up.is_some_and(|running| !self.schedule.has_finished(running.fetch)) {
            self.finish(now, &Err(JwksFault::Hung.into()), 0.0);
        }
    }

    /// A waiter whose time is up, or whose fetch has ended and has no thread left to wake it.
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
