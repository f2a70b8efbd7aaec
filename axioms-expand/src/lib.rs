//! The expansion of Axioms' macros as a library, for adapters to other frameworks that need their
//! own macros.
//!
//! A procedural macro needs a separate crate with `proc-macro = true`. That crate has only a few
//! lines:
//!
//! ```ignore
//! use axioms_expand::Adapter;
//! use proc_macro::TokenStream;
//!
//! const POEM: Adapter = Adapter::new("axioms_poem");
//!
//! /// Guards a handler.
//! #[proc_macro_attribute]
//! pub fn requires(attr: TokenStream, item: TokenStream) -> TokenStream {
//!     axioms_expand::requires(attr.into(), item.into(), &POEM).into()
//! }
//!
//! /// Guards a function that takes an access token.
//! #[proc_macro_attribute]
//! pub fn requires_token(attr: TokenStream, item: TokenStream) -> TokenStream {
//!     axioms_expand::requires_token(attr.into(), item.into(), &POEM).into()
//! }
//!
//! /// Implements `Owned` for a struct.
//! #[proc_macro_derive(Owned, attributes(owner))]
//! pub fn owned(item: TokenStream) -> TokenStream {
//!     axioms_expand::owned(item.into(), &POEM).into()
//! }
//! ```
//!
//! An adapter re-exports the `policy!` of axioms-core unchanged. The macros take the same arguments
//! in every adapter: see the documentation of `axioms_axum::requires`. The guide
//! `docs/src/writing-an-adapter.md` in the repository contains a complete adapter for actix-web.
//!
//! # Items of the adapter's crate
//! Generated code refers only to items of the adapter, so the user's program need not depend on
//! axioms-core. The adapter's crate has:
//!
//! - `Authorized<P>`, or the type that [`Adapter::guard`] names: the guard, which [`requires`]
//!   inserts as the handler's first argument. Its extraction must fail unless the request meets
//!   `P::POLICY`, where `P: axioms_core::HasPolicy`.
//! - `AccessToken`, an argument of handlers that dereferences to core's. Error messages suggest it
//!   if a handler takes core's. An adapter without one calls [`Adapter::takes_core_token`].
//! - `__private`, a hidden module of axioms-core, re-exported by `pub use axioms_core::*;`.
//! - the error that [`Adapter::refuses_with`] names, if the adapter has its own.
//!
//! `pub use axioms_core::*;` also re-exports the macros of axioms-core. The adapter's macros shadow
//! them if they are imported by name: `pub use axioms_poem_macros::{Owned, requires};`. Without
//! [`owned`], an adapter would re-export core's derive, whose code refers to `::axioms_core`, so a
//! program would have to depend on axioms-core.
//!
//! `__private` is not covered by semantic versioning, so depend on exact versions of axioms-expand
//! and axioms-core: `=0.1.0`.
//!
//! # Errors
//! A mistake of the user becomes a `compile_error!` at its place, before the output. The output
//! then allows nothing: a function is replaced by one with the same signature that never returns,
//! so that a handler never exists without its guard; a type of [`policy`] has a policy that no
//! token meets; [`owned`] implements nothing. An item that is not a function is unchanged.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod adapter;
mod args;
mod body;
mod check;
mod constant;
mod define;
mod demands;
mod errors;
mod fallback;
mod handler;
mod krate;
mod method;
mod mistake;
mod owned;
mod per_method;
mod policy;
mod policy_type;
mod requires;
mod requires_token;
mod route;
mod suggest;
mod symbol;
mod syntax;
mod term;
mod token_type;
mod ungroup;
mod unknown;
mod value;

pub use adapter::Adapter;

use errors::Errors;
use proc_macro2::TokenStream;

/// Expands `#[requires(attr)] item`, where `item` is a handler. It adds a type that represents the
/// policy, and a guard as the handler's first argument.
///
/// # Examples
/// ```
/// use axioms_expand::Adapter;
/// use proc_macro2::TokenStream;
///
/// let attr: TokenStream = "any_scopes = \"read\"".parse()?;
/// let item: TokenStream = "async fn messages() {}".parse()?;
/// let output = axioms_expand::requires(attr, item, &Adapter::new("axioms_poem")).to_string();
/// assert!(output.contains(":: axioms_poem :: Authorized < __Requires_messages >"));
/// # Ok::<(), proc_macro2::LexError>(())
/// ```
///
/// # Panics
/// If a name in `adapter` is not an identifier, or the guard is not a path of identifiers.
#[must_use]
pub fn requires(attr: TokenStream, item: TokenStream, adapter: &Adapter) -> TokenStream {
    finish(requires::requires(attr, item, adapter))
}

/// Expands `#[requires(attr)] item`, where `item` is a plain function that takes an access token.
/// It inserts the check at the start of the body. The function's error must implement
/// `From<axioms_core::Denied>`, or `From` for the type that [`Adapter::refuses_with`] names.
///
/// # Panics
/// If a name in `adapter` is not an identifier.
#[must_use]
pub fn requires_token(attr: TokenStream, item: TokenStream, adapter: &Adapter) -> TokenStream {
    finish(requires_token::requires(attr, item, adapter))
}

/// Expands `policy! { input }` into one type for each policy. Each type implements `HasPolicy`.
///
/// ```text
/// policy! {
///     /// Those who may edit.
///     pub Editors(any_scopes = "articles:write", all_roles = "editor");
///     pub Chiefs(Editors, any_roles = "chief");
/// }
/// ```
///
/// The parentheses contain the arguments of `#[requires(...)]`, except `crate`, which comes first
/// and applies to all policies: `crate = path;`. An adapter does not need its own macro for this.
/// It re-exports `axioms_core::policy!`, which calls this function with the path of core.
///
/// # Panics
/// If the name of the adapter's crate is not an identifier.
#[must_use]
pub fn policy(input: TokenStream, adapter: &Adapter) -> TokenStream {
    finish(define::policies(input, adapter))
}

/// Expands `#[derive(Owned)] item`, with the helper attribute `owner`.
///
/// # Panics
/// If the name of the adapter's crate is not an identifier.
#[must_use]
pub fn owned(item: TokenStream, adapter: &Adapter) -> TokenStream {
    finish(owned::derive(item, adapter))
}

/// Puts the errors first: after something that is not an item, they would not be parsed.
fn finish((output, errors): (TokenStream, Errors)) -> TokenStream {
    let mut tokens = errors.to_compile_errors();
    tokens.extend(output);
    tokens
}
