//! The syntax of a list of demands: words, methods in quotes, and types that stand for policies.
//!
//! What they mean, and which may stand where, is decided in [`crate::check`].

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::ext::IdentExt;
use syn::parse::ParseStream;
use syn::{LitStr, PathArguments, TypePath, token};

use crate::args::{self, Arg, Form};
use crate::errors::Errors;
use crate::mistake;
use crate::symbol::{self, Word};

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

/// Reads terms separated by commas. A bad one is reported and left out, and reading goes on after it.
pub(crate) fn parse(tokens: TokenStream, errors: &mut Errors) -> Vec<Term> {
    args::list(tokens, errors, |input, chunk, before| {
        if let Some(term) = quoted(input)? {
            return Ok(term);
        }
        if let Some(path) = policy(input) {
            return Ok(Term::Policy(path));
        }
        match args::arg(input, chunk)? {
            Some(arg) => Ok(Term::Word(arg)),
            None => Err(mistake::without_a_name(input, chunk, before)),
        }
    })
}

fn quoted(input: ParseStream<'_>) -> syn::Result<Option<Term>> {
    if !(input.peek(LitStr) && input.peek2(token::Paren)) {
        return Ok(None);
    }
    let text: LitStr = input.parse()?;
    let form = args::parentheses(input)?;
    args::end_of_list(input)?;
    Ok(Some(Term::Quoted(text, form)))
}

/// A path that is a type by its form, and nothing behind it.
fn policy(input: ParseStream<'_>) -> Option<TypePath> {
    let fork = input.fork();
    let path = fork.parse::<TypePath>().ok().filter(|_| args::at_the_end(&fork))?;
    let last = path.path.segments.last()?;
    let is_type = is_a_types_name(&last.ident) || !matches!(last.arguments, PathArguments::None);
    let alone = path.path.get_ident().filter(|_| path.qself.is_none());
    if !is_type || alone.is_some_and(is_a_word_of_ours) {
        return None;
    }
    input.parse().ok()
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

/// Whether a name is one of the attribute's own words in another spelling, such as `Any` or `AnyScopes`. A policy that
/// has such a name can be written with its module: `self::Any`.
fn is_a_word_of_ours(name: &Ident) -> bool {
    let plain = |word: &str| word.replace('_', "").to_lowercase();
    let name = plain(&name.to_string());
    symbol::words().filter(|word| !symbol::METHODS.contains(word)).any(|word| plain(word) == name)
}
