//! A policy as the attribute wrote it, once every rule is checked: what the expansion turns into a constant.

use proc_macro2::Span;
use syn::{ExprPath, Ident, LitStr};

/// What a handler demands.
pub(crate) enum Policy {
    /// A valid token that meets all of these, whatever the method; none means that a valid token is enough.
    EveryMethod(Vec<Requirement>),
    /// A demand for each method that is named.
    PerMethod(Vec<(Ident, Demand)>),
}

/// What one method demands.
pub(crate) enum Demand {
    /// No token.
    Public,
    /// A valid token that meets all of these; none means that a valid token is enough.
    Token(Vec<Requirement>),
}

/// One demand on a token's claims.
pub(crate) enum Requirement {
    /// `any_scopes = ["a", "b"]`; the span is that of the values.
    Claims { kind: Kind, quantifier: Quantifier, values: Vec<Value>, span: Span },
    /// `any(...)` or `all(...)`.
    Group { quantifier: Quantifier, members: Vec<Requirement>, span: Span },
}

/// One name in a list.
pub(crate) enum Value {
    /// A name that is spelt out.
    Literal(LitStr),
    /// A constant that holds the name.
    Constant(ExprPath),
}

/// The kind of claim that a key is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Scope,
    Role,
    Permission,
}

impl Kind {
    /// The word for one value of this kind, as messages use it.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Role => "role",
            Self::Permission => "permission",
        }
    }

    /// The variant's name in core.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Self::Scope => "Scope",
            Self::Role => "Role",
            Self::Permission => "Permission",
        }
    }
}

/// How many of the named values, or of a group's members, must be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Any,
    All,
}

impl Quantifier {
    /// The variant's name in core.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Self::Any => "Any",
            Self::All => "All",
        }
    }
}
