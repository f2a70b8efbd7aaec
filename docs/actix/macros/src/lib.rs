//! The macros of axioms-actix.

#![forbid(unsafe_code)]

use axioms_expand::Adapter;
use proc_macro::TokenStream;

const ACTIX: Adapter = Adapter::new("axioms_actix").refuses_with("Refused");

/// Guards a handler.
#[proc_macro_attribute]
pub fn requires(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires(attr.into(), item.into(), &ACTIX).into()
}

/// Guards a function that takes a token.
#[proc_macro_attribute]
pub fn requires_token(attr: TokenStream, item: TokenStream) -> TokenStream {
    axioms_expand::requires_token(attr.into(), item.into(), &ACTIX).into()
}

/// Says who owns a value.
#[proc_macro_derive(Owned, attributes(owner))]
pub fn owned(item: TokenStream) -> TokenStream {
    axioms_expand::owned(item.into(), &ACTIX).into()
}
