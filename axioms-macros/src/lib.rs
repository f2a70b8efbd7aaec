//! The macros of Axioms: `#[requires]`, which guards a handler, and `#[derive(Owned)]`.
//!
//! Use them through an adapter or through `axioms-core`, which export each under its plain name. This file is the
//! only one that touches `proc_macro`; everything behind it works on `proc_macro2` and can be tested.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod args;
mod body;
mod check;
mod constant;
mod errors;
mod expand;
mod fallback;
mod handler;
mod krate;
mod mistake;
mod owned;
mod plain;
mod policy;
mod policy_type;
mod route;
mod suggest;
mod symbol;
mod token_type;
mod ungroup;
mod unknown;
mod value;

use errors::Errors;
use proc_macro::TokenStream;

#[doc = include_str!("docs/requires.md")]
#[proc_macro_attribute]
pub fn requires_axum(attr: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::requires(attr.into(), item.into(), "axioms_axum"))
}

#[doc = include_str!("docs/requires.md")]
#[proc_macro_attribute]
pub fn requires_rocket(attr: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::requires(attr.into(), item.into(), "axioms_rocket"))
}

#[doc = include_str!("docs/requires.md")]
#[proc_macro_attribute]
pub fn requires_warp(attr: TokenStream, item: TokenStream) -> TokenStream {
    finish(expand::requires(attr.into(), item.into(), "axioms_warp"))
}

#[doc = include_str!("docs/requires_core.md")]
#[proc_macro_attribute]
pub fn requires_core(attr: TokenStream, item: TokenStream) -> TokenStream {
    finish(plain::requires(attr.into(), item.into(), "axioms_core"))
}

/// What core's `#[requires]` is, for users of an adapter that has taken that name.
#[doc = include_str!("docs/requires_core.md")]
#[proc_macro_attribute]
pub fn requires_token_axum(attr: TokenStream, item: TokenStream) -> TokenStream {
    finish(plain::requires(attr.into(), item.into(), "axioms_axum"))
}

/// What core's `#[requires]` is, for users of an adapter that has taken that name.
#[doc = include_str!("docs/requires_core.md")]
#[proc_macro_attribute]
pub fn requires_token_rocket(attr: TokenStream, item: TokenStream) -> TokenStream {
    finish(plain::requires(attr.into(), item.into(), "axioms_rocket"))
}

/// What core's `#[requires]` is, for users of an adapter that has taken that name.
#[doc = include_str!("docs/requires_core.md")]
#[proc_macro_attribute]
pub fn requires_token_warp(attr: TokenStream, item: TokenStream) -> TokenStream {
    finish(plain::requires(attr.into(), item.into(), "axioms_warp"))
}

#[doc = include_str!("docs/owned.md")]
#[proc_macro_derive(Owned, attributes(owner))]
pub fn owned_core(item: TokenStream) -> TokenStream {
    finish(owned::derive(item.into(), "axioms_core"))
}

#[doc = include_str!("docs/owned.md")]
#[proc_macro_derive(OwnedAxum, attributes(owner))]
pub fn owned_axum(item: TokenStream) -> TokenStream {
    finish(owned::derive(item.into(), "axioms_axum"))
}

#[doc = include_str!("docs/owned.md")]
#[proc_macro_derive(OwnedRocket, attributes(owner))]
pub fn owned_rocket(item: TokenStream) -> TokenStream {
    finish(owned::derive(item.into(), "axioms_rocket"))
}

#[doc = include_str!("docs/owned.md")]
#[proc_macro_derive(OwnedWarp, attributes(owner))]
pub fn owned_warp(item: TokenStream) -> TokenStream {
    finish(owned::derive(item.into(), "axioms_warp"))
}

/// The errors come first: behind something that is no item, they would not be read.
fn finish((output, errors): (proc_macro2::TokenStream, Errors)) -> TokenStream {
    let mut tokens = errors.to_compile_errors();
    tokens.extend(output);
    tokens.into()
}
