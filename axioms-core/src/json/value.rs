//! Typed JSON values, in checked text.

use std::borrow::Cow;

use super::scan::children;
use super::string::{WrongType, escapes, identifier, string};

/// The value of one member of an object, in checked text.
pub(crate) fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    children(object).find(|(found, _)| found.as_deref() == Some(name)).map(|(_, value)| value)
}

/// One step of a JSON Pointer, into an object or an array.
pub(super) fn step<'a>(value: &'a str, token: &str) -> Option<&'a str> {
    if value.starts_with('[') {
        let canonical = token == "0" || !token.starts_with(['0', '+']);
        let index: usize = token.parse().ok().filter(|_| canonical)?;
        return children(value).nth(index).map(|(_, item)| item);
    }
    member(value, token)
}

/// The names of an object's members; empty for other values.
pub(crate) fn names(value: &str) -> impl Iterator<Item = Cow<'_, str>> {
    children(value).filter_map(|(name, _)| name)
}

/// Reads a JSON array that contains only strings, in checked text.
pub(crate) fn strings(value: &str) -> Result<Vec<Cow<'_, str>>, WrongType> {
    if !value.starts_with('[') {
        return Err(WrongType);
    }
    children(value).map(|(_, item)| string(item)).collect()
}

/// Reads one identifier, or an array that contains only identifiers. The number of an array's items
/// and of its escapes is limited. These let sixteen URLs be written by an encoder that escapes each
/// slash.
pub(crate) fn identifiers(value: &str) -> Result<Vec<Cow<'_, str>>, WrongType> {
    const MOST_ESCAPES: usize = 48;
    const MOST: usize = 128;
    if !value.starts_with('[') {
        return identifier(value).map(|one| vec![one]);
    }
    if escapes(value) > MOST_ESCAPES {
        return Err(WrongType);
    }
    let items = children(value).take(MOST + 1).map(|(_, item)| string(item));
    items.collect::<Result<Vec<_>, _>>().ok().filter(|items| items.len() <= MOST).ok_or(WrongType)
}

/// The type of a JSON value, in words for logs.
pub(crate) fn type_of(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'"') => "string",
        Some(b'[') if children(value).all(|(_, item)| item.starts_with('"')) => "array of strings",
        Some(b'[') => "array with values other than strings",
        Some(b'{') => "object",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        _ => "number",
    }
}
