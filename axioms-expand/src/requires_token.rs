//! `#[requires]` on a plain function that takes an access token: inserts the check at the start of
//! its body.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote_spanned};
use syn::spanned::Spanned;
use syn::{FnArg, Pat, PatType, ReturnType, Type};

use crate::adapter::Adapter;
use crate::body::Body;
use crate::check;
use crate::constant::Writer;
use crate::errors::Errors;
use crate::fallback;
use crate::handler::{self, Handler};
use crate::krate::Krate;
use crate::policy::{Named, Policy};

/// Expands `#[requires(attr)] item` on a plain function. If there is a mistake, it is reported, and
/// the output contains a function that never returns instead of the user's.
pub(crate) fn requires(attr: TokenStream, item: TokenStream, adapter: &Adapter) -> (TokenStream, Errors) {
    let mut errors = Errors::default();
    let checked = check::check(attr, &mut errors);
    let mut function = match handler::read(item, &mut errors) {
        Ok(function) => function,
        Err(kept) => return (kept, errors),
    };
    check_policy(&checked.policy, &mut errors);
    check_function(&function, &mut errors);
    let token = token(&mut function, &mut errors);
    let body = check_output(&function, adapter, &mut errors);
    let (Some(token), Some(body), true) = (token, body, errors.is_empty()) else {
        return (fallback::closed(function), errors);
    };
    let krate = Krate::new(checked.krate, adapter);
    let refuse = refuse(&function.sig.output, adapter, &krate);
    let check = enforce(&token, &checked.policy, &refuse, &krate);
    function.body = body.behind(&check);
    (function.into_token_stream(), errors)
}

fn check_policy(policy: &Policy, errors: &mut Errors) {
    if let Policy::PerMethod { rules, .. } = policy {
        let Some((method, _)) = rules.first() else { return };
        errors.at(
            method,
            "a plain function has no request, so it has no method: use the `#[requires]` of an \
                adapter on a handler, or `validator.authorize(&request, &policy)`",
        );
    }
}

fn check_function(function: &Handler, errors: &mut Errors) {
    if let Some(constness) = function.sig.constness {
        errors.at(constness, "a token is checked at run time: remove the `const`");
    }
}

/// Decides where the check goes, based on the return type.
fn check_output(function: &Handler, adapter: &Adapter, errors: &mut Errors) -> Option<Body> {
    let wanted = format!(
        "the function must return a `Result` whose error implements `From<{}>`: \
         it returns this error if the token does not meet the demand",
        adapter.refusal.unwrap_or("Denied")
    );
    match &function.sig.output {
        ReturnType::Default => errors.at(&function.sig.ident, wanted),
        ReturnType::Type(_, ty) if is_boxed_future(ty) => {
            let body = Body::boxed(&function.body);
            if body.is_none() {
                errors.at(
                    ty,
                    "the check of a boxed future goes inside it: write an `async fn`, or a body \
                        that is only `Box::pin(async move { ... })`",
                );
            }
            return body;
        }
        ReturnType::Type(_, ty) if surely_no_result(ty) => errors.at(ty, wanted),
        // The type may be an alias of a boxed future. If it is an alias of `Result`, the generated
        // `Box::pin` does not compile.
        ReturnType::Type(..) => {
            let boxed = Body::boxed(&function.body);
            return boxed.or_else(|| Some(Body::Plain(function.body.clone())));
        }
    }
    None
}

/// Whether this is a boxed future, such as `#[async_trait]` generates for an `async fn`.
fn is_boxed_future(ty: &Type) -> bool {
    match ty {
        Type::Path(path) => {
            path.path.segments.last().is_some_and(|last| {
                ["Pin", "BoxFuture", "LocalBoxFuture"].iter().any(|name| last.ident == name)
            })
        }
        Type::Group(group) => is_boxed_future(&group.elem),
        Type::Paren(paren) => is_boxed_future(&paren.elem),
        _ => false,
    }
}

/// Whether this cannot be a `Result`, not even through an alias. The compiler checks the other
/// types.
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

/// The parameter that is an access token: its name, and how many references lead to the token.
struct Parameter {
    name: Ident,
    references: usize,
    /// The span of its type.
    at: Span,
    /// The user's pattern, if the check needs another name.
    pattern: Option<Pat>,
}

fn token(function: &mut Handler, errors: &mut Errors) -> Option<Parameter> {
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
        errors.at(
            second,
            "two parameters are access tokens, and only one can be checked: remove \
            one",
        );
    }
    let (name, mut pattern) = named(param, errors)?;
    if let Some(Pat::Ident(theirs)) = &pattern {
        // A name may also be used in the text of `format!`. An unused name is not bound again,
        // because that would cause a lint.
        let used = function.body.to_string().contains(&theirs.ident.to_string());
        pattern = pattern.filter(|_| used);
    }
    Some(Parameter { name, references, at: param.ty.span(), pattern })
}

/// How many references lead to the access token; `None` if the type is not an access token.
fn references(ty: &Type) -> Option<usize> {
    match ty {
        Type::Path(path) => (path.path.segments.last()?.ident == "AccessToken").then_some(0),
        Type::Reference(reference) => references(&reference.elem).map(|inner| inner + 1),
        Type::Group(group) => references(&group.elem),
        Type::Paren(paren) => references(&paren.elem),
        _ => None,
    }
}

/// The parameter's name for the check, and the pattern that it replaces, if it replaces one.
fn named(param: &mut PatType, errors: &mut Errors) -> Option<(Ident, Option<Pat>)> {
    match &*param.pat {
        // If only the check uses the token, users name it `_token`, and clippy reports the use of
        // such a name. An attribute that allows the lint would not compile if the user forbids the
        // lint.
        Pat::Ident(name) if name.subpat.is_none() && name.by_ref.is_none() => {
            if !name.ident.to_string().starts_with('_') {
                return Some((name.ident.clone(), None));
            }
        }
        Pat::Wild(_) => {}
        other => {
            errors.at(other, "the access token needs a name: write `token: AccessToken`");
            return None;
        }
    }
    // Hygienic, so that it cannot clash with the user's names.
    let name = Ident::new("token", Span::mixed_site());
    let pattern = std::mem::replace(&mut *param.pat, Pat::Verbatim(name.to_token_stream()));
    Some((name, Some(pattern).filter(|pattern| !matches!(pattern, Pat::Wild(_)))))
}

/// The check. It returns early from the function unless the token meets the policy.
fn enforce(token: &Parameter, policy: &Policy, refuse: &TokenStream, krate: &Krate) -> TokenStream {
    let span = Span::mixed_site();
    let private = krate.private(span);
    let constant = constant(policy, krate);
    let borrowed = borrowed(token);
    let name = &token.name;
    let renamed = token.pattern.as_ref().map(|pattern| quote_spanned!(span=> let #pattern = #name;));
    quote_spanned! {span=>
        if let ::core::result::Result::Err(denied) = #private::enforce(#borrowed, #constant) {
            #refuse
        }
        #renamed
    }
}

/// The early return. If the function returns another type, or its error does not convert from the
/// refusal, the compiler's error points at the return type.
fn refuse(output: &ReturnType, adapter: &Adapter, krate: &Krate) -> TokenStream {
    let at = match output {
        ReturnType::Type(_, ty) => ty.span().resolved_at(Span::mixed_site()),
        ReturnType::Default => Span::mixed_site(),
    };
    let refusal = if let Some(name) = adapter.refusal {
        let (krate, name) = (krate.at(at), Ident::new(name, at));
        quote_spanned!(at=> <#krate::#name as ::core::convert::From<_>>::from(denied))
    } else {
        quote_spanned!(at=> denied)
    };
    quote_spanned!(at=> return ::core::result::Result::Err(::core::convert::From::from(#refusal));)
}

/// The policy. It is a constant item where possible, because that is evaluated in `cargo check` and
/// even if the function is generic and never called. An item cannot use the generic types around
/// it, so otherwise it is a `const` block.
fn constant(policy: &Policy, krate: &Krate) -> TokenStream {
    let span = Span::mixed_site();
    let private = krate.private(span);
    let written = Writer { krate }.policy(policy);
    if policy.names().into_iter().any(Named::is_of_a_type) {
        return quote_spanned!(span=> const { &#written });
    }
    quote_spanned! {span=> {
        const __POLICY: &'static #private::Policy = &#written;
        __POLICY
    }}
}

/// A reference to the token. If its type has the same name as the SDK's but is another type, the
/// compiler's error points at the type.
fn borrowed(token: &Parameter) -> TokenStream {
    let span = token.at.resolved_at(Span::mixed_site());
    let stars = (0..token.references).map(|_| quote_spanned!(span=> *));
    let mut name = token.name.clone();
    name.set_span(name.span().located_at(token.at));
    quote_spanned!(span=> &#(#stars)* #name)
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{Adapter, TokenStream, requires};

    const CORE: Adapter = Adapter::new("axioms_core");

    fn expand(item: TokenStream) -> (String, Vec<String>) {
        let (output, errors) = requires(quote!(roles = A), item, &CORE);
        (output.to_string(), errors.messages())
    }

    #[test]
    fn the_check_comes_first_in_the_body() {
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
                if let ::core::result::Result::Err(denied) = ::axioms_core::__private::enforce(&*token, {
                    const __POLICY: &'static ::axioms_core::__private::Policy = &::axioms_core::__private::Policy::new(
                        ::axioms_core::__private::claims(
                            ::axioms_core::__private::GrantKind::Role, ::axioms_core::__private::Quantifier::Any,
                            const { &[::axioms_core::__private::form(const { &A }).names(const { &A })] }
                        )
                    );
                    __POLICY
                }) {
                    return ::core::result::Result::Err(::core::convert::From::from(denied));
                }
                { body(not < parsed) }
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
            (quote!(_: (AccessToken)), "enforce (& token ,"),
            (quote!(_t: AccessToken), "; } { body } }"),
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
            quote!(-> Pin<Box<dyn R>>),
            quote!(-> sdk::BoxFuture<'a, R>),
            quote!(-> fn() -> R),
            quote!(-> *const R),
        ] {
            let (expansion, errors) = expand(quote!(fn f(t: AccessToken) #output { body }));
            assert_eq!(errors.len(), 1, "{output}");
            assert!(!expansion.contains("body"), "{expansion}");
        }
    }

    #[test]
    fn the_refusal_is_that_of_the_adapter() {
        let table = [
            (CORE, "`From<Denied>`"),
            (Adapter::new("axioms_poem").refuses_with("Refused"), "`From<Refused>`"),
        ];
        for (adapter, expected) in table {
            for output in [quote!(), quote!(-> bool)] {
                let item = quote!(fn f(t: AccessToken) #output { body });
                let errors = requires(quote!(), item, &adapter).1.messages();
                assert_eq!(errors.len(), 1, "{output}: {errors:?}");
                assert!(errors.iter().all(|error| error.contains(expected)), "{output}: {errors:?}");
            }
        }
        let refusals = [
            (CORE, quote!(From::from(denied))),
            (
                Adapter::new("axioms_poem").refuses_with("Refused"),
                quote!(From::from(<::axioms_poem::Refused as ::core::convert::From<_>>::from(denied))),
            ),
        ];
        for (adapter, expected) in refusals {
            let item = quote!(
                fn f(t: AccessToken) -> R {
                    body
                }
            );
            let output = requires(quote!(), item, &adapter).0.to_string();
            assert!(output.contains(&expected.to_string()), "{output}");
        }
    }

    #[test]
    fn the_check_is_inside_a_boxed_future() {
        for body in
            [quote!(Box::pin(async move { body(_t) })), quote!(std::boxed::Box::pin(async { body(_t) }))]
        {
            let (output, errors) =
                expand(quote!(fn f(mut _t: AccessToken) -> Pin<Box<dyn Future>> { #body }));
            assert!(output.contains("{ :: std :: boxed :: Box :: pin (async move { if"), "{output}");
            let inside = output.find("async move { if").zip(output.find("let mut _t = token ; { body"));
            assert!(inside.is_some_and(|(check, body)| check < body), "{output}");
            assert!(errors.is_empty(), "{errors:?}");
        }
        for body in [
            quote!(before(); Box::pin(async move { body })),
            quote!(Box::pin(async move { body }); body),
            quote!(Box::pin(body)),
            quote!(Box::pin(async move { body }, body)),
            quote!(Box::new(async move { body })),
            quote!(Box::pin({
                body;
                async move {}
            })),
            quote!(pin(async move { body })),
            quote!(body::pin(async move { body })),
            quote!(my::Box::pin(async move { body })),
        ] {
            let (output, errors) = expand(quote!(fn f(t: AccessToken) -> Pin<Box<dyn Future>> { #body }));
            assert_eq!(errors.len(), 1, "{body}");
            assert!(!output.contains("body"), "{output}");
        }
    }

    #[test]
    fn no_function_of_the_user_is_called_before_the_check() {
        for (body, expected) in [
            (quote!(pin(async move { body })), "-> R { if"),
            (quote!(my::Box::pin(async move { body })), "-> R { if"),
            (
                quote!(Box::pin(async move { body })),
                "-> R { :: std :: boxed :: Box :: pin (async \
                move { if",
            ),
        ] {
            let (output, errors) = expand(quote!(fn f(t: AccessToken) -> R { #body }));
            assert!(output.contains(expected), "{output}");
            assert!(errors.is_empty(), "{errors:?}");
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
