//! The kinds of grants, the quantifiers, and the maximum depth of a demand.

/// A kind of claim that grants something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum GrantKind {
    /// OAuth 2.0 scopes ([RFC 6749 section
    /// 3.3](https://www.rfc-editor.org/rfc/rfc6749#section-3.3)).
    Scope,
    /// Roles ([RFC 9068 section 2.2.3.1](https://www.rfc-editor.org/rfc/rfc9068#section-2.2.3.1)).
    Role,
    /// Permissions, as Auth0 and others write them.
    Permission,
}

impl GrantKind {
    pub(crate) const ALL: [Self; 3] = [Self::Scope, Self::Role, Self::Permission];

    /// The name of the demand for this kind in the attribute, the builder and the JSON form.
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

    /// The word for one value of this kind in messages.
    pub(crate) const fn noun(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Role => "role",
            Self::Permission => "permission",
        }
    }
}

/// How many of the listed values a token must have. It is exhaustive: no variant will be added.
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

/// How deep groups can be nested. It bounds evaluation and reading from a file.
pub(super) const MAX_DEPTH: usize = 32;
