//! Prepares foreign text for logs, terminals and messages.
//!
//! Secrets are hidden elsewhere, because that depends on the kind of text: see
//! [`url::without_credentials`](crate::fetch::url::without_credentials) and the values of settings.

/// Cuts a text to at most `longest` characters.
pub(crate) fn cut(text: &str, longest: usize) -> &str {
    let end = text.char_indices().nth(longest).map_or(text.len(), |(end, _)| end);
    text.get(..end).unwrap_or(text)
}

/// Prepares an identifier of a token for a log field: cut at 64 characters and escaped like a Rust
/// string. If a subscriber writes it in quotes, its content cannot end the field.
pub(crate) fn logged(identifier: &str) -> String {
    escaped(identifier, 64)
}

/// Prepares an issuer for a log field. Its URL may be longer than a key id.
pub(crate) fn logged_issuer(iss: &str) -> String {
    escaped(iss, 256)
}

fn escaped(text: &str, longest: usize) -> String {
    cut(text, longest).chars().flat_map(char::escape_debug).collect()
}

/// Escapes control characters, which could control a terminal, and characters that reorder or hide
/// others. Quotes and backslashes are not escaped.
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

/// Prepares an identifier for a terminal, cut at 200 characters. Most identifiers are shorter, and
/// often differ only at their end.
#[cfg(feature = "doctor")]
pub(crate) fn shown(identifier: &str) -> String {
    abridged(identifier, 200)
}

/// Prepares a message that quotes foreign text for a terminal, cut at 1000 characters.
#[cfg(feature = "doctor")]
pub(crate) fn shown_message(message: &str) -> String {
    abridged(message, 1000)
}

/// Escapes and cuts a text. If it was cut, its length is appended.
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
    fn a_cut_text_shows_its_length() {
        assert_eq!(shown(&"a".repeat(1000)), format!("{}... (1000 characters)", "a".repeat(200)));
        assert_eq!(shown_message(&"é".repeat(1000)), "é".repeat(1000));
    }
}
