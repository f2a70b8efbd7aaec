//! Which texts can be in a challenge as they are.

/// Whether a text can stand in a quoted-string as it is: printable ASCII without `"` and `\` (RFC 6750 section 3). Whatever
/// ends up in a challenge is checked where it is configured, or when the program is compiled.
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
