//! What stands in for a handler when its attribute is wrong: the same signature, and a body that never answers.
//!
//! The `compile_error!` beside it stops the build. This only keeps the compiler from reporting the missing
//! function as well, and makes sure that the handler's own body is nowhere without its guard.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, Pat, Type};

use crate::handler::{self, Handler};

/// The handler with a body that diverges.
pub(crate) fn closed(mut handler: Handler) -> TokenStream {
    let span = Span::mixed_site();
    // A second `#[requires]` would add its guard to the signature.
    handler.attrs.retain(|attr| !handler::is_requires(attr));
    NameOpaqueTypes.visit_return_type_mut(&mut handler.sig.output);
    let names = handler.sig.inputs.iter_mut().filter_map(used);
    let body = quote_spanned!(span=> { #(let _ = &#names;)* loop {} });
    handler.body = Group::new(handler.body.delimiter(), body);
    handler.into_token_stream()
}

/// The name of a parameter, which the body mentions, since the message is to be the only one. An attribute that allows
/// unused names would not compile where the user forbids the lint.
fn used(input: &mut FnArg) -> Option<Ident> {
    let FnArg::Typed(param) = input else { return None };
    if let Pat::Ident(name) = &mut *param.pat {
        name.mutability = None;
        return Some(name.ident.clone());
    }
    *param.pat = Pat::Verbatim(quote_spanned!(Span::mixed_site()=> _));
    None
}

/// Puts a type in the place of each `impl Trait` that the function returns, since the compiler would look for it
/// in the body.
struct NameOpaqueTypes;

impl VisitMut for NameOpaqueTypes {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if matches!(ty, Type::ImplTrait(_)) {
            let span = Span::mixed_site();
            // Frameworks can answer with it, as it never comes to that.
            *ty = Type::Verbatim(quote_spanned!(span=> ::core::convert::Infallible));
        } else {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}
