//! A strict JSON object, with typed access to its members.

use std::borrow::Cow;

use super::date::Date;
use super::effort::{Effort, NotAnObject};
use super::scan::{children_within, object};
use super::string::{WrongType, identifier};
use super::value::step;

/// The members of a JSON object. Values stay text until they are read as a type.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    members: Vec<(Cow<'a, str>, &'a str)>,
}

impl<'a> Object<'a> {
    /// Parses a document of the issuer. Its length is already bounded, so the work is too.
    pub(crate) fn parse(text: &'a str) -> Result<Self, NotAnObject> {
        let mut effort = Effort::DOCUMENT;
        Self::within(&mut effort, text)
    }

    /// Parses untrusted text within the remaining effort, which starts at [`Effort::TOKEN`] for a
    /// token.
    pub(crate) fn within(effort: &mut Effort, text: &'a str) -> Result<Self, NotAnObject> {
        object(text, effort).map(|members| Self { members })
    }

    /// All members with their values as JSON text, in order.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&str, &'a str)> {
        self.members.iter().map(|(name, value)| (name.as_ref(), *value))
    }

    /// Whether the member is present, with any value.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.raw(name).is_some()
    }

    /// The member's value as JSON text.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a str> {
        self.members.iter().find(|(member, _)| member == name).map(|(_, value)| *value)
    }

    /// Reads a member that must be an identifier if it is present: a string without too many
    /// escapes.
    pub(crate) fn string(&self, name: &str) -> Result<Option<Cow<'a, str>>, WrongType> {
        self.raw(name).map(identifier).transpose()
    }

    /// Reads a member that must be a `NumericDate` (RFC 7519 section 2) if it is present.
    pub(crate) fn date(&self, name: &str) -> Result<Option<Date>, WrongType> {
        self.raw(name).map(Date::read).transpose()
    }

    /// The value at an RFC 6901 JSON Pointer, given as its unescaped reference tokens.
    pub(crate) fn at(&self, path: &[Box<str>]) -> Option<&'a str> {
        let (first, rest) = path.split_first()?;
        rest.iter().try_fold(self.raw(first)?, |value, token| step(value, token))
    }
}

/// Reads a string member near the beginning of an unchecked object. It may be shown, but must not
/// be trusted.
pub(crate) fn glimpse(object: &str, name: &str) -> Option<String> {
    let mut members = children_within(object, Effort::GLIMPSE);
    let (_, value) = members.find(|(found, _)| found.as_deref() == Some(name))?;
    identifier(value).ok().map(Cow::into_owned)
}
