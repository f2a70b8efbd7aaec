//! Time as the validator reads it: one source for the wall clock and the monotonic clock, so that tests can set both.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::task::Waker;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Where a validator reads the time.
///
/// Claims (`exp`, `nbf`, `iat`) are compared with the wall clock; the age of keys is measured by the monotonic
/// clock, so that setting the machine's clock neither revives old keys nor drops fresh ones.
///
/// A clock is read on the threads of requests, and on the validator's own, which fetch the keys. It must not block. Where it
/// panics on a thread of the validator, real time counts on from the last reading.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time since 1970-01-01T00:00:00Z, ignoring leap seconds, as in RFC 7519's `NumericDate`.
    fn unix_time(&self) -> Duration;

    /// The time since some fixed moment; it never goes back.
    fn monotonic(&self) -> Duration;

    /// Asks to be woken when time moves by other means than passing. A clock that just runs never does that,
    /// which is the default; a clock that tests set keeps the waker and wakes it at every change.
    fn on_change(&self, waker: Waker) {
        drop(waker);
    }
}

/// A shared clock, as one that was chosen at run time.
impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn unix_time(&self) -> Duration {
        (**self).unix_time()
    }

    fn monotonic(&self) -> Duration {
        (**self).monotonic()
    }

    fn on_change(&self, waker: Waker) {
        (**self).on_change(waker);
    }
}

/// The machine's own clocks.
///
/// # Examples
/// ```
/// use axioms_core::{Clock as _, SystemClock};
///
/// let clock = SystemClock::new();
/// let earlier = clock.monotonic();
/// assert!(clock.monotonic() >= earlier);
/// ```
#[derive(Debug, Clone, Default)]
pub struct SystemClock {
    _private: (),
}

impl SystemClock {
    /// The clock of this process.
    #[must_use]
    pub const fn new() -> Self {
        Self { _private: () }
    }
}

impl Clock for SystemClock {
    fn unix_time(&self) -> Duration {
        // A clock set before 1970 reads as 1970: every token is then not valid yet, which refuses.
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn monotonic(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }
}
