//! Moments as tokens write them: `NumericDate` (RFC 7519 section 2).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::string::WrongType;

/// In the year 33658, and as milliseconds in 2001: from here on, a number is no moment in seconds that an issuer meant.
/// It is far below what the types hold, so no arithmetic on a date overflows.
const LIMIT: f64 = 1e12;
/// Longer texts hold digits that no clock has.
const LONGEST: usize = 64;

/// A moment, in nanoseconds since 1970; before it, less than zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date(i128);

impl Date {
    /// A JSON number of seconds. `value` is one JSON value that was checked before.
    pub(super) fn read(value: &str) -> Result<Self, WrongType> {
        if value.len() > LONGEST {
            return Err(WrongType);
        }
        // Most dates are whole seconds, which need no rounding.
        if let Ok(seconds) = value.parse::<u32>() {
            return Ok(Duration::from_secs(seconds.into()).into());
        }
        // Of all JSON values, only numbers are texts that the standard library reads as one.
        let seconds: f64 = value.parse().map_err(|_| WrongType)?;
        if seconds.abs() >= LIMIT {
            return Err(WrongType);
        }
        let Self(distance) = Duration::try_from_secs_f64(seconds.abs()).map_err(|_| WrongType)?.into();
        Ok(Self(if seconds < 0.0 { -distance } else { distance }))
    }

    pub(crate) fn plus(self, time: Duration) -> Self {
        Self(self.0.saturating_add(Self::from(time).0))
    }

    /// The time since 1970; none before it.
    #[cfg(feature = "doctor")]
    pub(crate) fn since_1970(self) -> Duration {
        if self.0 < 0 { Duration::ZERO } else { self.distance() }
    }

    /// From 1970, in either direction.
    fn distance(self) -> Duration {
        const SECOND: u128 = 1_000_000_000;
        let nanos = self.0.unsigned_abs();
        let seconds = u64::try_from(nanos / SECOND).unwrap_or(u64::MAX);
        Duration::new(seconds, u32::try_from(nanos % SECOND).unwrap_or_default())
    }
}

impl From<Duration> for Date {
    fn from(since_1970: Duration) -> Self {
        Self(i128::try_from(since_1970.as_nanos()).unwrap_or(i128::MAX))
    }
}

/// A moment that the platform cannot hold becomes 1970 or the end of 9999, which it can.
impl From<Date> for SystemTime {
    fn from(date: Date) -> Self {
        const END_OF_9999: Duration = Duration::from_secs(253_402_300_799);
        if date.0 < 0 {
            UNIX_EPOCH.checked_sub(date.distance()).unwrap_or(UNIX_EPOCH)
        } else {
            UNIX_EPOCH.checked_add(date.distance()).unwrap_or(UNIX_EPOCH + END_OF_9999)
        }
    }
}
