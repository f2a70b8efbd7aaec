//! Texts as they may stand on a person's terminal, whoever wrote them.

use std::time::{Duration, UNIX_EPOCH};

/// A text from elsewhere, cut at 200 characters. Identifiers are shorter, and what matters about them is often their end.
pub(super) fn shown(text: &str) -> String {
    cut(text, 200)
}

/// A message of ours that quotes such texts.
pub(super) fn told(message: &str) -> String {
    cut(message, 1000)
}

/// Cut short, and without a character that would not show as itself: controls, which steer a terminal, and those that
/// reorder or hide what stands beside them.
fn cut(text: &str, longest: usize) -> String {
    let mut shown = String::new();
    for c in text.chars().take(longest) {
        match c {
            // What `escape_debug` escapes for the sake of Rust's syntax, and a reader wants to see as it is.
            '"' | '\'' | '\\' => shown.push(c),
            _ => shown.extend(c.escape_debug()),
        }
    }
    match text.chars().count() {
        length if length > longest => format!("{shown}... ({length} characters)"),
        _ => shown,
    }
}

/// Some names, each between quotes.
pub(super) fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("\"{}\"", shown(name))).collect();
    names.join(", ")
}

/// A `NumericDate` as a date, and how far it is from now.
pub(super) fn moment(date: Duration, now: Duration) -> String {
    let distance = match (date.checked_sub(now), now.checked_sub(date)) {
        (Some(Duration::ZERO), _) => "now".to_owned(),
        (Some(ahead), _) => format!("in {}", span(ahead)),
        (None, ago) => format!("{} ago", span(ago.unwrap_or_default())),
    };
    format!("{}, {distance}", calendar(date))
}

/// As in HTTP's `Date`, whose years end with 9999.
pub(super) fn calendar(date: Duration) -> String {
    const LAST: Duration = Duration::from_secs(253_402_300_799);
    httpdate::fmt_http_date(UNIX_EPOCH + date.min(LAST))
}

/// A length of time in its two largest units.
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
    fn what_would_not_show_as_itself_is_escaped() {
        for (text, expected) in [
            ("plain 'text' \"q\" \\ é 漢", "plain 'text' \"q\" \\ é 漢"),
            ("\u{1b}[31mred\u{7}", r"\u{1b}[31mred\u{7}"),
            ("a\nb\r\tc\0", r"a\nb\r\tc\0"),
            ("\u{9b}31m\u{7f}", r"\u{9b}31m\u{7f}"),
            ("\u{202e}abc\u{2066}\u{200f}\u{61c}", r"\u{202e}abc\u{2066}\u{200f}\u{61c}"),
            ("\u{200b}\u{feff}\u{2028}\u{e0041}", r"\u{200b}\u{feff}\u{2028}\u{e0041}"),
        ] {
            assert_eq!(shown(text), expected);
        }
        assert_eq!(shown(&"a".repeat(1000)), format!("{}... (1000 characters)", "a".repeat(200)));
    }

    #[test]
    fn lengths_of_time_are_told_in_two_units() {
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
