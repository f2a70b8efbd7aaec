//! What the arguments are made of, read but not yet checked.

use proc_macro2::{Ident, Span, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::{Expr, LitStr, TypePath};

use crate::symbol::{self, Word};

/// One argument.
pub(crate) struct Arg {
    pub(crate) name: Ident,
    pub(crate) form: Form,
}

/// What follows an argument's name.
pub(crate) enum Form {
    /// Nothing: `public`.
    Word,
    /// `= value`: what stands behind the `=`, still unread, since mistakes in it are explained by the key.
    Value(TokenStream),
    /// `(...)`, still unread: what stands in it depends on the name.
    List { span: Span, tokens: TokenStream },
}

impl Form {
    /// The value, if there is one and it is an expression.
    pub(crate) fn expression(&self) -> Option<Expr> {
        match self {
            Self::Value(tokens) => syn::parse2(tokens.clone()).ok(),
            Self::Word | Self::List { .. } => None,
        }
    }
}

/// One term of a list of demands.
pub(crate) enum Term {
    /// `any_scopes = "..."`, `any(...)`, `GET(...)`, `public`.
    Word(Arg),
    /// `"PROPFIND"(...)`: the method, and what is in its parentheses.
    Quoted(LitStr, Form),
    /// `Editors`: a type that implements `HasPolicy`.
    Policy(TypePath),
}

impl Term {
    /// The words with which it begins: what messages about it stand at.
    pub(crate) fn name(&self) -> TokenStream {
        match self {
            Self::Word(arg) => arg.name.to_token_stream(),
            Self::Quoted(text, _) => text.to_token_stream(),
            Self::Policy(path) => path.to_token_stream(),
        }
    }

    /// What the word means with which it begins.
    pub(crate) fn word(&self) -> Option<Word> {
        match self {
            Self::Word(arg) => symbol::word(&arg.name.to_string()),
            Self::Quoted(..) => Some(Word::Method),
            Self::Policy(_) => None,
        }
    }
}

/// Whether a name has the form of a type's: `Editors`, or `P` for a parameter. All capitals are a constant's, or a
/// method's.
pub(crate) fn is_a_types_name(name: &Ident) -> bool {
    let name = name.unraw().to_string();
    let mut letters = name.chars();
    letters.next().is_some_and(char::is_uppercase)
        && !name.contains('_')
        && (name.contains(char::is_lowercase) || letters.next().is_none())
}
