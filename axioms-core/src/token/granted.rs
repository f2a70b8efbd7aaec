//! The grants of a token: the values of its scope, roles and permissions claims.

use std::sync::Arc;

use memchr::memchr;

use super::claim_name::ClaimNames;
use super::issuer_policy::IssuerPolicy;
use crate::json::{Object, string, strings, type_of};
use crate::policy::{GrantKind, Grants};

/// The values of one claim. A claim with another type grants nothing.
#[derive(Debug, Default)]
pub(crate) enum GrantValues {
    #[default]
    None,
    /// One string with values separated by single spaces, the format of scopes in RFC 6749 section
    /// 3.3.
    Spaced(Box<str>),
    List(List),
}

/// Concatenated texts in one allocation. A token may list hundreds of short texts, and separate
/// allocations would take several times their length.
#[derive(Debug)]
pub(crate) struct List {
    text: Box<str>,
    /// The end of each text.
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

    /// Whether this non-empty value is one of them.
    pub(crate) fn hold(&self, value: &str) -> bool {
        match self {
            Self::None => false,
            Self::Spaced(text) => stands_in(text.as_bytes(), value.as_bytes()),
            Self::List(values) => values.iter().any(|held| held == value),
        }
    }

    /// The approximate memory use, in bytes, in addition to their own size.
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

    /// Reads a scope claim. A string is split only at U+0020; an array of strings is used
    /// unchanged.
    pub(crate) fn scopes(value: &str) -> Self {
        match string(value) {
            Ok(text) => Self::Spaced(text.into_owned().into_boxed_str()),
            Err(_) => Self::list(value).unwrap_or_default(),
        }
    }

    /// Reads a roles or permissions claim. A string is one value, because a role's name may contain
    /// a space.
    pub(crate) fn names(value: &str) -> Self {
        match string(value) {
            Ok(text) if text.is_empty() => Self::None,
            Ok(text) => Self::List(List::new(std::iter::once(&*text))),
            Err(_) => Self::list(value).unwrap_or_default(),
        }
    }
}

/// Whether `value` is one of the space-separated values. It compares bytes, because a space is
/// never part of another UTF-8 character. It runs on every request, so it compares each value
/// before searching for its end.
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

/// The grants of one kind, and the claim that they were read from.
#[derive(Debug)]
pub(crate) struct ReadGrant {
    pub(crate) values: GrantValues,
    /// The claim that was read; all configured claims if the token has none of them.
    pub(crate) claim: Arc<str>,
    /// The JSON type of the claim, in words for logs.
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

/// The grants of all kinds.
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
