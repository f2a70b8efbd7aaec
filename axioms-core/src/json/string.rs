//! JSON strings, in text that was checked before.

use std::borrow::Cow;

use memchr::{memchr, memchr_iter};

/// A member is there and has another type than it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrongType;

/// A JSON string. `value` is one JSON value that was checked before: without an escape, its text is what stands
/// between the quotes.
pub(crate) fn string(value: &str) -> Result<Cow<'_, str>, WrongType> {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if memchr(b'\\', plain.as_bytes()).is_none() => Ok(Cow::Borrowed(plain)),
        Some(_) => serde_json::from_str(value).map(Cow::Owned).map_err(|_| WrongType),
        None => Err(WrongType),
    }
}

/// A JSON string that names something. Decoding an escape costs more than all else that is done with a text, and no
/// identifier needs many.
pub(crate) fn identifier(value: &str) -> Result<Cow<'_, str>, WrongType> {
    const MOST_ESCAPES: usize = 128;
    // An escape is two bytes at least, so most texts need no count.
    let too_many = value.len() > 2 * MOST_ESCAPES && escapes(value) > MOST_ESCAPES;
    if too_many { Err(WrongType) } else { string(value) }
}

/// At least as many as the text holds.
pub(super) fn escapes(text: &str) -> usize {
    memchr_iter(b'\\', text.as_bytes()).count()
}
