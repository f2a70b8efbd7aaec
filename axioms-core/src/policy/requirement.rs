//! One demand on the claims of an access token, as data: a tree of any/all over scopes, roles and permissions.

use std::borrow::Cow;

use super::{Demand, Policy, PolicyError};

/// The kind of claim that grants something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GrantKind {
    /// OAuth 2.0 scopes ([RFC 6749 section 3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
    Scope,
    /// Roles ([RFC 9068 section 2.2.3.1](https://www.rfc-editor.org/rfc/rfc9068#section-2.2.3.1)).
    Role,
    /// Permissions, as Auth0 and others grant them.
    Permission,
}

impl GrantKind {
    pub(crate) const ALL: [Self; 3] = [Self::Scope, Self::Role, Self::Permission];

    /// The word for one value of this kind, as messages use it.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Role => "role",
            Self::Permission => "permission",
        }
    }
}

/// How many of the named values a token must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Quantifier {
    /// At least one.
    Any,
    /// Every one.
    All,
}

impl Quantifier {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }
}

/// A demand on a token's claims.
///
/// It is data, not a boolean expression, so that no rule of operator precedence can change what it means. An
/// empty list cannot be written: the constructors refuse it, and so does `#[requires]` at compile time.
#[derive(Debug, Clone)]
pub struct Requirement(pub(super) Node);

#[derive(Debug, Clone)]
pub(super) enum Node {
    ValidToken,
    Grants {
        kind: GrantKind,
        quantifier: Quantifier,
        values: ValueList,
    },
    Any(Cow<'static, [Requirement]>),
    All(Cow<'static, [Requirement]>),
    /// That of a policy with a name, which several constants share.
    Shared(&'static Requirement),
}

/// The values that a requirement lists: borrowed from a constant, or owned by a policy that a program built.
#[derive(Debug, Clone)]
pub(super) enum ValueList {
    /// A list of lists, since a constant that stands in a list may be one itself.
    Static(&'static [&'static [&'static str]]),
    Owned(Box<[Box<str>]>),
}

impl ValueList {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let (fixed, owned): (&[&[&str]], &[Box<str>]) = match self {
            Self::Static(values) => (values, &[]),
            Self::Owned(values) => (&[], values),
        };
        fixed.iter().copied().flatten().copied().chain(owned.iter().map(AsRef::as_ref))
    }
}

impl Requirement {
    pub(super) const VALID_TOKEN: Self = Self(Node::ValidToken);

    /// A demand on one kind of claim.
    ///
    /// # Errors
    /// [`PolicyError`] when no value is given, when one is empty, or when a scope holds a character that
    /// RFC 6749 section 3.3 forbids.
    pub(super) fn claims<I>(kind: GrantKind, quantifier: Quantifier, values: I) -> Result<Self, PolicyError>
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        let values: Box<[Box<str>]> = values.into_iter().map(|v| v.into().into_boxed_str()).collect();
        if values.is_empty() {
            return Err(PolicyError::NoValues { kind: kind.noun(), quantifier: quantifier.word() });
        }
        for value in &values {
            if let Some(fault) = fault(kind, value) {
                return Err(PolicyError::BadValue { kind: kind.noun(), value: value.to_string(), fault });
            }
        }
        Ok(Self(Node::Grants { kind, quantifier, values: ValueList::Owned(values) }))
    }

    /// A group of which any one member, or all, must be met.
    ///
    /// # Errors
    /// [`PolicyError::EmptyGroup`] when the group has no member.
    pub(super) fn group(quantifier: Quantifier, members: Vec<Self>) -> Result<Self, PolicyError> {
        if members.is_empty() {
            return Err(PolicyError::EmptyGroup { quantifier: quantifier.word() });
        }
        Ok(Self::joined(quantifier, Cow::Owned(members)))
    }

    pub(super) const fn joined(quantifier: Quantifier, members: Cow<'static, [Self]>) -> Self {
        Self(match quantifier {
            Quantifier::Any => Node::Any(members),
            Quantifier::All => Node::All(members),
        })
    }

    /// Whether every valid token meets it.
    pub(super) const fn is_met_by_every_token(&self) -> bool {
        match &self.0 {
            Node::ValidToken => true,
            Node::Grants { .. } => false,
            Node::Any(members) => some_is_met_by_every_token(slice(members)),
            Node::All(members) => each_is_met_by_every_token(slice(members)),
            Node::Shared(requirement) => requirement.is_met_by_every_token(),
        }
    }
}

const fn slice<'a>(members: &'a Cow<'static, [Requirement]>) -> &'a [Requirement] {
    match members {
        Cow::Borrowed(members) => members,
        Cow::Owned(members) => members.as_slice(),
    }
}

pub(super) const fn some_is_met_by_every_token(mut members: &[Requirement]) -> bool {
    while let [member, rest @ ..] = members {
        if member.is_met_by_every_token() {
            return true;
        }
        members = rest;
    }
    false
}

const fn each_is_met_by_every_token(mut members: &[Requirement]) -> bool {
    while let [member, rest @ ..] = members {
        if !member.is_met_by_every_token() {
            return false;
        }
        members = rest;
    }
    true
}

/// What is wrong with a value, if anything. `const`, so that the macro's output is checked while it compiles.
const fn fault(kind: GrantKind, value: &str) -> Option<&'static str> {
    let bytes = value.as_bytes();
    if bytes.is_empty() {
        return Some("it is empty");
    }
    if matches!(kind, GrantKind::Scope) {
        let mut rest = bytes;
        while let [byte, tail @ ..] = rest {
            // scope-token = 1*( %x21 / %x23-5B / %x5D-7E ), RFC 6749 section 3.3.
            if !matches!(*byte, 0x21 | 0x23..=0x5B | 0x5D..=0x7E) {
                return Some("a scope holds only printable ASCII, with no space, double quote or backslash");
            }
            rest = tail;
        }
    }
    None
}

/// Constructors for the output of `#[requires]`: `const`, so that a bad value is a compile error even where it
/// comes from a constant whose text no macro can see.
pub(crate) mod emitted {
    #![allow(clippy::panic, clippy::manual_assert, missing_docs)] // Evaluated by the compiler alone.

    use super::{Cow, Demand, GrantKind, Node, Policy, Quantifier, Requirement, ValueList, fault};

    /// # Panics
    /// While the program compiles, when a list is empty, or a value is not one that a token could hold.
    #[must_use]
    pub const fn claims(
        kind: GrantKind,
        quantifier: Quantifier,
        lists: &'static [&'static [&'static str]],
    ) -> Requirement {
        let mut rest = lists;
        while let [list, tail @ ..] = rest {
            check(kind, list);
            rest = tail;
        }
        Requirement(Node::Grants { kind, quantifier, values: ValueList::Static(lists) })
    }

    const fn check(kind: GrantKind, list: &[&str]) {
        if list.is_empty() {
            panic!("#[requires]: an empty list demands nothing; name at least one value");
        }
        let mut rest = list;
        while let [value, tail @ ..] = rest {
            match (kind, fault(kind, value)) {
                (_, None) => {}
                (GrantKind::Scope, Some(_)) => panic!(
                    "#[requires]: a scope must be non-empty printable ASCII with no space, double quote or backslash (RFC 6749, section 3.3)"
                ),
                (_, Some(_)) => panic!("#[requires]: a role or permission must not be empty"),
            }
            rest = tail;
        }
    }

    /// # Panics
    /// While the program compiles, when the group is empty, or when every valid token meets a member of an `any` group.
    #[must_use]
    pub const fn group(quantifier: Quantifier, members: &'static [Requirement]) -> Requirement {
        if members.is_empty() {
            panic!("#[requires]: an empty group demands nothing; name at least one member");
        }
        if matches!(quantifier, Quantifier::Any) && super::some_is_met_by_every_token(members) {
            panic!(
                "#[requires]: every valid token meets this `any` group; drop the member that demands a valid token alone, or the group"
            );
        }
        Requirement::joined(quantifier, Cow::Borrowed(members))
    }

    /// What a policy with a name demands, as a part of another.
    ///
    /// # Panics
    /// While the program compiles, when the policy differs by method.
    #[must_use]
    pub const fn named(policy: &'static Policy) -> Requirement {
        match policy.demand_of_every_method() {
            Some(Demand::Token(requirement)) => Requirement(Node::Shared(requirement)),
            Some(Demand::Public) => {
                panic!("#[requires]: a policy that is public cannot be a part of another")
            }
            None => panic!(
                "#[requires]: a policy that differs by method cannot be a part of another; name one that demands the same of every method"
            ),
        }
    }
}
