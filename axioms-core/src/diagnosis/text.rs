//! Formats names, dates and durations for people.

use std::time::{Duration, UNIX_EPOCH};

use crate::text::shown;

/// Formats names in quotes, separated by commas.
pub(super) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("\"{}\"", shown(name))).collect();
    names.join(", ")
}

/// Formats a `NumericDate` as a date, and its distance from now.
pub(super) fn moment(date: Duration, now: Duration) -> String {
    let distance = match (date.checked_sub(now), now.checked_sub(date)) {
        (Some(Duration::ZERO), _) => "now".to_owned(),
        (Some(ahead), _) => format!("in {}", span(ahead)),
        (None, ago) => format!("{} ago", span(ago.unwrap_or_default())),
    };
    format!("{}, {distance}", calendar(date))
}

/// Formats a date like HTTP's `Date`, whose last year is 9999.
pub(super) fn calendar(date: Duration) -> String {
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    httpdate::fmt_http_date(UNIX_EPOCH + date.min(LAST))
}

/// Formats a duration in its two largest units.
pub(super) fn span(length: Duration) -> String {
    const UNITS: [(u64, &str); 3] = [(86_400, "d"), (3600, "h"), (60, "min")];
    let seconds = length.as_secs();
    let parts = UNITS.iter().map(|(size, unit)| (seconds / size, size, unit)).find(|(count, ..)| *count > 0);
    let Some((count, size, unit)) = parts else { return format!("{seconds} s") };
    let rest = seconds - count * size;
    let next = UNITS.iter().find(|(smaller, _)| smaller < size);
    match next.map_or((rest, "s"), |(smaller, name)| (rest / smaller, *name)) {
        (0, _) => format!("{count} {unit}"),
        (more, name) => format!("{count} {unit} {more} {name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_shown_in_two_units() {
        for (seconds, expected) in [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (615, "10 min 15 s"),
            (3600, "1 h"),
            (7_260, "2 h 1 min"),
            (86_400 * 3 + 3600, "3 d 1 h"),
        ] {
            assert_eq!(span(Duration::from_secs(seconds)), expected);
        }
    }
}
