//! A policy as the attribute wrote it, once every rule is checked: what the expansion turns into a constant.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{ExprPath, Ident, LitStr};

/// What a handler demands.
pub(crate) enum Policy {
    /// A valid token that meets all of these, whatever the method; none means that a valid token is enough.
    EveryMethod(Vec<Requirement>),
    /// A demand for each method that is named.
    PerMethod(Vec<(Ident, Demand)>),
}

impl Policy {
    /// Every constant that it names.
    pub(crate) fn constants(&self) -> Vec<&ExprPath> {
        let demands: Vec<&Requirement> = match self {
            Self::EveryMethod(demands) => demands.iter().collect(),
            Self::PerMethod(rules) => rules.iter().flat_map(|(_, demand)| demand.requirements()).collect(),
        };
        let mut found = Vec::new();
        for demand in demands {
            demand.constants(&mut found);
        }
        found
    }
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

impl Demand {
    fn requirements(&self) -> &[Requirement] {
        match self {
            Self::Public => &[],
            Self::Token(demands) => demands,
        }
    }
}

impl Requirement {
    fn constants<'a>(&'a self, found: &mut Vec<&'a ExprPath>) {
        match self {
            Self::Claims { values, .. } => found.extend(values.iter().filter_map(|value| match value {
                Value::Literal(_) => None,
                Value::Constant(path) => Some(path),
            })),
            Self::Group { members, .. } => {
                for member in members {
                    member.constants(found);
                }
            }
        }
    }
}

/// One name in a list.
pub(crate) enum Value {
    /// A name that is spelt out.
    Literal(LitStr),
    /// A constant that holds the name.
    Constant(ExprPath),
}

/// Whether a constant belongs to this type: `T::SCOPE`, `<T as Scoped>::SCOPE`.
pub(crate) fn mentions(constant: &ExprPath, ty: &str) -> bool {
    fn holds(tokens: TokenStream, name: &str) -> bool {
        tokens.into_iter().any(|tree| match tree {
            TokenTree::Ident(word) => word == name,
            TokenTree::Group(group) => holds(group.stream(), name),
            TokenTree::Punct(_) | TokenTree::Literal(_) => false,
        })
    }
    (constant.qself.is_some() || constant.path.segments.len() > 1) && holds(constant.to_token_stream(), ty)
}

/// Whether a constant belongs to a type, which may be known only inside an `impl` block or a generic function. Types are
/// told from modules by their capital letter.
pub(crate) fn is_of_a_type(constant: &ExprPath) -> bool {
    let mut segments = constant.path.segments.iter();
    let first = segments.next().map(|first| first.ident.to_string());
    constant.qself.is_some()
        || (segments.next().is_some() && first.is_some_and(|first| first.starts_with(char::is_uppercase)))
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
