//! `#[requires]` on a plain function that takes an access token: the check stands first in its body.

use proc_macro2::{Group, Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::parse::{ParseStream, Parser};
use syn::spanned::Spanned;
use syn::{Attribute, FnArg, Pat, PatType, ReturnType, Type};

use crate::check;
use crate::constant::Writer;
use crate::errors::Errors;
use crate::fallback;
use crate::handler::{self, Handler};
use crate::krate::Krate;
use crate::policy::Policy;

/// Expands `#[requires(attr)] item` for core. If anything is wrong, the errors say so and the output holds a
/// function that never returns in place of the user's.
pub(crate) fn requires(attr: TokenStream, item: TokenStream, default: &'static str) -> (TokenStream, Errors) {
    let mut errors = Errors::default();
    let checked = check::check(attr, &mut errors);
    let mut function = match handler::read(item, &mut errors) {
        Ok(function) => function,
        Err(kept) => return (kept, errors),
    };
    check_policy(&checked.policy, &mut errors);
    check_function(&function, &mut errors);
    let token = token(&mut function, &mut errors);
    let (Some(token), true) = (token, errors.is_empty()) else {
        return (fallback::closed(function), errors);
    };
    let krate = checked.krate.map_or(Krate::Default(default), Krate::Given);
    let policy = Writer { krate: &krate }.policy(&checked.policy);
    let check = enforce(&token, &policy, &function.sig.output, &krate);
    function.body = behind(&check, &function.body);
    (function.into_token_stream(), errors)
}

fn check_policy(policy: &Policy, errors: &mut Errors) {
    if let Policy::PerMethod(rules) = policy {
        let Some((method, _)) = rules.first() else { return };
        errors.at(
            method,
            "a plain function sees no request, so it has no method: use the `#[requires]` of an adapter on a handler, \
             or `validator.authorize(&request, &policy)`",
        );
    }
}

fn check_function(function: &Handler, errors: &mut Errors) {
    if let Some(constness) = function.sig.constness {
        errors.at(constness, "a token is looked at while the program runs: drop the `const`");
    }
    let wanted = "the function must return a `Result` whose error implements `From<Denied>`: \
                  that is how it answers when the token does not meet the demand";
    match &function.sig.output {
        ReturnType::Default => errors.at(&function.sig.ident, wanted),
        ReturnType::Type(_, ty) if surely_no_result(ty) => errors.at(ty, wanted),
        ReturnType::Type(..) => {}
    }
}

/// Whether this cannot be a `Result`, even behind an alias. Of the rest, the compiler judges.
fn surely_no_result(ty: &Type) -> bool {
    const PRIMITIVES: [&str; 18] = [
        "bool", "char", "str", "String", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8",
        "u16", "u32", "u64", "u128", "usize",
    ];
    match ty {
        Type::Path(path) => {
            path.path.get_ident().is_some_and(|name| PRIMITIVES.iter().any(|known| name == known))
        }
        Type::Group(group) => surely_no_result(&group.elem),
        Type::Paren(paren) => surely_no_result(&paren.elem),
        Type::Macro(_) | Type::Verbatim(_) => false,
        // References, tuples, arrays, pointers, `!`, `impl Trait` and `dyn Trait`.
        _ => true,
    }
}

/// The one parameter that is an access token, by name, and how many references lead to it.
struct Token {
    name: Ident,
    references: usize,
    /// Where its type stands.
    at: Span,
}

fn token(function: &mut Handler, errors: &mut Errors) -> Option<Token> {
    let missing = syn::Error::new_spanned(
        &function.sig.ident,
        "no parameter is an access token: add `token: AccessToken` or `token: &AccessToken`",
    );
    let mut tokens = function.sig.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(param) => references(&param.ty).map(|references| (param, references)),
        FnArg::Receiver(_) => None,
    });
    let Some((param, references)) = tokens.next() else {
        errors.push(missing);
        return None;
    };
    if let Some((second, _)) = tokens.next() {
        errors.at(second, "two parameters are access tokens, and only one could be checked: drop one");
    }
    let name = named(param, errors)?;
    Some(Token { name, references, at: param.ty.span() })
}

/// How many references lead to the access token, if the type is one.
fn references(ty: &Type) -> Option<usize> {
    match ty {
        Type::Path(path) => (path.path.segments.last()?.ident == "AccessToken").then_some(0),
        Type::Reference(reference) => references(&reference.elem).map(|inner| inner + 1),
        Type::Group(group) => references(&group.elem),
        Type::Paren(paren) => references(&paren.elem),
        _ => None,
    }
}

/// The parameter's name; `_` is given one.
fn named(param: &mut PatType, errors: &mut Errors) -> Option<Ident> {
    match &*param.pat {
        Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none() => Some(name.ident.clone()),
        Pat::Wild(_) => {
            let name = Ident::new("__axioms_token", Span::mixed_site());
            *param.pat = Pat::Verbatim(name.to_token_stream());
            Some(name)
        }
        other => {
            errors.at(other, "the access token needs a name: write `token: AccessToken`");
            None
        }
    }
}

/// The check, which returns early from the function unless the token meets the policy.
fn enforce(token: &Token, policy: &TokenStream, output: &ReturnType, krate: &Krate) -> TokenStream {
    let span = Span::mixed_site();
    let private = krate.private(span);
    let token = borrowed(token);
    // If the function returns something else, or its error cannot hold the refusal, the return type is to blame.
    let at_output = match output {
        ReturnType::Type(_, ty) => ty.span().resolved_at(span),
        ReturnType::Default => span,
    };
    let refuse =
        quote_spanned!(at_output=> return ::core::result::Result::Err(::core::convert::From::from(denied)););
    quote_spanned! {span=>
        // A token that only the check looks at is named `_token` with good reason.
        #[allow(clippy::used_underscore_binding)]
        {
            // A constant item, since it is evaluated even if the function is generic and never called.
            const __POLICY: &'static #private::Policy = &#policy;
            if let ::core::result::Result::Err(denied) = #private::enforce(#token, __POLICY) {
                #refuse
            }
        }
    }
}

/// A reference to the token. If its type only bears the name of the SDK's, that is where the message points.
fn borrowed(token: &Token) -> TokenStream {
    let span = token.at.resolved_at(Span::mixed_site());
    let stars = (0..token.references).map(|_| quote_spanned!(span=> *));
    let mut name = token.name.clone();
    name.set_span(name.span().located_at(token.at));
    quote_spanned!(span=> &#(#stars)* #name)
}

/// The body behind the check, with the inner attributes of the body still in front.
fn behind(check: &TokenStream, body: &Group) -> Group {
    let split =
        |input: ParseStream<'_>| Ok((input.call(Attribute::parse_inner)?, input.parse::<TokenStream>()?));
    // Only inner attributes are looked at; if the tokens in their place are none, the compiler says so itself.
    let (attrs, rest) = split.parse2(body.stream()).unwrap_or_else(|_| (Vec::new(), body.stream()));
    let span = Span::mixed_site();
    let mut guarded = Group::new(body.delimiter(), quote_spanned!(span=> #(#attrs)* #check #rest));
    // The user's braces in messages, and yet generated code to lints on the order of statements.
    guarded.set_span(body.span().resolved_at(span));
    guarded
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{TokenStream, requires};

    fn expand(item: TokenStream) -> (String, Vec<String>) {
        let (output, errors) = requires(quote!(roles = A), item, "axioms_core");
        (output.to_string(), errors.messages())
    }

    #[test]
    fn the_check_stands_first_in_the_body() {
        let (output, errors) = expand(quote! {
            async fn f<T>(&self, a: T, mut token: &mut sdk::AccessToken) -> Result<T, E>
            where
                T: X,
            {
                #![allow(x)]
                body(not < parsed)
            }
        });
        let expected = quote! {
            async fn f<T>(&self, a: T, mut token: &mut sdk::AccessToken) -> Result<T, E>
            where
                T: X,
            {
                #![allow(x)]
                #[allow(clippy::used_underscore_binding)]
                {
                    const __POLICY: &'static ::axioms_core::__private::Policy = &::axioms_core::__private::every_method(
                        ::axioms_core::__private::claims(
                            ::axioms_core::__private::Kind::Role, ::axioms_core::__private::Quantifier::Any, &[A]
                        )
                    );
                    if let ::core::result::Result::Err(denied) = ::axioms_core::__private::enforce(&*token, __POLICY) {
                        return ::core::result::Result::Err(::core::convert::From::from(denied));
                    }
                }
                body(not < parsed)
            }
        };
        assert_eq!(output, expected.to_string());
        assert!(errors.is_empty(), "{errors:?}");
    }

    #[test]
    fn the_token_is_borrowed_through_every_reference() {
        let table = [
            (quote!(t: AccessToken), "enforce (& t ,"),
            (quote!(t: &'a AccessToken), "enforce (& * t ,"),
            (quote!(mut t: &&mut AccessToken), "enforce (& * * t ,"),
            (quote!(_: (AccessToken)), "enforce (& __axioms_token ,"),
            (quote!(a: Option<AccessToken>, t: AccessToken), "enforce (& t ,"),
        ];
        for (params, expected) in table {
            let (output, errors) = expand(quote!(fn f(#params) -> R { body }));
            assert!(output.contains(expected) && errors.is_empty(), "{params}: {output} {errors:?}");
        }
    }

    #[test]
    fn what_cannot_answer_with_a_refusal_is_refused() {
        for output in [
            quote!(),
            quote!(-> ()),
            quote!(-> !),
            quote!(-> bool),
            quote!(-> String),
            quote!(-> &'static str),
            quote!(-> (R, R)),
            quote!(-> [R; 2]),
            quote!(-> impl R),
            quote!(-> fn() -> R),
            quote!(-> *const R),
        ] {
            let (expansion, errors) = expand(quote!(fn f(t: AccessToken) #output { body }));
            assert_eq!(errors.len(), 1, "{output}");
            assert!(!expansion.contains("body"), "{expansion}");
        }
    }

    #[test]
    fn one_token_is_found_or_the_function_is_refused() {
        for params in [
            quote!(),
            quote!(&self),
            quote!(t: Token),
            quote!(a: AccessToken, b: &AccessToken),
            quote!((t,): AccessToken),
            quote!(ref t: AccessToken),
            quote!(t @ _: AccessToken),
        ] {
            let (expansion, errors) = expand(quote!(fn f(#params) -> R { body }));
            assert_eq!(errors.len(), 1, "{params}");
            assert!(!expansion.contains("body"), "{expansion}");
        }
    }
}
