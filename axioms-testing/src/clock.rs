//! A clock that moves only when a test moves it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use axioms_core::Clock;

/// A [`Clock`] that only the test moves, so that expiry and refresh can be tested without waiting.
///
/// Clones share one time: pass one to the validator and one to the issuer, and keep one to set it.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use axioms_core::Clock;
/// use axioms_testing::TestClock;
///
/// let clock = TestClock::new();
/// let (wall, age) = (clock.unix_time(), clock.monotonic());
///
/// clock.advance(Duration::from_secs(60));
/// assert_eq!(clock.unix_time() - wall, Duration::from_secs(60));
///
/// // A change of the machine's date does not age the keys.
/// clock.set_unix_time(Duration::ZERO);
/// assert_eq!(clock.monotonic() - age, Duration::from_secs(60));
/// ```
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<Time>>);

struct Time {
    unix: Duration,
    monotonic: Duration,
    wakers: Vec<Waker>,
}

impl TestClock {
    /// Creates a clock at 2026-01-01T00:00:00Z, the same in every run.
    #[must_use]
    pub fn new() -> Self {
        Self::at(Duration::from_secs(1_767_225_600))
    }

    /// A clock whose wall clock shows `unix_time`, the time since 1970-01-01T00:00:00Z.
    #[must_use]
    pub fn at(unix_time: Duration) -> Self {
        let time = Time { unix: unix_time, monotonic: Duration::ZERO, wakers: Vec::new() };
        Self(Arc::new(Mutex::new(time)))
    }

    /// Advances the wall clock and the monotonic clock by `passed`.
    pub fn advance(&self, passed: Duration) {
        self.change(|time| {
            time.unix = time.unix.saturating_add(passed);
            time.monotonic = time.monotonic.saturating_add(passed);
        });
    }

    /// Sets the wall clock, forward or back, as an administrator or NTP does. The monotonic clock
    /// does not change.
    pub fn set_unix_time(&self, unix_time: Duration) {
        self.change(|time| time.unix = unix_time);
    }

    fn change(&self, change: impl FnOnce(&mut Time)) {
        let wakers = {
            let mut time = self.time();
            change(&mut time);
            time.wakers.clone()
        };
        // Outside the lock, because a waker may read this clock at once.
        wakers.iter().for_each(Waker::wake_by_ref);
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for TestClock {
    fn unix_time(&self) -> Duration {
        self.time().unix
    }

    fn monotonic(&self) -> Duration {
        self.time().monotonic
    }

    fn on_change(&self, waker: Waker) {
        let wakers = &mut self.time().wakers;
        // A waiter that asks before each wait is stored only once.
        if !wakers.iter().any(|kept| kept.will_wake(&waker)) {
            wakers.push(waker);
        }
    }
}

impl fmt::Debug for TestClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = self.time();
        f.debug_struct("TestClock")
            .field("unix_time", &time.unix)
            .field("monotonic", &time.monotonic)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    #[test]
    fn advance_moves_both_clocks() {
        let clock = TestClock::at(Duration::from_secs(10));
        clock.advance(Duration::from_secs(5));
        assert_eq!((clock.unix_time(), clock.monotonic()), (Duration::from_secs(15), Duration::from_secs(5)));
    }

    #[test]
    fn setting_the_wall_clock_leaves_the_monotonic_one() {
        let clock = TestClock::new();
        clock.advance(Duration::from_secs(5));
        clock.set_unix_time(Duration::from_secs(1));
        assert_eq!((clock.unix_time(), clock.monotonic()), (Duration::from_secs(1), Duration::from_secs(5)));
    }

    #[test]
    fn advancing_past_the_end_of_time_saturates() {
        let clock = TestClock::new();
        clock.advance(Duration::MAX);
        assert_eq!(clock.unix_time(), Duration::MAX);
    }

    #[test]
    fn clones_share_one_time() {
        let clock = TestClock::new();
        clock.clone().advance(Duration::from_secs(1));
        assert_eq!(clock.monotonic(), Duration::from_secs(1));
    }

    #[test]
    fn every_change_wakes_each_waker_once_however_often_it_asked() {
        let clock = TestClock::new();
        let (one, two) = (Arc::new(Count::default()), Arc::new(Count::default()));
        let waker = Waker::from(one.clone());
        clock.on_change(waker.clone());
        clock.on_change(waker);
        clock.on_change(Waker::from(two.clone()));

        clock.advance(Duration::from_secs(1));
        clock.set_unix_time(Duration::ZERO);

        assert_eq!((one.0.load(Ordering::Relaxed), two.0.load(Ordering::Relaxed)), (2, 2));
        assert_eq!(clock.time().wakers.len(), 2);
    }

    #[test]
    fn a_clock_behind_a_pointer_wakes_too() {
        let clock = TestClock::new();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let count = Arc::new(Count::default());
        Clock::on_change(&shared, Waker::from(count.clone()));

        clock.advance(Duration::from_secs(1));

        assert_eq!(count.0.load(Ordering::Relaxed), 1);
        assert_eq!((shared.unix_time(), shared.monotonic()), (clock.unix_time(), clock.monotonic()));
    }
}
