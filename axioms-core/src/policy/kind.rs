//! The words of a demand: which claims grant, how many of the values are needed, how deep demands nest.

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

    /// The name of the demand on this kind, as the attribute, the builder and the JSON form write it.
    pub(super) const fn key(self, quantifier: Quantifier) -> &'static str {
        match (quantifier, self) {
            (Quantifier::Any, Self::Scope) => "any_scopes",
            (Quantifier::All, Self::Scope) => "all_scopes",
            (Quantifier::Any, Self::Role) => "any_roles",
            (Quantifier::All, Self::Role) => "all_roles",
            (Quantifier::Any, Self::Permission) => "any_permissions",
            (Quantifier::All, Self::Permission) => "all_permissions",
        }
    }

    /// The word for one value of this kind, as messages use it.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Role => "role",
            Self::Permission => "permission",
        }
    }
}

/// How many of the named values a token must hold. There is no third way, so that a program can match both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// How deep groups can be nested. It bounds the evaluation, and what is read from a file.
pub(super) const MAX_DEPTH: usize = 32;
