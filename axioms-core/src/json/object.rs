//! One strict JSON object, whose members are read by type.

use std::borrow::Cow;

use super::date::Date;
use super::effort::{Effort, NotAnObject};
use super::scan::{children_within, object};
use super::string::{WrongType, identifier};
use super::value::step;

/// The members of one JSON object. Each value stays text until it is asked for by type.
#[derive(Debug)]
pub(crate) struct Object<'a> {
    members: Vec<(Cow<'a, str>, &'a str)>,
}

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

/// A string that is a member of an object near its beginning, in text that was not checked: to be shown, never to be
/// trusted.
pub(crate) fn glimpse(object: &str, name: &str) -> Option<String> {
    let mut members = children_within(object, Effort::GLIMPSE);
    let (_, value) = members.find(|(found, _)| found.as_deref() == Some(name))?;
    identifier(value).ok().map(Cow::into_owned)
}
