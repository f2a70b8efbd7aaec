//! A checked policy, which the expansion turns into a constant.

use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{ExprPath, LitStr, TypePath};

use crate::method::Method;
use crate::symbol::{Kind, Quantifier};

/// The demands of a handler.
pub(crate) enum Policy {
    /// A valid token that meets all of these, for every method. If empty, a valid token is enough.
    EveryMethod(Vec<Requirement>),
    /// A demand for each named method, and a default for the others, which are refused if there is
    /// none.
    PerMethod { rules: Vec<(Method, Demand)>, default: Option<Demand> },
}

impl Policy {
    /// The policy that this one names, if it names only that.
    pub(crate) fn alone(&self) -> Option<&TypePath> {
        match self {
            Self::EveryMethod(demands) => match demands.as_slice() {
                [Requirement::Named(path)] => Some(path),
                _ => None,
            },
            Self::PerMethod { .. } => None,
        }
    }

    /// Every constant and every policy that the policy names.
    pub(crate) fn names(&self) -> Vec<Named<'_>> {
        let demands: Vec<&Requirement> = match self {
            Self::EveryMethod(demands) => demands.iter().collect(),
            Self::PerMethod { rules, default } => {
                let demands = rules.iter().map(|(_, demand)| demand).chain(default);
                demands.flat_map(Demand::requirements).collect()
            }
        };
        let mut found = Vec::new();
        for demand in demands {
            demand.names(&mut found);
        }
        found
    }
}

/// The demand of one method.
pub(crate) enum Demand {
    /// No token.
    Public,
    /// A valid token that meets all of these. If empty, a valid token is enough.
    Token(Vec<Requirement>),
}

/// A demand on a token's claims.
pub(crate) enum Requirement {
    /// `any_scopes = ["a", "b"]`; the span is that of the values.
    Claims { kind: Kind, quantifier: Quantifier, values: Vec<Value>, span: Span },
    /// `Editors`: the policy of this type.
    Named(TypePath),
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
    fn names<'a>(&'a self, found: &mut Vec<Named<'a>>) {
        match self {
            Self::Claims { values, .. } => found.extend(values.iter().filter_map(|value| match value {
                Value::Literal(_) => None,
                Value::Constant(path) => Some(Named::Constant(path)),
            })),
            Self::Named(path) => found.push(Named::Policy(path)),
            Self::Group { members, .. } => {
                for member in members {
                    member.names(found);
                }
            }
        }
    }
}

/// One value in a list.
pub(crate) enum Value {
    /// A string literal.
    Literal(LitStr),
    /// A constant.
    Constant(ExprPath),
}

/// A name in a policy: the constant of a value, or the type of another policy.
#[derive(Clone, Copy)]
pub(crate) enum Named<'a> {
    Constant(&'a ExprPath),
    Policy(&'a TypePath),
}

impl Named<'_> {
    /// Whether it depends on the type or parameter with this name: `T::SCOPE`,
    /// `<T as Scoped>::SCOPE`, `Readers<T>`, `T`.
    pub(crate) fn mentions(self, name: &str) -> bool {
        fn holds(tokens: TokenStream, name: &str) -> bool {
            tokens.into_iter().any(|tree| match tree {
                TokenTree::Ident(word) => word == name,
                TokenTree::Group(group) => holds(group.stream(), name),
                TokenTree::Punct(_) | TokenTree::Literal(_) => false,
            })
        }
        match self {
            // A single word is a constant of a module.
            Self::Constant(path) if path.qself.is_none() && path.path.segments.len() == 1 => false,
            _ => holds(self.to_token_stream(), name),
        }
    }

    /// Whether it may depend on a type that is known only inside an `impl` block or a generic
    /// function. A path segment with a capital letter counts as a type, others as modules.
    pub(crate) fn is_of_a_type(self) -> bool {
        let (qself, path) = match self {
            Self::Constant(path) => (&path.qself, &path.path),
            Self::Policy(path) => (&path.qself, &path.path),
        };
        let mut segments = path.segments.iter();
        let first = segments.next().map(|first| first.ident.to_string());
        let is_a_type =
            path.leading_colon.is_none() && first.is_some_and(|first| first.starts_with(char::is_uppercase));
        qself.is_some() || (is_a_type && (matches!(self, Self::Policy(_)) || segments.next().is_some()))
    }
}

impl ToTokens for Named<'_> {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match self {
            Self::Constant(path) => path.to_tokens(tokens),
            Self::Policy(path) => path.to_tokens(tokens),
        }
    }
}
