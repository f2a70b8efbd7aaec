//! The expansion of the macros of Axioms as a library: an adapter to one more framework makes its
//! own macros of it.
//!
//! A macro must be in a crate of its own, with `proc-macro = true`. That crate is a few lines long:
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
//! `policy!` is that of axioms-core, which an adapter exports as it is. The macros take the same
//! arguments in every adapter: see the documentation of `axioms_axum::requires`. The guide
//! `docs/src/writing-an-adapter.md` in the repository has a complete adapter for actix-web.
//!
//! # What the adapter's crate has
//! The user's program need not depend on axioms-core: generated code names items of the adapter
//! alone.
//!
//! - `Authorized<P>`, or what [`Adapter::guard`] names: the guard, which [`requires`] makes the
//!   first argument of the handler. It is to be extracted only if the request meets `P::POLICY`,
//!   where `P: axioms_core::HasPolicy`.
//! - `AccessToken`, an argument of handlers that dereferences to core's. Messages name it where a
//!   handler takes core's. An adapter without one calls [`Adapter::takes_core_token`].
//! - `__private`, a hidden module of axioms-core, which `pub use axioms_core::*;` re-exports.
//! - the error that [`Adapter::refuses_with`] names, if it has one of its own.
//!
//! Where `pub use axioms_core::*;` also re-exports macros of axioms-core, those of the adapter take
//! their place if they are imported by name: `pub use axioms_poem_macros::{Owned, requires};`. An
//! adapter without [`owned`] would offer core's derive, whose code names `::axioms_core`, and a
//! program would have to depend on it.
//!
//! `__private` is not covered by semantic versioning, so depend on axioms-expand and on axioms-core
//! by an exact version: `=0.1.0`.
//!
//! # Errors
//! A mistake of the user becomes a `compile_error!` at the words that it is about, in front of the
//! output. The output then lets nothing through. In place of a function it is one with the same
//! signature that never returns, so that no handler is ever without its guard. A type of [`policy`]
//! stands for a policy that no token meets. [`owned`] implements nothing. An item that is no
//! function stays as it is.

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

/// Expands `#[requires(attr)] item`, where `item` is a handler: adds a type that stands for the
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
/// If what the adapter names is no identifier, or for the guard no path of identifiers.
#[must_use]
pub fn requires(attr: TokenStream, item: TokenStream, adapter: &Adapter) -> TokenStream {
    finish(requires::requires(attr, item, adapter))
}

/// Expands `#[requires(attr)] item`, where `item` is a plain function that takes an access token:
/// puts the check in front of its body. The function's error implements
/// `From<axioms_core::Denied>`, or `From` of what [`Adapter::refuses_with`] names.
///
/// # Panics
/// If what the adapter names is no identifier.
#[must_use]
pub fn requires_token(attr: TokenStream, item: TokenStream, adapter: &Adapter) -> TokenStream {
    finish(requires_token::requires(attr, item, adapter))
}

/// Expands `policy! { input }`: one type for each policy, which implements `HasPolicy`.
///
/// ```text
/// policy! {
///     /// Those who may edit.
///     pub Editors(any_scopes = "articles:write", all_roles = "editor");
///     pub Chiefs(Editors, any_roles = "chief");
/// }
/// ```
///
/// What is in the parentheses is what `#[requires(...)]` takes, except `crate`, which comes first
/// and counts for all: `crate = path;`. An adapter needs no macro of its own for this: it exports
/// `axioms_core::policy!`, which calls this one with the path of core.
///
/// # Panics
/// If the adapter's crate has a name that is no identifier.
#[must_use]
pub fn policy(input: TokenStream, adapter: &Adapter) -> TokenStream {
    finish(define::policies(input, adapter))
}

/// Expands `#[derive(Owned)] item`, with the helper attribute `owner`.
///
/// # Panics
/// If the adapter's crate has a name that is no identifier.
#[must_use]
pub fn owned(item: TokenStream, adapter: &Adapter) -> TokenStream {
    finish(owned::derive(item, adapter))
}

/// The errors come first: behind something that is no item, they would not be read.
fn finish((output, errors): (TokenStream, Errors)) -> TokenStream {
    let mut tokens = errors.to_compile_errors();
    tokens.extend(output);
    tokens
}
