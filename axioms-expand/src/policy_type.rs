//! The type that represents a handler's policy. The guard in the signature is generic over it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote_spanned};
use syn::{Attribute, GenericParam, Generics, Visibility, parse_quote_spanned};

use crate::constant::Writer;
use crate::handler::Handler;
use crate::krate::Krate;
use crate::policy::Policy;

/// A type with the policy as its constant.
pub(crate) struct PolicyType {
    /// The items that define it.
    pub(crate) definition: TokenStream,
    /// Its name in the handler's signature.
    pub(crate) name: TokenStream,
}

impl PolicyType {
    pub(crate) fn new(handler: &Handler, policy: &Policy, krate: &Krate) -> Self {
        let span = Span::mixed_site();
        let written = Writer { krate }.reference(policy);
        if let Some(path) = policy.alone() {
            let definition =
                if is_generic(handler, policy) { TokenStream::new() } else { evaluate(&written, krate) };
            return Self { definition, name: path.to_token_stream() };
        }
        let name = format_ident!("__Requires_{}", handler.sig.ident, span = span);
        if !is_generic(handler, policy) {
            // With the visibility of the handler, whose signature names it.
            let hidden: Attribute = parse_quote_spanned!(span=> #[doc(hidden)]);
            let definition = define(&[hidden], &handler.vis, &name, &written, krate);
            return Self { definition, name: name.into_token_stream() };
        }
        let arguments = arguments(&handler.sig.generics);
        let definition = generic(handler, &name, &written, krate);
        Self { definition, name: quote_spanned!(span=> #name<#arguments>) }
    }
}

/// Whether a constant or a policy that the policy names depends on a parameter of the handler.
fn is_generic(handler: &Handler, policy: &Policy) -> bool {
    let params: Vec<_> = names(&handler.sig.generics).map(ToString::to_string).collect();
    policy.names().into_iter().any(|named| params.iter().any(|param| named.mentions(param)))
}

/// Defines a type that represents a policy. It has no values; it only provides the constant.
pub(crate) fn define(
    attrs: &[Attribute],
    vis: &Visibility,
    name: &Ident,
    policy: &TokenStream,
    krate: &Krate,
) -> TokenStream {
    let span = Span::mixed_site();
    let private = krate.private(span);
    // A `cfg` on the type must apply to everything that names the type.
    let cfgs: Vec<_> = attrs.iter().filter(|attr| attr.path().is_ident("cfg")).collect();
    let evaluated = evaluate(&quote_spanned!(span=> <#name as #private::HasPolicy>::POLICY), krate);
    quote_spanned! {span=>
        #(#attrs)*
        #vis enum #name {}

        #(#cfgs)*
        #[diagnostic::do_not_recommend]
        impl #private::HasPolicy for #name {
            const POLICY: &'static #private::Policy = #policy;
        }

        #(#cfgs)*
        #evaluated
    }
}

/// Evaluates a policy even if no route uses it yet, and in `cargo check` too.
fn evaluate(policy: &TokenStream, krate: &Krate) -> TokenStream {
    let span = Span::mixed_site();
    let private = krate.private(span);
    quote_spanned!(span=> const _: &#private::Policy = #policy;)
}

/// Defines the type of a policy whose constants depend on the handler's type parameters. It has the
/// same parameters.
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

        #[diagnostic::do_not_recommend]
        impl #impl_generics #private::HasPolicy for #name<#arguments> #where_clause {
            const POLICY: &'static #private::Policy = const { #policy };
        }
    }
}

/// The parameters as arguments.
fn arguments(generics: &Generics) -> TokenStream {
    let names = names(generics);
    quote_spanned!(Span::mixed_site()=> #(#names),*)
}

/// The names of the parameters, without lifetimes, because constants do not depend on them.
fn names(generics: &Generics) -> impl Iterator<Item = &Ident> {
    generics.params.iter().filter_map(|param| match param {
        GenericParam::Lifetime(_) => None,
        GenericParam::Type(param) => Some(&param.ident),
        GenericParam::Const(param) => Some(&param.ident),
    })
}
