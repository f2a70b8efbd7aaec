//! JSON strings, in checked text.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

/// A member is present but has the wrong type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrongType;

/// Reads a JSON string. `value` is one checked JSON value. Without escapes, its text is borrowed.
pub(crate) fn string(value: &str) -> Result<Cow<'_, str>, WrongType> {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if memchr(b'\\', plain.as_bytes()).is_none() => Ok(Cow::Borrowed(plain)),
        Some(_) => serde_json::from_str(value).map(Cow::Owned).map_err(|_| WrongType),
        None => Err(WrongType),
    }
}

/// Reads a JSON string that is an identifier. Escapes are the most expensive part of a text, and
/// identifiers need few, so many escapes are refused.
pub(crate) fn identifier(value: &str) -> Result<Cow<'_, str>, WrongType> {
    const MOST_ESCAPES: usize = 128;
    // An escape is two bytes at least, so most texts need no count.
    let too_many = value.len() > 2 * MOST_ESCAPES && escapes(value) > MOST_ESCAPES;
    if too_many { Err(WrongType) } else { string(value) }
}

/// An upper bound on the number of escapes in the text.
pub(super) fn escapes(text: &str) -> usize {
    memchr_iter(b'\\', text.as_bytes()).count()
}
