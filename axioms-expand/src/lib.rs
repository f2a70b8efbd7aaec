//! The expansion of the macros of Axioms as a library, on `proc_macro2`.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod args;
mod body;
mod check;
mod constant;
mod errors;
mod fallback;
mod handler;
mod krate;
mod mistake;
mod owned;
mod policy;
mod policy_type;
mod requires;
mod requires_token;
mod route;
mod suggest;
mod symbol;
mod token_type;
mod ungroup;
mod unknown;
mod value;

use errors::Errors;
use proc_macro2::TokenStream;

/// Expands `#[requires(attr)] item` for the adapter whose crate has this name.
#[must_use]
pub fn requires(attr: TokenStream, item: TokenStream, krate: &'static str) -> TokenStream {
    finish(requires::requires(attr, item, krate))
}

/// Expands `#[requires(attr)] item` on a plain function, for the crate of this name.
#[must_use]
pub fn requires_token(attr: TokenStream, item: TokenStream, krate: &'static str) -> TokenStream {
    finish(requires_token::requires(attr, item, krate))
}

/// Expands `#[derive(Owned)] item`, for the crate of this name.
#[must_use]
pub fn owned(item: TokenStream, krate: &'static str) -> TokenStream {
    finish(owned::derive(item, krate))
}

/// The errors come first: behind something that is no item, they would not be read.
fn finish((output, errors): (TokenStream, Errors)) -> TokenStream {
    let mut tokens = errors.to_compile_errors();
    tokens.extend(output);
    tokens
}
