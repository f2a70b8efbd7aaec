//! Parses a list of demands: words, methods in quotes, and types that represent policies.
//!
//! [`crate::check`] decides what they mean and where each is allowed.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{LitStr, PathArguments, TypePath, token};

use crate::args;
use crate::errors::Errors;
use crate::mistake;
use crate::symbol;
use crate::syntax::{Term, is_a_types_name};

/// Parses comma-separated terms. An invalid one is reported and skipped.
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

/// Parses a path that has the form of a type, with nothing after it.
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

/// Whether a name is one of the attribute's words in another spelling, such as `Any` or
/// `AnyScopes`. A policy with such a name can be written with its module: `self::Any`.
fn is_a_word_of_ours(name: &Ident) -> bool {
    let plain = |word: &str| word.replace('_', "").to_lowercase();
    let name = plain(&name.to_string());
    symbol::words().filter(|word| !symbol::METHODS.contains(word)).any(|word| plain(word) == name)
}
