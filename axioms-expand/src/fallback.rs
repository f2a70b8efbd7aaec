//! The replacement for a handler whose attribute has a mistake: the same signature, with a body
//! that never returns.
//!
//! The `compile_error!` next to it stops the build. The replacement keeps the compiler from also
//! reporting a missing function, and ensures that the handler's body never exists without its
//! guard.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, Pat, Type};

use crate::handler::{self, Handler};

/// Returns the handler with a body that diverges.
pub(crate) fn closed(mut handler: Handler) -> TokenStream {
    let span = Span::mixed_site();
    // Otherwise, a second `#[requires]` would add its guard to the signature.
    handler.attrs.retain(|attr| !handler::is_requires(attr));
    NameOpaqueTypes.visit_return_type_mut(&mut handler.sig.output);
    let names = handler.sig.inputs.iter_mut().filter_map(used);
    let body = quote_spanned!(span=> { #(let _ = &#names;)* loop {} });
    handler.body = Group::new(handler.body.delimiter(), body);
    handler.into_token_stream()
}

/// The name of a parameter. The body mentions it, so that the compiler reports no unused variable.
/// An attribute that allows the lint would not compile if the user forbids the lint.
fn used(input: &mut FnArg) -> Option<Ident> {
    let FnArg::Typed(param) = input else { return None };
    if let Pat::Ident(name) = &mut *param.pat {
        name.mutability = None;
        return Some(name.ident.clone());
    }
    *param.pat = Pat::Verbatim(quote_spanned!(Span::mixed_site()=> _));
    None
}

/// Replaces each `impl Trait` in the return type with a type, because the compiler would infer it
/// from the body.
struct NameOpaqueTypes;

impl VisitMut for NameOpaqueTypes {
    fn visit_type_mut(&mut self, ty: &mut Type) {
        if matches!(ty, Type::ImplTrait(_)) {
            let span = Span::mixed_site();
            // Frameworks accept it as a response; the function never returns one.
            *ty = Type::Verbatim(quote_spanned!(span=> ::core::convert::Infallible));
        } else {
            visit_mut::visit_type_mut(self, ty);
        }
    }
}
