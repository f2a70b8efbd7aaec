//! Dates in tokens: `NumericDate` (RFC 7519 section 2).

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::string::WrongType;

/// The limit on dates. In seconds it is in the year 33658, in milliseconds in 2001, so larger
/// numbers are not seconds. It is far below the limits of the types, so arithmetic on dates does
/// not overflow.
const LIMIT: f64 = 1e12;
/// Longer texts have more digits than any clock.
const LONGEST: usize = 64;

/// A date in nanoseconds since 1970; negative before 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Date(i128);

impl Date {
    /// Reads a JSON number of seconds. `value` is one checked JSON value.
    pub(super) fn read(value: &str) -> Result<Self, WrongType> {
        if value.len() > LONGEST {
            return Err(WrongType);
        }
        // Most dates are whole seconds, which need no rounding.
        if let Ok(seconds) = value.parse::<u32>() {
            return Ok(Duration::from_secs(seconds.into()).into());
        }
        // Numbers are the only JSON values that the standard library parses as a number.
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

    /// The time since 1970; zero before 1970.
    #[cfg(feature = "doctor")]
    pub(crate) fn since_1970(self) -> Duration {
        if self.0 < 0 { Duration::ZERO } else { self.distance() }
    }

    /// The distance from 1970, in either direction.
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

/// A date that the platform cannot represent becomes 1970 or the end of 9999.
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
