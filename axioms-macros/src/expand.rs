//! The one expansion: a type that stands for the policy, and a guard as the handler's first argument.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote_spanned};
use syn::{FnArg, Pat, PatType, Token, Type};

use crate::check;
use crate::constant::Writer;
use crate::errors::Errors;
use crate::fallback;
use crate::handler::{self, Handler};
use crate::krate::Krate;

/// Expands `#[requires(attr)] item` for an adapter. If anything is wrong, the errors say so and the output holds a
/// function that cannot be reached in place of the handler.
pub(crate) fn requires(attr: TokenStream, item: TokenStream, default: &'static str) -> (TokenStream, Errors) {
    let mut errors = Errors::default();
    let checked = check::check(attr, &mut errors);
    let mut handler = match handler::read(item, &mut errors) {
        Ok(handler) => handler,
        Err(kept) => return (kept, errors),
    };
    check_handler(&handler, &mut errors);
    if !errors.is_empty() {
        return (fallback::closed(handler), errors);
    }
    let krate = checked.krate.map_or(Krate::Default(default), Krate::Given);
    let name = format_ident!("__Requires_{}", handler.sig.ident, span = Span::mixed_site());
    let policy = Writer { krate: &krate }.policy(&checked.policy);
    let policy_type = policy_type(&handler, &name, &policy, &krate);
    handler.sig.inputs.insert(0, guard(&name, &krate));
    let span = Span::mixed_site();
    (quote_spanned!(span=> #policy_type #handler), errors)
}

fn check_handler(handler: &Handler, errors: &mut Errors) {
    if let Some(receiver) = handler.sig.receiver() {
        // The policy type would have to stand beside the method, and an `impl` block holds no types.
        errors.at(
            receiver,
            "a handler with `self` cannot be guarded: make it a free function outside the `impl` block",
        );
    }
    if let Some(constness) = handler.sig.constness {
        // A guard is a value that is dropped, which a constant function may not do.
        errors.at(constness, "a handler runs for each request: drop the `const`");
    }
    if let Some(second) = handler.attrs.iter().find(|attr| handler::is_requires(attr)) {
        // Both would define the policy type of this function.
        errors.at(
            second,
            "a handler has one `#[requires]`: move these demands into the first, which joins them by AND",
        );
    }
}

/// The type is as visible as the handler, whose signature names it, and has no values: it is there for its constant.
fn policy_type(handler: &Handler, name: &Ident, policy: &TokenStream, krate: &Krate) -> TokenStream {
    let span = Span::mixed_site();
    let private = krate.private(span);
    let vis = &handler.vis;
    quote_spanned! {span=>
        #[doc(hidden)]
        #[allow(non_camel_case_types)]
        #vis enum #name {}

        impl #private::HasPolicy for #name {
            const POLICY: &'static #private::Policy = &#policy;
        }
    }
}

fn guard(policy_type: &Ident, krate: &Krate) -> FnArg {
    let span = Span::mixed_site();
    let krate = krate.at(span);
    FnArg::Typed(PatType {
        attrs: Vec::new(),
        // A name, since Rocket accepts no other pattern.
        pat: Box::new(Pat::Verbatim(quote_spanned!(span=> __axioms_guard))),
        colon_token: Token![:](span),
        ty: Box::new(Type::Verbatim(quote_spanned!(span=> #krate::Authorized<#policy_type>))),
    })
}
