//! One demand on the claims of an access token, as data: a tree of any/all over scopes, roles and permissions.

use std::borrow::Cow;
use std::fmt;

use super::PolicyError;

/// The kind of claim that a demand looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// OAuth 2.0 scopes ([RFC 6749 section 3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
    Scope,
    /// Roles ([RFC 9068 section 2.2.3.1](https://www.rfc-editor.org/rfc/rfc9068#section-2.2.3.1)).
    Role,
    /// Permissions, as Auth0 and others grant them.
    Permission,
}

impl Kind {
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
    const fn word(self) -> &'static str {
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement(pub(super) Node);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    Claims { kind: Kind, quantifier: Quantifier, values: Values },
    Any(Cow<'static, [Requirement]>),
    All(Cow<'static, [Requirement]>),
}

/// The names a demand lists: borrowed where a macro wrote them, owned where a program built them.
#[derive(Debug, Clone, Eq)]
pub(super) enum Values {
    /// A list of lists, since a constant that stands in a list may be one itself.
    Static(&'static [&'static [&'static str]]),
    Owned(Box<[Box<str>]>),
}

impl Values {
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> + Clone {
        let (fixed, owned): (&[&[&str]], &[Box<str>]) = match self {
            Self::Static(values) => (values, &[]),
            Self::Owned(values) => (&[], values),
        };
        fixed.iter().copied().flatten().copied().chain(owned.iter().map(AsRef::as_ref))
    }
}

impl PartialEq for Values {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Requirement {
    /// A valid token is enough; nothing more is asked of its claims.
    pub(super) const NOTHING_MORE: Self = Self(Node::All(Cow::Borrowed(&[])));

    /// A demand on one kind of claim.
    ///
    /// # Errors
    /// [`PolicyError`] when no value is given, when one is empty, or when a scope holds a character that
    /// RFC 6749 section 3.3 forbids.
    pub(super) fn claims<I>(kind: Kind, quantifier: Quantifier, values: I) -> Result<Self, PolicyError>
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
        Ok(Self(Node::Claims { kind, quantifier, values: Values::Owned(values) }))
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

    /// Every scope that this demand names, in order of appearance, once each.
    pub(crate) fn scopes(&self) -> Vec<&str> {
        let mut found = Vec::new();
        self.collect_scopes(&mut found);
        found
    }

    /// The kinds of claim that this demand looks at, once each.
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        let all = [Kind::Scope, Kind::Role, Kind::Permission];
        all.into_iter().filter(|kind| self.looks_at(*kind)).collect()
    }

    fn looks_at(&self, wanted: Kind) -> bool {
        match &self.0 {
            Node::Claims { kind, .. } => *kind == wanted,
            Node::Any(members) | Node::All(members) => members.iter().any(|member| member.looks_at(wanted)),
        }
    }

    fn collect_scopes<'a>(&'a self, found: &mut Vec<&'a str>) {
        match &self.0 {
            Node::Claims { kind: Kind::Scope, values, .. } => {
                for scope in values.iter() {
                    if !found.contains(&scope) {
                        found.push(scope);
                    }
                }
            }
            Node::Claims { .. } => {}
            Node::Any(members) | Node::All(members) => {
                for member in members.iter() {
                    member.collect_scopes(found);
                }
            }
        }
    }
}

/// Reads as a person would say it: `any scope of [a, b] and all roles of [admin]`.
impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Node::Claims { kind, quantifier, values } => {
                let plural = if *quantifier == Quantifier::All { "s" } else { "" };
                write!(f, "{} {}{plural} of [", quantifier.word(), kind.noun())?;
                for (n, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if n == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Node::All(members) if members.is_empty() => f.write_str("a valid access token"),
            Node::Any(members) => join(f, members, " or "),
            Node::All(members) => join(f, members, " and "),
        }
    }
}

fn join(f: &mut fmt::Formatter<'_>, members: &[Requirement], word: &str) -> fmt::Result {
    f.write_str("(")?;
    for (n, member) in members.iter().enumerate() {
        write!(f, "{}{member}", if n == 0 { "" } else { word })?;
    }
    f.write_str(")")
}

/// What is wrong with a value, if anything. `const`, so that the macro's output is checked while it compiles.
const fn fault(kind: Kind, value: &str) -> Option<&'static str> {
    let bytes = value.as_bytes();
    if bytes.is_empty() {
        return Some("it is empty");
    }
    if matches!(kind, Kind::Scope) {
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

    use super::{Cow, Kind, Node, Quantifier, Requirement, Values, fault};

    /// # Panics
    /// While the program compiles, when a list is empty, or a value is not one that a token could hold.
    #[must_use]
    pub const fn claims(
        kind: Kind,
        quantifier: Quantifier,
        lists: &'static [&'static [&'static str]],
    ) -> Requirement {
        let mut rest = lists;
        while let [list, tail @ ..] = rest {
            check(kind, list);
            rest = tail;
        }
        Requirement(Node::Claims { kind, quantifier, values: Values::Static(lists) })
    }

    const fn check(kind: Kind, list: &[&str]) {
        if list.is_empty() {
            panic!("#[requires]: an empty list demands nothing; name at least one value");
        }
        let mut rest = list;
        while let [value, tail @ ..] = rest {
            match (kind, fault(kind, value)) {
                (_, None) => {}
                (Kind::Scope, Some(_)) => panic!(
                    "#[requires]: a scope must be non-empty printable ASCII with no space, double quote or backslash (RFC 6749, section 3.3)"
                ),
                (_, Some(_)) => panic!("#[requires]: a role or permission must not be empty"),
            }
            rest = tail;
        }
    }

    /// # Panics
    /// While the program compiles, when the group is empty.
    #[must_use]
    pub const fn group(quantifier: Quantifier, members: &'static [Requirement]) -> Requirement {
        if members.is_empty() {
            panic!("#[requires]: an empty group demands nothing; name at least one member");
        }
        Requirement::joined(quantifier, Cow::Borrowed(members))
    }
}
