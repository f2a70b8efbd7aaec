//! The type that stands for a handler's policy: what the guard in its signature is generic over.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{GenericParam, Generics};

use crate::constant::Writer;
use crate::handler::Handler;
use crate::krate::Krate;
use crate::policy::{self, Policy};

/// A type with the policy as its constant.
pub(crate) struct PolicyType {
    /// The items that define it.
    pub(crate) definition: TokenStream,
    /// How the handler's signature names it.
    pub(crate) name: TokenStream,
}

impl PolicyType {
    pub(crate) fn new(handler: &Handler, policy: &Policy, krate: &Krate) -> Self {
        let span = Span::mixed_site();
        let name = format_ident!("__Requires_{}", handler.sig.ident, span = span);
        let written = Writer { krate }.policy(policy);
        if !is_generic(handler, policy) {
            let definition = plain(handler, &name, &written, krate);
            return Self { definition, name: name.into_token_stream() };
        }
        let arguments = arguments(&handler.sig.generics);
        let definition = generic(handler, &name, &written, krate);
        Self { definition, name: quote_spanned!(span=> #name<#arguments>) }
    }
}

/// Whether a constant of the policy belongs to a type parameter of the handler.
fn is_generic(handler: &Handler, policy: &Policy) -> bool {
    let params = || handler.sig.generics.type_params();
    policy
        .constants()
        .iter()
        .any(|path| params().any(|param| policy::mentions(path, &param.ident.to_string())))
}

/// The type is as visible as the handler, whose signature names it, and has no values: it is there for its constant.
fn plain(handler: &Handler, name: &Ident, policy: &TokenStream, krate: &Krate) -> TokenStream {
    let span = Span::mixed_site();
    let private = krate.private(span);
    let vis = &handler.vis;
    quote_spanned! {span=>
        #[doc(hidden)]
        #vis enum #name {}

        impl #private::HasPolicy for #name {
            const POLICY: &'static #private::Policy = &#policy;
        }

        // Evaluates the policy even if no route leads to the handler yet, and in `cargo check` too.
        const _: &#private::Policy = <#name as #private::HasPolicy>::POLICY;
    }
}

/// The type of a policy whose constants depend on the handler's type parameters. It has those parameters.
fn generic(handler: &Handler, name: &Ident, policy: &TokenStream, krate: &Krate) -> TokenStream {
    let span = Span::mixed_site();
    let private = krate.private(span);
    let vis = &handler.vis;
    let generics = &handler.sig.generics;
    let (impl_generics, _, where_clause) = generics.split_for_impl();
    let arguments = arguments(generics);
    let parameters = generics.params.iter().filter_map(|param| match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(param) => {
            let name = &param.ident;
            Some(quote_spanned!(span=> #name: ?::core::marker::Sized))
        }
        GenericParam::Const(param) => {
            let (name, ty) = (&param.ident, &param.ty);
            Some(quote_spanned!(span=> const #name: #ty))
        }
    });
    let types = generics.type_params().map(|param| &param.ident);
    quote_spanned! {span=>
        #[doc(hidden)]
        #vis struct #name<#(#parameters),*>(#(::core::marker::PhantomData<#types>,)* ::core::convert::Infallible);

        impl #impl_generics #private::HasPolicy for #name<#arguments> #where_clause {
            const POLICY: &'static #private::Policy = const { &#policy };
        }
    }
}

/// The parameters as arguments, without lifetimes: constants do not depend on them.
fn arguments(generics: &Generics) -> TokenStream {
    let names = generics.params.iter().filter_map(|param| match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
    });
    quote_spanned!(Span::mixed_site()=> #(#names),*)
}
