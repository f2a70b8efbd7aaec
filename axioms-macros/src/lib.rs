//! The macros of Axioms: `#[requires]`, which guards a handler, `policy!`, and `#[derive(Owned)]`.
//!
//! Use them through an adapter or through `axioms-core`, which export each under its plain name. What they expand to is
//! written by `axioms-expand`.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

use axioms_expand::Adapter;
use proc_macro::TokenStream;

const CORE: Adapter = Adapter::new("axioms_core");
const AXUM: Adapter = Adapter::new("axioms_axum").refuses_with("Refused");
const ROCKET: Adapter = Adapter::new("axioms_rocket").refuses_with("Refused").rocket_routes();
const WARP: Adapter = Adapter::new("axioms_warp").takes_core_token();

#[doc = include_str!("docs/requires.md")]
#[proc_macro_attribute]
pub fn requires_axum(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires(attr.into(), item.into(), &AXUM).into()
}

/// Guards a handler by the validator in the router's state.
///
#[doc = include_str!("docs/requires.md")]
#[proc_macro_attribute]
pub fn requires_axum_state(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires(attr.into(), item.into(), &AXUM.guard("state::Authorized")).into()
}

#[doc = include_str!("docs/requires.md")]
#[proc_macro_attribute]
pub fn requires_rocket(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires(attr.into(), item.into(), &ROCKET).into()
}

#[doc = include_str!("docs/requires.md")]
#[proc_macro_attribute]
pub fn requires_warp(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires(attr.into(), item.into(), &WARP).into()
}

#[doc = include_str!("docs/requires_core.md")]
#[proc_macro_attribute]
pub fn requires_core(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires_token(attr.into(), item.into(), &CORE).into()
}

/// What core's `#[requires]` is, for users of an adapter that has taken that name.
#[doc = include_str!("docs/requires_core.md")]
#[proc_macro_attribute]
pub fn requires_token_axum(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires_token(attr.into(), item.into(), &AXUM).into()
}

/// What core's `#[requires]` is, for users of an adapter that has taken that name.
#[doc = include_str!("docs/requires_core.md")]
#[proc_macro_attribute]
pub fn requires_token_rocket(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires_token(attr.into(), item.into(), &ROCKET).into()
}

/// What core's `#[requires]` is, for users of an adapter that has taken that name.
#[doc = include_str!("docs/requires_core.md")]
#[proc_macro_attribute]
pub fn requires_token_warp(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires_token(attr.into(), item.into(), &WARP).into()
}

/// What `axioms_core::policy!` calls. It puts `crate = path;` in front, the path by which core is known where it is called,
/// so that one macro serves every adapter.
#[proc_macro]
pub fn policies(input: TokenStream) -> TokenStream {
    axioms_expand::policy(input.into(), &CORE).into()
}

#[doc = include_str!("docs/owned.md")]
#[proc_macro_derive(Owned, attributes(owner))]
pub fn owned_core(item: TokenStream) -> TokenStream {
    axioms_expand::owned(item.into(), &CORE).into()
}

#[doc = include_str!("docs/owned.md")]
#[proc_macro_derive(OwnedAxum, attributes(owner))]
pub fn owned_axum(item: TokenStream) -> TokenStream {
    axioms_expand::owned(item.into(), &AXUM).into()
}

#[doc = include_str!("docs/owned.md")]
#[proc_macro_derive(OwnedRocket, attributes(owner))]
pub fn owned_rocket(item: TokenStream) -> TokenStream {
    axioms_expand::owned(item.into(), &ROCKET).into()
}

#[doc = include_str!("docs/owned.md")]
#[proc_macro_derive(OwnedWarp, attributes(owner))]
pub fn owned_warp(item: TokenStream) -> TokenStream {
    axioms_expand::owned(item.into(), &WARP).into()
}
