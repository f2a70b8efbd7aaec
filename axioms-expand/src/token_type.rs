//! Checks that a handler does not take core's token.

use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{FnArg, GenericArgument, PathArguments, Type};

use crate::adapter::Adapter;
use crate::handler::Handler;
use crate::krate::Krate;

/// If an adapter has its own token, a handler cannot take core's. The names are equal, so generated
/// code lets the compiler compare the types. The framework's own message would only name a missing
/// trait.
pub(crate) fn checks(handler: &Handler, adapter: &Adapter, krate: &Krate) -> TokenStream {
    if adapter.takes_core_token {
        return TokenStream::new();
    }
    let message = format!(
        "this is the `AccessToken` of axioms-core, which a handler cannot take: write \
            `{}::AccessToken`, which is an argument of handlers and dereferences to it",
        adapter.krate
    );
    let checks = handler.sig.inputs.iter().filter_map(|input| {
        let FnArg::Typed(param) = input else { return None };
        let token = access_token(&param.ty)?;
        let span = token.span().resolved_at(Span::mixed_site());
        let private = krate.private(span);
        Some(quote_spanned! {span=>
            const _: () = {
                use #private::IsOther as _;
                ::core::assert!(<#private::Which<#token>>::IS_OTHER, #message);
            };
        })
    });
    checks.collect()
}

/// The type named `AccessToken`, also inside `Option`.
fn access_token(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Group(group) => access_token(&group.elem),
        Type::Path(path) => {
            let last = path.path.segments.last()?;
            match &last.arguments {
                PathArguments::None => (last.ident == "AccessToken").then_some(ty),
                PathArguments::AngleBracketed(arguments) if last.ident == "Option" => {
                    match arguments.args.first()? {
                        GenericArgument::Type(inner) => access_token(inner),
                        _ => None,
                    }
                }
                _ => None,
            }
        }
        _ => None,
    }
}
