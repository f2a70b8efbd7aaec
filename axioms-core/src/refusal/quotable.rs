//! The texts that need no escaping in a challenge.

/// Whether a text can be written in a quoted-string without escaping: printable ASCII without `"`
/// and `\` (RFC 6750 section 3). Every text of a challenge is checked when it is configured, or at
/// compile time.
pub(crate) const fn is_quotable(text: &str) -> bool {
    let mut rest = text.as_bytes();
    while let [byte, tail @ ..] = rest {
        if !matches!(*byte, b' '..=b'~') || matches!(*byte, b'"' | b'\\') {
            return false;
        }
        rest = tail;
    }
    true
}
