//! Texts that others wrote, as people read them: in a log, on a terminal, in a message of ours.
//!
//! What hides a secret is elsewhere, since it depends on what a text is:
//! [`url::without_credentials`](crate::fetch::url::without_credentials) and the values of settings.

/// The first characters of a text, this many at most.
pub(crate) fn cut(text: &str, longest: usize) -> &str {
    let end = text.char_indices().nth(longest).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

/// An identifier of a token as a field of a log line: cut at 64 characters, and escaped as a Rust string is. A subscriber
/// that writes it between quotes writes one field, whatever is in it.
pub(crate) fn logged(identifier: &str) -> String {
    escaped(identifier, 64)
}

/// The same of an issuer, whose URL may be longer than a key id.
pub(crate) fn logged_issuer(iss: &str) -> String {
    escaped(iss, 256)
}

fn escaped(text: &str, longest: usize) -> String {
    cut(text, longest).chars().flat_map(char::escape_debug).collect()
}

/// A text in which every character shows as itself: controls, which steer a terminal, and those that reorder or hide what
/// is next to them are escaped. Quotes and backslashes are left as a reader expects them.
pub(crate) fn visible(text: &str) -> String {
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '\'' | '\\' => visible.push(c),
            _ => visible.extend(c.escape_debug()),
        }
    }
    visible
}

/// An identifier for a person's terminal, cut at 200 characters. Identifiers are shorter, and what matters about them is
/// often their end.
#[cfg(feature = "doctor")]
pub(crate) fn shown(identifier: &str) -> String {
    abridged(identifier, 200)
}

/// A message of ours that quotes texts of others, for a person's terminal.
#[cfg(feature = "doctor")]
pub(crate) fn told(message: &str) -> String {
    abridged(message, 1000)
}

/// Visible, and cut with a note that says so.
#[cfg(feature = "doctor")]
fn abridged(text: &str, longest: usize) -> String {
    let start = cut(text, longest);
    let visible = visible(start);
    if start.len() < text.len() {
        format!("{visible}... ({} characters)", text.chars().count())
    } else {
        visible
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
            assert_eq!(visible(text), expected);
        }
    }

    #[test]
    fn a_field_of_a_log_cannot_end_itself() {
        let rows =
            [("k1", "k1"), ("a\" admin=\"1", r#"a\" admin=\"1"#), ("\\\"", r#"\\\""#), ("a\nb", r"a\nb")];
        for (text, expected) in rows {
            assert_eq!(logged(text), expected);
        }
    }

    #[test]
    fn a_text_is_cut_between_characters() {
        for (text, longest, expected) in
            [("漢字", 1, "漢"), ("漢字", 2, "漢字"), ("ab", 9, "ab"), ("ab", 0, ""), ("", 3, "")]
        {
            assert_eq!(cut(text, longest), expected);
        }
    }

    #[cfg(feature = "doctor")]
    #[test]
    fn a_reader_is_told_what_was_cut() {
        assert_eq!(shown(&"a".repeat(1000)), format!("{}... (1000 characters)", "a".repeat(200)));
        assert_eq!(told(&"é".repeat(1000)), "é".repeat(1000));
    }
}
