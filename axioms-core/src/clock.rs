//! The validator's clock: one source for the wall clock and the monotonic clock, so that tests can
//! set both.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::task::Waker;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The clock of a validator.
///
/// Claims (`exp`, `nbf`, `iat`) are compared with the wall clock. The age of keys is measured with
/// the monotonic clock, so that setting the machine's clock neither extends the trust in old keys
/// nor drops fresh ones.
///
/// A clock is read on the threads of requests, and on the validator's own threads, which fetch the
/// keys. It must not block. If it panics on one of the validator's threads, the thread adds real
/// time to the last reading.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The time since 1970-01-01T00:00:00Z, ignoring leap seconds, as in RFC 7519's `NumericDate`.
    fn unix_time(&self) -> Duration;

    /// The time since a fixed moment. It never decreases.
    fn monotonic(&self) -> Duration;

    /// Registers a waker to wake when the clock is set. The default ignores it, which is right for
    /// a clock that is never set. A clock for tests keeps the waker and wakes it at every change.
    fn on_change(&self, waker: Waker) {
        drop(waker);
    }
}

/// A shared clock, for example one chosen at run time.
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

/// The clocks of the operating system.
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
    /// Creates the clock.
    #[must_use]
    pub const fn new() -> Self {
        Self { _private: () }
    }
}

impl Clock for SystemClock {
    fn unix_time(&self) -> Duration {
        // A clock set before 1970 reads as 1970. Tokens are then not valid yet and are refused.
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
    }

    fn monotonic(&self) -> Duration {
        static START: OnceLock<Instant> = OnceLock::new();
        START.get_or_init(Instant::now).elapsed()
    }
}
