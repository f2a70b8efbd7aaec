//! The macros of Axioms. Use them through an adapter or through axioms-core, which re-export them
//! under these names:
//!
//! | macro | purpose | exported by |
//! |---|---|---|
//! | `#[requires]` | guard a handler | axioms-axum, axioms-rocket, axioms-warp |
//! | `#[state::requires]` | guard a handler with the validator in the router's state | axioms-axum |
//! | `#[requires]` | guard a function that takes an access token | axioms-core |
//! | `#[requires_token]` | the same; there, `requires` is for handlers | axioms-axum, axioms-rocket, axioms-warp |
//! | `#[derive(Owned)]` | name the field of a struct that holds its owner | all four crates |
//! | `policy!` | define named policies | all four crates: it is core's `macro_rules!`, which calls [`policies!`] |
//!
//! Generated code refers to items of the crate that exports the macro, so a program that depends on
//! an adapter need not depend on axioms-core. Therefore this crate has one version of each macro
//! for each of these crates. Each version is one call of axioms-expand with the properties of the
//! adapter.

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

/// Guards a handler with the validator in the router's state.
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
///
/// # Mounting
/// Use the handler with the filter `authorized`, which extracts the guard, or with
/// `authorized_with_token` if its first argument is the token. Put the filter directly after path
/// and method, because warp runs filters in the order in which they are written.
#[proc_macro_attribute]
pub fn requires_warp(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires(attr.into(), item.into(), &WARP).into()
}

#[doc = include_str!("docs/requires_core.md")]
#[doc = include_str!("docs/function.md")]
#[proc_macro_attribute]
pub fn requires_core(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires_token(attr.into(), item.into(), &CORE).into()
}

#[doc = include_str!("docs/requires_token.md")]
#[doc = include_str!("docs/function.md")]
#[proc_macro_attribute]
pub fn requires_token_axum(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires_token(attr.into(), item.into(), &AXUM).into()
}

#[doc = include_str!("docs/requires_token.md")]
#[doc = include_str!("docs/function.md")]
#[proc_macro_attribute]
pub fn requires_token_rocket(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires_token(attr.into(), item.into(), &ROCKET).into()
}

#[doc = include_str!("docs/requires_token.md")]
#[doc = include_str!("docs/function.md")]
#[proc_macro_attribute]
pub fn requires_token_warp(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires_token(attr.into(), item.into(), &WARP).into()
}

/// Used by `axioms_core::policy!`, which passes `crate = $crate;` first: the path of core,
/// whichever crate re-exports `policy!`.
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
