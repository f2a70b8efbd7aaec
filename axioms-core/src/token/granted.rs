//! What a token grants: the values of its scope, roles and permissions claims.

use super::json::{Object, string, strings};
use super::rules::{ClaimName, Rules};
use crate::policy::{Grants, Kind};

/// The values of one claim. A claim of any other type grants nothing.
#[derive(Debug, Default)]
pub(crate) enum Values {
    #[default]
    None,
    /// One string of values parted by single spaces, as RFC 6749 section 3.3 writes scopes.
    Spaced(Box<str>),
    List(Box<[Box<str>]>),
}

impl Values {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        let (spaced, list): (&str, &[Box<str>]) = match self {
            Self::None => ("", &[]),
            Self::Spaced(text) => (text, &[]),
            Self::List(values) => ("", values),
        };
        spaced.split(' ').filter(|scope| !scope.is_empty()).chain(list.iter().map(AsRef::as_ref))
    }

    /// Whether this value, which is not empty, is one of them.
    fn hold(&self, value: &str) -> bool {
        match self {
            Self::None => false,
            // By bytes: a space is never part of another character, and this is asked of every request.
            Self::Spaced(text) => {
                text.as_bytes().split(|byte| *byte == b' ').any(|held| held == value.as_bytes())
            }
            Self::List(values) => values.iter().any(|held| **held == *value),
        }
    }

    /// About how much memory they take besides their own size.
    fn bytes(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Spaced(text) => text.len(),
            Self::List(values) => values.iter().map(|value| size_of::<Box<str>>() + value.len()).sum(),
        }
    }

    fn list(value: &str) -> Option<Self> {
        Some(Self::List(
            strings(value).ok()?.into_iter().map(|item| item.into_owned().into_boxed_str()).collect(),
        ))
    }

    /// A scope claim: a string is split at U+0020 and nowhere else; an array of strings is taken as it is.
    fn scopes(value: &str) -> Self {
        match string(value) {
            Ok(text) => Self::Spaced(text.into_owned().into_boxed_str()),
            Err(_) => Self::list(value).unwrap_or_default(),
        }
    }

    /// A roles or permissions claim: a string is one value, since a role's name may hold a space.
    fn names(value: &str) -> Self {
        match string(value) {
            Ok(text) if text.is_empty() => Self::None,
            Ok(text) => Self::List([text.into_owned().into_boxed_str()].into()),
            Err(_) => Self::list(value).unwrap_or_default(),
        }
    }
}

/// All that policies look at.
#[derive(Debug)]
pub(crate) struct Granted {
    pub(crate) scopes: Values,
    pub(crate) roles: Values,
    pub(crate) permissions: Values,
}

impl Granted {
    pub(super) fn read(payload: &Object<'_>, rules: &Rules) -> Self {
        let first = |names: &[ClaimName], read: fn(&str) -> Values| {
            names.iter().find_map(|name| name.find(payload)).map(read).unwrap_or_default()
        };
        Self {
            scopes: first(&rules.scope_claims, Values::scopes),
            roles: first(&rules.roles_claims, Values::names),
            permissions: first(&rules.permissions_claims, Values::names),
        }
    }

    pub(super) fn bytes(&self) -> usize {
        self.scopes.bytes() + self.roles.bytes() + self.permissions.bytes()
    }
}

impl Grants for Granted {
    fn holds(&self, kind: Kind, value: &str) -> bool {
        let granted = match kind {
            Kind::Scope => &self.scopes,
            Kind::Role => &self.roles,
            Kind::Permission => &self.permissions,
        };
        granted.hold(value)
    }
}
