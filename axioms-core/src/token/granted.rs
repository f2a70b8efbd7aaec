//! What a token grants: the values of its scope, roles and permissions claims.

use std::sync::Arc;

use memchr::memchr;

use super::claim_name::ClaimNames;
use super::issuer_policy::IssuerPolicy;
use crate::json::{Object, string, strings, type_of};
use crate::policy::{GrantKind, Grants};

/// The values of one claim. A claim of any other type grants nothing.
#[derive(Debug, Default)]
pub(crate) enum GrantValues {
    #[default]
    None,
    /// One string of values parted by single spaces, as RFC 6749 section 3.3 writes scopes.
    Spaced(Box<str>),
    List(List),
}

/// Texts one after another, in one allocation: a token may list hundreds of short ones, each of which would take several
/// times its length by itself.
#[derive(Debug)]
pub(crate) struct List {
    text: Box<str>,
    /// Where each ends.
    ends: Box<[usize]>,
}

impl List {
    fn new<'v>(values: impl ExactSizeIterator<Item = &'v str> + Clone) -> Self {
        let length = values.clone().map(str::len).sum();
        let (mut text, mut ends) = (String::with_capacity(length), Vec::with_capacity(values.len()));
        for value in values {
            text.push_str(value);
            ends.push(text.len());
        }
        Self { text: text.into(), ends: ends.into() }
    }

    fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).filter_map(|(start, end)| self.text.get(*start..*end))
    }

    fn bytes(&self) -> usize {
        self.text.len() + size_of_val(&*self.ends)
    }
}

impl GrantValues {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let (spaced, list): (&str, _) = match self {
            Self::None => ("", None),
            Self::Spaced(text) => (text, None),
            Self::List(values) => ("", Some(values)),
        };
        spaced.split(' ').filter(|scope| !scope.is_empty()).chain(list.into_iter().flat_map(List::iter))
    }

    /// Whether this value, which is not empty, is one of them.
    pub(crate) fn hold(&self, value: &str) -> bool {
        match self {
            Self::None => false,
            Self::Spaced(text) => stands_in(text.as_bytes(), value.as_bytes()),
            Self::List(values) => values.iter().any(|held| held == value),
        }
    }

    /// About how much memory they take besides their own size.
    fn bytes(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Spaced(text) => text.len(),
            Self::List(values) => values.bytes(),
        }
    }

    fn list(value: &str) -> Option<Self> {
        Some(Self::List(List::new(strings(value).ok()?.iter().map(AsRef::as_ref))))
    }

    /// A scope claim: a string is split at U+0020 and nowhere else; an array of strings is taken as it is.
    pub(crate) fn scopes(value: &str) -> Self {
        match string(value) {
            Ok(text) => Self::Spaced(text.into_owned().into_boxed_str()),
            Err(_) => Self::list(value).unwrap_or_default(),
        }
    }

    /// A roles or permissions claim: a string is one value, since a role's name may hold a space.
    pub(crate) fn names(value: &str) -> Self {
        match string(value) {
            Ok(text) if text.is_empty() => Self::None,
            Ok(text) => Self::List(List::new(std::iter::once(&*text))),
            Err(_) => Self::list(value).unwrap_or_default(),
        }
    }
}

/// Whether `value` is one of the values that single spaces part. By bytes, since a space is never part of another
/// character; and each is compared before its end is looked for, since this is asked of every request.
fn stands_in(spaced: &[u8], value: &[u8]) -> bool {
    let mut rest = spaced;
    loop {
        if matches!(rest.strip_prefix(value), Some([] | [b' ', ..])) {
            return true;
        }
        match memchr(b' ', rest).and_then(|space| rest.get(space + 1..)) {
            Some(next) => rest = next,
            None => return false,
        }
    }
}

/// What one kind of grant came to, and where it was read.
#[derive(Debug)]
pub(crate) struct ReadGrant {
    pub(crate) values: GrantValues,
    /// The claim that counted; all that could have, where the token has none of them.
    pub(crate) claim: Arc<str>,
    /// The JSON type of that claim, in words for a log.
    pub(crate) found: &'static str,
}

impl ReadGrant {
    fn read(payload: &Object<'_>, names: &ClaimNames, read: fn(&str) -> GrantValues) -> Self {
        let (claim, value) = names.first(payload);
        let values = value.map(read).unwrap_or_default();
        let found = match (value, &values) {
            (None, _) => "absent",
            (Some(value), GrantValues::List(_)) if value.starts_with('[') => "array of strings",
            (Some(value), _) => type_of(value),
        };
        Self { values, claim: Arc::clone(claim), found }
    }
}

/// All that policies look at.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) scopes: ReadGrant,
    pub(crate) roles: ReadGrant,
    pub(crate) permissions: ReadGrant,
}

impl Granted {
    pub(super) fn read(payload: &Object<'_>, rules: &IssuerPolicy) -> Self {
        Self {
            scopes: ReadGrant::read(payload, &rules.scope_claims, GrantValues::scopes),
            roles: ReadGrant::read(payload, &rules.roles_claims, GrantValues::names),
            permissions: ReadGrant::read(payload, &rules.permissions_claims, GrantValues::names),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        [&self.scopes, &self.roles, &self.permissions].into_iter().map(|grant| grant.values.bytes()).sum()
    }

    pub(crate) fn of(&self, kind: GrantKind) -> &ReadGrant {
        match kind {
            GrantKind::Scope => &self.scopes,
            GrantKind::Role => &self.roles,
            GrantKind::Permission => &self.permissions,
        }
    }
}

impl Grants for Granted {
    fn holds(&self, kind: GrantKind, value: &str) -> bool {
        self.of(kind).values.hold(value)
    }
}
