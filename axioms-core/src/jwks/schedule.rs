//! Decides when to fetch the keys: a pure state machine from time to decisions. Nothing here waits
//! or fetches.

use std::time::Duration;

/// The shortest time between two background fetches, even if the issuer's `Cache-Control` is
/// shorter.
const MIN_INTERVAL: Duration = Duration::from_secs(60);
/// The shortest time between two fetches caused by unknown key ids or bad signatures. It is half of
/// the cool-down of 30 s, so a cool-down has one fetch at once and one in reserve. A flood of
/// forged tokens uses the first; the second finds a key that was rotated in during the flood.
const RESERVE: Duration = Duration::from_secs(15);
/// The first pause after a failed fetch. It doubles up to [`LONGEST_BACKOFF`].
const FIRST_BACKOFF: Duration = Duration::from_secs(1);
const LONGEST_BACKOFF: Duration = Duration::from_secs(60);
/// An issuer is slow if a fetch takes longer than this.
const SLOW: Duration = Duration::from_secs(1);

/// The number of a fetch, counted from 1. A request waits for a fetch by its number.
pub(super) type Fetch = u64;

/// When the next fetch is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    Now,
    At(Duration),
}

/// The decision for a request whose key is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FetchDecision {
    /// It waits for this fetch, which is in progress or about to begin, and then tries again.
    Await(Fetch),
    /// It causes no fetch now.
    Refused,
}

/// The result of a fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The keys are fresh, changed or not. `max_age` is that of the issuer's `Cache-Control`.
    Fresh { max_age: Option<Duration> },
    /// There was no answer, or an unusable one.
    Failed,
}

/// Decides when to fetch. All times are from the monotonic clock.
#[derive(Debug)]
pub(super) struct Schedule {
    interval: Duration,
    next: Duration,
    wanted: bool,
    started: Fetch,
    finished: Fetch,
    failures: u32,
    /// When the last fetch began.
    began: Duration,
    took: Duration,
    /// When an unknown key id or a bad signature last caused a fetch.
    asked: Option<Duration>,
}

impl Schedule {
    /// The first fetch is due at once.
    pub(super) fn new(interval: Duration, now: Duration) -> Self {
        Self {
            interval,
            next: now,
            wanted: false,
            started: 0,
            finished: 0,
            failures: 0,
            began: now,
            took: Duration::ZERO,
            asked: None,
        }
    }

    pub(super) fn due(&self, now: Duration) -> Due {
        if self.wanted || now >= self.next { Due::Now } else { Due::At(self.next) }
    }

    /// Decides for a request when there are no trusted keys. While fetches fail, only the backoff
    /// decides.
    pub(super) fn demand_any_key(&mut self, now: Duration) -> FetchDecision {
        match self.coming(now) {
            Some(fetch) => FetchDecision::Await(fetch),
            None if self.failures > 0 => FetchDecision::Refused,
            None => self.want(),
        }
    }

    /// Decides for a request that needs a key that the last fetch did not find: under a new id, or
    /// as the replacement of an old one.
    pub(super) fn demand_other_key(&mut self, now: Duration) -> FetchDecision {
        match self.coming(now) {
            Some(fetch) => FetchDecision::Await(fetch),
            None if self.asked.is_some_and(|asked| now.saturating_sub(asked) < RESERVE) => {
                FetchDecision::Refused
            }
            None => {
                self.asked = Some(now);
                self.want()
            }
        }
    }

    fn want(&mut self) -> FetchDecision {
        self.wanted = true;
        FetchDecision::Await(self.next_fetch())
    }

    /// The fetch that is in progress or already due, if any.
    fn coming(&mut self, now: Duration) -> Option<Fetch> {
        if self.is_under_way() {
            Some(self.started)
        } else if self.due(now) == Due::Now {
            // A request waits for this fetch, so it must begin even if the keeper reads an earlier
            // time.
            self.wanted = true;
            Some(self.next_fetch())
        } else {
            None
        }
    }

    fn is_under_way(&self) -> bool {
        self.started > self.finished
    }

    /// The number of the fetch that begins next.
    pub(super) fn next_fetch(&self) -> Fetch {
        self.started + 1
    }

    /// Records the start of a fetch, and returns its number.
    pub(super) fn start(&mut self, now: Duration) -> Fetch {
        self.wanted = false;
        self.began = now;
        self.started += 1;
        self.started
    }

    /// Records that the fetch in progress, if any, will never end, because its thread is in another
    /// process. Another fetch is due at once.
    pub(super) fn lose(&mut self) {
        self.wanted |= self.is_under_way();
        self.finished = self.started;
    }

    /// Records the end of a fetch. `jitter`, from 0 to 1, spreads the fetches of servers that were
    /// started at the same time.
    pub(super) fn finish(&mut self, now: Duration, outcome: Outcome, jitter: f64) {
        self.finished = self.started;
        self.took = now.saturating_sub(self.began);
        let pause = match outcome {
            Outcome::Fresh { max_age } => {
                self.failures = 0;
                let shortest = MIN_INTERVAL.min(self.interval);
                max_age.unwrap_or(self.interval).clamp(shortest, self.interval)
            }
            Outcome::Failed => {
                let doublings = self.failures.min(6);
                self.failures = self.failures.saturating_add(1);
                (FIRST_BACKOFF * 2_u32.pow(doublings)).min(LONGEST_BACKOFF)
            }
        };
        // `mul_f64(0.1)` never overflows; `mul_f64(1.0)` of the longest interval would.
        let early = pause.mul_f64(0.1 * jitter.clamp(0.0, 1.0));
        self.next = now.saturating_add(pause.saturating_sub(early));
    }

    pub(super) fn has_finished(&self, fetch: Fetch) -> bool {
        self.finished >= fetch
    }

    /// How many fetches have ended.
    pub(super) fn finished(&self) -> u64 {
        self.finished
    }

    pub(super) fn last_failed(&self) -> bool {
        self.failures > 0
    }

    /// Whether the last fetch failed or was slow, or the one in progress is slow.
    pub(super) fn is_slow(&self, now: Duration) -> bool {
        let under_way = if self.is_under_way() { now.saturating_sub(self.began) } else { Duration::ZERO };
        self.last_failed() || self.took > SLOW || under_way > SLOW
    }

    /// The time until the next scheduled fetch.
    pub(super) fn until_next(&self, now: Duration) -> Duration {
        self.next.saturating_sub(now)
    }
}

#[cfg(test)]
mod properties;

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(1000 + seconds)
    }

    /// A schedule whose first fetch succeeded at second 0.
    fn warm() -> Schedule {
        let mut schedule = Schedule::new(HOUR, at(0));
        schedule.start(at(0));
        schedule.finish(at(0), Outcome::Fresh { max_age: None }, 0.0);
        schedule
    }

    fn fetch(schedule: &mut Schedule, now: Duration, outcome: Outcome) {
        schedule.start(now);
        schedule.finish(now, outcome, 0.0);
    }

    #[test]
    fn the_first_fetch_is_due_at_once_and_shared_by_all_who_wait() {
        let mut schedule = Schedule::new(HOUR, at(0));
        assert_eq!(schedule.due(at(0)), Due::Now);
        assert_eq!(schedule.demand_any_key(at(0)), FetchDecision::Await(1));
        schedule.start(at(0));
        assert_eq!(schedule.demand_any_key(at(0)), FetchDecision::Await(1));
        assert_eq!(schedule.demand_other_key(at(0)), FetchDecision::Await(1));
    }

    #[test]
    fn cache_control_shortens_the_interval_within_bounds() {
        let seconds = |max_age: Option<u64>| {
            let mut schedule = Schedule::new(HOUR, at(0));
            fetch(&mut schedule, at(0), Outcome::Fresh { max_age: max_age.map(Duration::from_secs) });
            schedule.until_next(at(0)).as_secs()
        };
        for (max_age, pause) in [(None, 3600), (Some(0), 60), (Some(600), 600), (Some(315_360_000), 3600)] {
            assert_eq!(seconds(max_age), pause, "{max_age:?}");
        }
    }

    #[test]
    fn the_longest_interval_is_no_special_case() {
        for jitter in [0.0, 1e-9, 1.0] {
            let mut schedule = Schedule::new(Duration::MAX, at(0));
            schedule.start(at(0));
            schedule.finish(at(0), Outcome::Fresh { max_age: None }, jitter);
            assert!(schedule.until_next(at(0)) > Duration::MAX / 2, "{jitter}");
        }
    }

    #[test]
    fn failures_back_off_from_one_second_to_sixty() {
        let mut schedule = warm();
        let pauses: Vec<u64> = (0..8)
            .map(|_| {
                fetch(&mut schedule, at(0), Outcome::Failed);
                schedule.until_next(at(0)).as_secs()
            })
            .collect();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60, 60]);
        fetch(&mut schedule, at(0), Outcome::Fresh { max_age: None });
        fetch(&mut schedule, at(0), Outcome::Failed);
        assert_eq!(schedule.until_next(at(0)).as_secs(), 1, "a success ends the backoff");
    }

    #[test]
    fn a_flood_of_unknown_ids_causes_two_fetches_in_a_cool_down() {
        let mut schedule = warm();
        let mut fetches = 0;
        for tick in 0..3000 {
            let now = at(10) + Duration::from_millis(10 * tick);
            if let FetchDecision::Await(_) = schedule.demand_other_key(now) {
                fetch(&mut schedule, now, Outcome::Fresh { max_age: None });
                fetches += 1;
            }
        }
        assert_eq!(fetches, 2);
    }

    #[test]
    fn the_reserve_is_held_back_for_half_the_cool_down() {
        let mut schedule = warm();
        assert_eq!(schedule.demand_other_key(at(10)), FetchDecision::Await(2));
        fetch(&mut schedule, at(10), Outcome::Fresh { max_age: None });
        assert_eq!(schedule.demand_other_key(at(24)), FetchDecision::Refused);
        assert_eq!(schedule.demand_other_key(at(25)), FetchDecision::Await(3));
        fetch(&mut schedule, at(25), Outcome::Fresh { max_age: None });
        assert_eq!(schedule.demand_other_key(at(39)), FetchDecision::Refused);
        assert_eq!(schedule.demand_other_key(at(40)), FetchDecision::Await(4), "a new cool-down");
    }

    #[test]
    fn a_failed_fetch_spends_its_slot_too() {
        let mut schedule = warm();
        assert_eq!(schedule.demand_other_key(at(10)), FetchDecision::Await(2));
        fetch(&mut schedule, at(10), Outcome::Failed);
        assert_eq!(schedule.demand_other_key(at(10)), FetchDecision::Refused);
    }

    #[test]
    fn a_fetch_that_is_due_is_shared_and_spends_no_slot() {
        let mut schedule = warm();
        assert_eq!(schedule.demand_other_key(at(3600)), FetchDecision::Await(2));
        fetch(&mut schedule, at(3600), Outcome::Fresh { max_age: None });
        assert_eq!(schedule.demand_other_key(at(3600)), FetchDecision::Await(3), "the slot is still there");
    }

    #[test]
    fn without_keys_only_the_backoff_decides() {
        let mut schedule = Schedule::new(HOUR, at(0));
        fetch(&mut schedule, at(0), Outcome::Failed);
        assert_eq!(schedule.demand_any_key(at(0)), FetchDecision::Refused);
        assert_eq!(schedule.due(at(1)), Due::Now);
        assert_eq!(schedule.demand_any_key(at(1)), FetchDecision::Await(2));
    }

    /// The keeper may read a different time, or its clock may panic.
    #[test]
    fn a_fetch_that_a_request_waits_for_is_due_whatever_the_time() {
        let mut schedule = warm();
        assert_eq!(schedule.demand_any_key(at(3600)), FetchDecision::Await(2));
        assert_eq!(schedule.due(at(0)), Due::Now);
    }

    #[test]
    fn an_issuer_is_slow_after_a_failure_or_a_long_fetch_and_during_one() {
        let mut schedule = warm();
        assert!(!schedule.is_slow(at(3000)), "no fetch is in progress");
        schedule.start(at(10));
        assert!(!schedule.is_slow(at(11)));
        assert!(schedule.is_slow(at(12)), "while it lasts");
        schedule.finish(at(12), Outcome::Fresh { max_age: None }, 0.0);
        assert!(schedule.is_slow(at(100)), "until a faster one");
        fetch(&mut schedule, at(200), Outcome::Fresh { max_age: None });
        assert!(!schedule.is_slow(at(200)));
        fetch(&mut schedule, at(300), Outcome::Failed);
        assert!(schedule.is_slow(at(300)));
    }

    #[test]
    fn a_fetch_that_is_lost_is_made_again_at_once() {
        let mut schedule = warm();
        schedule.lose();
        assert_eq!(schedule.due(at(10)), Due::At(at(3600)), "none was in progress");
        assert_eq!(schedule.start(at(10)), 2);
        schedule.lose();
        assert!(schedule.has_finished(2));
        assert_eq!(schedule.due(at(10)), Due::Now);
    }
}
