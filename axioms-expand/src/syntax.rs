//! The syntax of the arguments, parsed but not yet checked.

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

/// The part after an argument's name.
pub(crate) enum Form {
    /// Nothing: `public`.
    Word,
    /// `= value`: the unparsed tokens after the `=`. They are parsed later, because messages about
    /// mistakes depend on the key.
    Value(TokenStream),
    /// `(...)`: the unparsed tokens inside. Their meaning depends on the name.
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
    /// `"PROPFIND"(...)`: the method, and the part after it.
    Quoted(LitStr, Form),
    /// `Editors`: a type that implements `HasPolicy`.
    Policy(TypePath),
}

impl Term {
    /// The tokens at its start, for the spans of messages.
    pub(crate) fn name(&self) -> TokenStream {
        match self {
            Self::Word(arg) => arg.name.to_token_stream(),
            Self::Quoted(text, _) => text.to_token_stream(),
            Self::Policy(path) => path.to_token_stream(),
        }
    }

    /// The meaning of the word at its start.
    pub(crate) fn word(&self) -> Option<Word> {
        match self {
            Self::Word(arg) => symbol::word(&arg.name.to_string()),
            Self::Quoted(..) => Some(Word::Method),
            Self::Policy(_) => None,
        }
    }
}

/// Whether a name has the form of a type's: `Editors`, or `P` for a parameter. A name in all
/// capitals is that of a constant or a method.
pub(crate) fn is_a_types_name(name: &Ident) -> bool {
    let name = name.unraw().to_string();
    let mut letters = name.chars();
    letters.next().is_some_and(char::is_uppercase)
        && !name.contains('_')
        && (name.contains(char::is_lowercase) || letters.next().is_none())
}
