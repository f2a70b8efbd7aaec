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
    let allowed = allowed_lint(&handler);
    handler.sig.inputs.insert(0, guard(&name, &krate));
    let span = Span::mixed_site();
    (quote_spanned!(span=> #policy_type #allowed #handler), errors)
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
        #vis enum #name {}

        impl #private::HasPolicy for #name {
            const POLICY: &'static #private::Policy = &#policy;
        }

        // Evaluates the policy even if no route leads to the handler yet, and in `cargo check` too.
        const _: &#private::Policy = <#name as #private::HasPolicy>::POLICY;
    }
}

/// Clippy objects to more than seven arguments. If the handler has just as many, the eighth is not the user's.
fn allowed_lint(handler: &Handler) -> Option<TokenStream> {
    let span = Span::mixed_site();
    (handler.sig.inputs.len() == 7).then(|| quote_spanned!(span=> #[allow(clippy::too_many_arguments)]))
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

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{TokenStream, requires};

    fn expanded(attr: TokenStream, item: TokenStream) -> String {
        let (output, errors) = requires(attr, item, "axioms_axum");
        assert_eq!(errors.messages(), Vec::<String>::new());
        output.to_string()
    }

    #[test]
    fn a_handler_is_given_a_policy_type_and_a_guard() {
        let output = expanded(
            quote!(any_scopes = ["a", B], all_roles = "admin"),
            quote! {
                /// Doc.
                #[get("/")]
                pub(crate) async fn messages<'a, T>(token: AccessToken, value: &'a T) -> Result<impl Show + 'a, Error>
                where
                    T: Show,
                {
                    body(not < parsed)
                }
            },
        );
        let expected = quote! {
            #[doc(hidden)]
                pub(crate) enum __Requires_messages {}

            impl ::axioms_axum::__private::HasPolicy for __Requires_messages {
                const POLICY: &'static ::axioms_axum::__private::Policy = &::axioms_axum::__private::every_method(
                    ::axioms_axum::__private::group(::axioms_axum::__private::Quantifier::All, const { &[
                        ::axioms_axum::__private::claims(
                            ::axioms_axum::__private::Kind::Scope, ::axioms_axum::__private::Quantifier::Any, &["a", B]
                        ),
                        ::axioms_axum::__private::claims(
                            ::axioms_axum::__private::Kind::Role, ::axioms_axum::__private::Quantifier::All, &["admin"]
                        )
                    ] })
                );
            }

            const _: &::axioms_axum::__private::Policy =
                <__Requires_messages as ::axioms_axum::__private::HasPolicy>::POLICY;

            /// Doc.
            #[get("/")]
            pub(crate) async fn messages<'a, T>(
                __axioms_guard: ::axioms_axum::Authorized<__Requires_messages>,
                token: AccessToken,
                value: &'a T
            ) -> Result<impl Show + 'a, Error>
            where
                T: Show,
            {
                body(not < parsed)
            }
        };
        assert_eq!(output, expected.to_string());
    }

    #[test]
    fn methods_become_a_table() {
        let output = expanded(
            quote!(crate = my::sdk, GET(public), POST(), PUT(any(roles = A))),
            quote!(
                fn f() {}
            ),
        );
        let expected = quote! {
            my::sdk::__private::per_method(const { &[
                (my::sdk::__private::Method::GET, my::sdk::__private::Demand::Public),
                (my::sdk::__private::Method::POST, my::sdk::__private::Demand::VALID_TOKEN),
                (my::sdk::__private::Method::PUT, my::sdk::__private::Demand::Token(
                    my::sdk::__private::group(my::sdk::__private::Quantifier::Any, const { &[
                        my::sdk::__private::claims(
                            my::sdk::__private::Kind::Role, my::sdk::__private::Quantifier::Any, &[A]
                        )
                    ] })
                ))
            ] })
        };
        assert!(output.contains(&expected.to_string()), "{output}");
    }

    #[test]
    fn bare_demands_a_valid_token() {
        let output = expanded(
            quote!(),
            quote!(
                fn f() {}
            ),
        );
        assert!(output.contains("& :: axioms_axum :: __private :: Policy :: VALID_TOKEN ;"), "{output}");
    }

    #[test]
    fn a_failing_attribute_leaves_no_body_behind() {
        let handlers = [
            quote!(
                pub async fn f(secret: A) -> B {
                    secret
                }
            ),
            quote!(
                fn f(&self) -> impl C {
                    secret
                }
            ),
            quote!(
                const unsafe extern "C" fn f() {
                    secret
                }
            ),
            quote!(
                #[requires]
                #[get("/")]
                fn f() -> Result<impl C, D> {
                    secret
                }
            ),
            quote!(fn f(,) { secret }),
        ];
        for item in handlers {
            for attr in [quote!(any_scope = "a"), quote!(any_scopes = []), quote!(public), quote!(GET)] {
                let (output, errors) = requires(attr.clone(), item.clone(), "axioms_axum");
                assert!(!errors.is_empty(), "{attr} {item}");
                assert!(!output.to_string().contains("{ secret }"), "{output}");
            }
        }
    }

    #[test]
    fn the_stand_in_keeps_the_signature() {
        let (output, _) = requires(
            quote!(any_scope = "a"),
            quote!(
                #[requires]
                #[get("/")]
                pub async fn f<T>(a: T) -> Result<impl C + 'static, D>
                where
                    T: X,
                {
                    a
                }
            ),
            "axioms_axum",
        );
        let expected = quote! {
            #[allow(unused)]
            #[get("/")]
            pub async fn f<T>(a: T) -> Result<::core::convert::Infallible, D> where T: X, { loop {} }
        };
        assert_eq!(output.to_string(), expected.to_string());
    }

    #[test]
    fn what_is_no_function_stays_as_it_is() {
        for item in [
            quote!(
                struct S;
            ),
            quote!(impl S { fn f() {} }),
            quote!(
                const F: fn() = f;
            ),
            quote!(
                trait T {
                    fn f();
                }
            ),
            quote!(
                mod m {}
            ),
        ] {
            let (output, errors) = requires(quote!(), item.clone(), "axioms_axum");
            assert_eq!(output.to_string(), item.to_string());
            assert_eq!(errors.messages().len(), 1, "{item}");
        }
    }

    #[test]
    fn another_crates_attribute_of_the_same_name_may_stay() {
        let second = |item| requires(quote!(), item, "axioms_axum").1.messages().len();
        assert_eq!(
            second(quote!(
                #[requires]
                fn f() {}
            )),
            1
        );
        assert_eq!(
            second(quote!(
                #[axioms_axum::requires]
                fn f() {}
            )),
            1
        );
        assert_eq!(
            second(quote!(
                #[contracts::requires(a > b)]
                fn f() {}
            )),
            0
        );
    }
}
