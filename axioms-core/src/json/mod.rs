//! Strict JSON objects: unique members at every depth, bounded depth and work, no half of a surrogate pair, nothing after
//! the end. What two parsers could read differently is refused (RFC 8725 section 2.4; RFC 7519 section 4).

mod date;
mod effort;
#[cfg(test)]
mod properties;
mod scan;

use std::borrow::Cow;

use memchr::memchr_iter;

pub(crate) use self::date::Date;
pub(crate) use self::effort::{Effort, NotAnObject};
use self::scan::{children, children_within, object};

/// The members of one JSON object. Each value stays text until it is asked for by type.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    members: Vec<(Cow<'a, str>, &'a str)>,
}

/// A member is there and has another type than it must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct WrongType;

impl<'a> Object<'a> {
    /// Reads a document of the issuer. Its length is bounded already, so the work is too.
    pub(crate) fn parse(text: &'a str) -> Result<Self, NotAnObject> {
        let mut effort = Effort::DOCUMENT;
        Self::within(&mut effort, text)
    }

    /// Reads what anybody can send, with as much effort as is left of [`Effort::TOKEN`] for one token.
    pub(crate) fn within(effort: &mut Effort, text: &'a str) -> Result<Self, NotAnObject> {
        object(text, effort).map(|members| Self { members })
    }

    /// The same object once more, of text that was checked before.
    pub(crate) fn checked(text: &'a str) -> Self {
        let mut members = Vec::with_capacity(16);
        members.extend(children(text).filter_map(|(name, value)| Some((name?, value))));
        Self { members }
    }

    /// Every member with its value as JSON text, in the order of the text.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// Whether the member is there, whatever its value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The member's value as JSON text.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a str> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, value)| *value)
    }

    /// A member that must be an identifier if it is there: a string, without too many escapes.
    pub(crate) fn string(&self, name: &str) -> Result<Option<Cow<'a, str>>, WrongType> {
        self.raw(name).map(identifier).transpose()
    }

    /// A member that must be a `NumericDate` (RFC 7519 section 2) if it is there.
    pub(crate) fn date(&self, name: &str) -> Result<Option<Date>, WrongType> {
        self.raw(name).map(Date::read).transpose()
    }

    /// The value at an RFC 6901 JSON Pointer, given as its unescaped reference tokens.
    pub(crate) fn at(&self, path: &[Box<str>]) -> Option<&'a str> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.raw(first)?, |value, token| step(value, token))
    }
}

/// One step of a JSON Pointer, into an object or an array.
fn step<'a>(value: &'a str, token: &str) -> Option<&'a str> {
    if value.starts_with('[') {
        let canonical = token == "0" || !token.starts_with(['0', '+']);
        let index: usize = token.parse().ok().filter(|_| canonical)?;
        return children(value).nth(index).map(|(_, item)| item);
    }
    member(value, token)
}

/// The value of one member of an object, in text that was checked before.
pub(crate) fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    children(object).find(|(found, _)| found.as_deref() == Some(name)).map(|(_, value)| value)
}

/// A string that is a member of an object near its beginning, in text that was not checked: to be shown, never to be
/// trusted.
pub(crate) fn glimpse(object: &str, name: &str) -> Option<String> {
    let mut members = children_within(object, Effort::GLIMPSE);
    let (_, value) = members.find(|(found, _)| found.as_deref() == Some(name))?;
    identifier(value).ok().map(Cow::into_owned)
}

/// The names of an object's members; none of another value.
pub(crate) fn names(value: &str) -> impl Iterator<Item = Cow<'_, str>> {
    children(value).filter_map(|(name, _)| name)
}

/// A JSON string. `value` is one JSON value that was checked before: without an escape, its text is what stands
/// between the quotes.
pub(crate) fn string(value: &str) -> Result<Cow<'_, str>, WrongType> {
    match value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(plain) if !plain.contains('\\') => Ok(Cow::Borrowed(plain)),
        Some(_) => serde_json::from_str(value).map(Cow::Owned).map_err(|_| WrongType),
        None => Err(WrongType),
    }
}

/// A JSON string that names something. Decoding an escape costs more than all else that is done with a text, and no
/// identifier needs many.
pub(crate) fn identifier(value: &str) -> Result<Cow<'_, str>, WrongType> {
    const MOST_ESCAPES: usize = 128;
    if escapes(value) > MOST_ESCAPES { Err(WrongType) } else { string(value) }
}

/// One identifier, or an array of nothing but identifiers: no more than a token can mean, with few escapes in all.
pub(crate) fn identifiers(value: &str) -> Result<Vec<Cow<'_, str>>, WrongType> {
    const MOST_ESCAPES: usize = 256;
    const MOST: usize = 128;
    if escapes(value) > MOST_ESCAPES {
        return Err(WrongType);
    }
    if !value.starts_with('[') {
        return string(value).map(|one| vec![one]);
    }
    let items = children(value).take(MOST + 1).map(|(_, item)| string(item));
    items.collect::<Result<Vec<_>, _>>().ok().filter(|items| items.len() <= MOST).ok_or(WrongType)
}

/// At least as many as the text holds.
fn escapes(text: &str) -> usize {
    memchr_iter(b'\\', text.as_bytes()).count()
}

/// A JSON array of strings and nothing but strings, in text that was checked before.
pub(crate) fn strings(value: &str) -> Result<Vec<Cow<'_, str>>, WrongType> {
    if !value.starts_with('[') {
        return Err(WrongType);
    }
    children(value).map(|(_, item)| string(item)).collect()
}

/// The type of a JSON value, in words for a log.
pub(crate) fn type_of(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'"') => "string",
        Some(b'[') if children(value).all(|(_, item)| item.starts_with('"')) => "array of strings",
        Some(b'[') => "array, not of strings alone",
        Some(b'{') => "object",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        _ => "number",
    }
}
