//! `#[requires]` on a handler: adds a type that represents the policy, and a guard as the first
//! argument.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::visit_mut::{self, VisitMut};
use syn::{FnArg, Pat, PatType, Path, Token, Type};

use crate::adapter::Adapter;
use crate::check;
use crate::errors::Errors;
use crate::fallback;
use crate::handler::{self, Handler};
use crate::krate::Krate;
use crate::policy::Policy;
use crate::policy_type::PolicyType;
use crate::route;
use crate::token_type;

/// Expands `#[requires(attr)] item` for an adapter. If there is a mistake, it is reported, and the
/// output contains a function that never returns instead of the handler.
pub(crate) fn requires(attr: TokenStream, item: TokenStream, adapter: &Adapter) -> (TokenStream, Errors) {
    let mut errors = Errors::default();
    let checked = check::check(attr, &mut errors);
    let mut handler = match handler::read(item, &mut errors) {
        Ok(handler) => handler,
        Err(kept) => return (kept, errors),
    };
    check_handler(&mut handler, &checked.policy, &mut errors);
    if adapter.rocket_routes {
        route::check(&handler, &checked.policy, &mut errors);
    }
    if !errors.is_empty() {
        return (fallback::closed(handler), errors);
    }
    let krate = Krate::new(checked.krate, adapter);
    let PolicyType { definition, name } = PolicyType::new(&handler, &checked.policy, &krate);
    let token_checks = token_type::checks(&handler, adapter, &krate);
    let route_check =
        if adapter.rocket_routes { route::check_named(&handler, &checked.policy, &krate) } else { None };
    let allowed = allowed_lint(&handler);
    handler.sig.inputs.insert(0, guard(&name, &krate, adapter));
    let span = Span::mixed_site();
    (quote_spanned!(span=> #definition #token_checks #route_check #allowed #handler), errors)
}

fn check_handler(handler: &mut Handler, policy: &Policy, errors: &mut Errors) {
    const FREE: &str = "a handler in an `impl` block or a trait cannot be guarded, because the \
        type of its policy cannot be defined there: move it to a free function";
    let names_a_type = || policy.names().into_iter().find(|named| named.mentions("Self"));
    if let Some(receiver) = handler.sig.receiver() {
        errors.at(receiver, FREE);
    } else if let Some(name) = names_self(handler) {
        errors.at(name, FREE);
    } else if let Some(named) = names_a_type() {
        errors.at(named, FREE);
    }
    if let Some(constness) = handler.sig.constness {
        // A guard has a destructor, and a `const fn` cannot run one.
        errors.at(constness, "a handler runs for each request: remove the `const`");
    }
    if let Some(second) = handler.attrs.iter().find(|attr| handler::is_requires(attr)) {
        // Both would define the policy type of this function.
        errors.at(
            second,
            "a handler has one `#[requires]`: move these demands into the first, which joins them \
                by AND",
        );
    }
}

/// Returns the path in the signature that starts with `Self`, if there is one.
fn names_self(handler: &mut Handler) -> Option<Path> {
    struct Find(Option<Path>);

    impl VisitMut for Find {
        fn visit_path_mut(&mut self, path: &mut Path) {
            if path.segments.first().is_some_and(|first| first.ident == "Self") {
                self.0 = Some(path.clone());
            }
            visit_mut::visit_path_mut(self, path);
        }
    }

    let mut find = Find(None);
    find.visit_signature_mut(&mut handler.sig);
    find.0
}

/// Clippy reports functions with more than seven arguments, even if macros generate them. If the
/// handler has exactly seven, the guard is the eighth, so the lint is allowed. No other lint is
/// allowed by generated code, because it would not compile if the user forbids the lint.
fn allowed_lint(handler: &Handler) -> Option<TokenStream> {
    let span = Span::mixed_site();
    (handler.sig.inputs.len() == 7).then(|| quote_spanned!(span=> #[allow(clippy::too_many_arguments)]))
}

fn guard(policy_type: &TokenStream, krate: &Krate, adapter: &Adapter) -> FnArg {
    // Rocket's route macro uses the span of each argument's type for its own names, which must
    // resolve at the handler's place.
    let span = Span::call_site();
    let krate = krate.at(span);
    let guard = adapter.guard.split("::").map(|segment| Ident::new(segment, span));
    FnArg::Typed(PatType {
        attrs: Vec::new(),
        // An identifier, because Rocket accepts no other pattern.
        pat: Box::new(Pat::Verbatim(quote_spanned!(span=> __axioms_guard))),
        colon_token: Token![:](span),
        ty: Box::new(Type::Verbatim(quote_spanned!(span=> #krate #(::#guard)*<#policy_type>))),
    })
}

#[cfg(test)]
mod tests {
    use quote::quote;

    use super::{Adapter, TokenStream, requires};

    const AXUM: Adapter = Adapter::new("axioms_axum");

    fn expanded(attr: TokenStream, item: TokenStream) -> String {
        let (output, errors) = requires(attr, item, &AXUM);
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
        let message = "this is the `AccessToken` of axioms-core, which a handler cannot take: \
            write `axioms_axum::AccessToken`, which is an argument of handlers and dereferences to it";
        let expected = quote! {
            #[doc(hidden)]
                pub(crate) enum __Requires_messages {}

            #[diagnostic::do_not_recommend]
            impl ::axioms_axum::__private::HasPolicy for __Requires_messages {
                const POLICY: &'static ::axioms_axum::__private::Policy = &::axioms_axum::__private::Policy::new(
                    ::axioms_axum::__private::Requirement::all(const { &[
                        ::axioms_axum::__private::claims(
                            ::axioms_axum::__private::GrantKind::Scope, ::axioms_axum::__private::Quantifier::Any, const { &[
                                &["a"], ::axioms_axum::__private::form(const { &B }).names(const { &B })
                            ] }
                        ),
                        ::axioms_axum::__private::claims(
                            ::axioms_axum::__private::GrantKind::Role, ::axioms_axum::__private::Quantifier::All, const { &[&["admin"]] }
                        )
                    ] })
                );
            }

            const _: &::axioms_axum::__private::Policy =
                <__Requires_messages as ::axioms_axum::__private::HasPolicy>::POLICY;

            const _: () = {
                use ::axioms_axum::__private::IsOther as _;
                ::core::assert!(<::axioms_axum::__private::Which<AccessToken>>::IS_OTHER, #message);
            };

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
    fn the_guard_is_where_the_adapter_has_it() {
        let adapter = AXUM.guard("state::Authorized");
        let (output, _) = requires(
            quote!(),
            quote!(
                fn f() {}
            ),
            &adapter,
        );
        let expected = quote!(__axioms_guard: ::axioms_axum::state::Authorized<__Requires_f>);
        assert!(output.to_string().contains(&expected.to_string()), "{output}");
    }

    #[test]
    fn methods_become_a_table() {
        let output = expanded(
            quote!(crate = my::sdk, GET(public), "LOCK"(), PUT(any(roles = A)), default(Editors)),
            quote!(
                fn f() {}
            ),
        );
        let expected = quote! {
            my::sdk::__private::Policy::per_method(const { &[
                ("GET", my::sdk::__private::Demand::Public),
                ("LOCK", my::sdk::__private::Demand::VALID_TOKEN),
                ("PUT", my::sdk::__private::Demand::Token(
                    my::sdk::__private::Requirement::any(const { &[
                        my::sdk::__private::claims(
                            my::sdk::__private::GrantKind::Role, my::sdk::__private::Quantifier::Any, const { &[
                                my::sdk::__private::form(const { &A }).names(const { &A })
                            ] }
                        )
                    ] })
                ))
            ] }, ::core::option::Option::Some(my::sdk::__private::Demand::Token(
                my::sdk::__private::Requirement::of(<Editors as my::sdk::__private::HasPolicy>::POLICY)
            )))
        };
        assert!(output.contains(&expected.to_string()), "{output}");
    }

    #[test]
    fn a_policy_alone_is_what_the_guard_is_generic_over() {
        let output = expanded(
            quote!(m::Editors),
            quote!(
                fn f() {}
            ),
        );
        let expected = quote! {
            const _: &::axioms_axum::__private::Policy = <m::Editors as ::axioms_axum::__private::HasPolicy>::POLICY;
            fn f(__axioms_guard: ::axioms_axum::Authorized<m::Editors>) {}
        };
        assert_eq!(output, expected.to_string());
    }

    #[test]
    fn a_policy_next_to_demands_is_one_of_them() {
        let output = expanded(
            quote!(any(Editors, roles = "admin")),
            quote!(
                fn f() {}
            ),
        );
        let expected = quote! {
            const POLICY: &'static ::axioms_axum::__private::Policy = &::axioms_axum::__private::Policy::new(
                ::axioms_axum::__private::Requirement::any(const { &[
                    ::axioms_axum::__private::Requirement::of(<Editors as ::axioms_axum::__private::HasPolicy>::POLICY),
                    ::axioms_axum::__private::claims(
                        ::axioms_axum::__private::GrantKind::Role, ::axioms_axum::__private::Quantifier::Any, const { &[&["admin"]] }
                    )
                ] })
            );
        };
        assert!(output.contains(&expected.to_string()), "{output}");
    }

    #[test]
    fn a_policy_that_depends_on_a_parameter_makes_the_handlers_generic() {
        let table = [
            (quote!(P, roles = "a"), true),
            (quote!(Readers<T>, roles = "a"), true),
            (quote!(Pages<N>, roles = "a"), true),
            (quote!(<T as X>::Policy, roles = "a"), true),
            (quote!(Editors, roles = "a"), false),
            (quote!(GET(Readers<T>)), true),
            (quote!(GET(), default(any(P, roles = "a"))), true),
        ];
        for (attr, generic) in table {
            let output = expanded(
                attr.clone(),
                quote!(
                    fn f<P, T, const N: usize>() {}
                ),
            );
            assert_eq!(output.contains("enum __Requires_f"), !generic, "{attr}: {output}");
            assert_eq!(
                output.contains("Authorized < __Requires_f < P , T , N > >"),
                generic,
                "{attr}: {output}"
            );
        }
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
                let (output, errors) = requires(attr.clone(), item.clone(), &AXUM);
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
            &AXUM,
        );
        let expected = quote! {
            #[get("/")]
            pub async fn f<T>(a: T) -> Result<::core::convert::Infallible, D> where T: X, { { let _ = &a; loop {} } }
        };
        assert_eq!(output.to_string(), expected.to_string());
    }

    #[test]
    fn what_is_not_a_function_is_unchanged() {
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
            let (output, errors) = requires(quote!(), item.clone(), &AXUM);
            assert_eq!(output.to_string(), item.to_string());
            assert_eq!(errors.messages().len(), 1, "{item}");
        }
    }

    #[test]
    fn another_crates_attribute_of_the_same_name_may_stay() {
        let second = |item| requires(quote!(), item, &AXUM).1.messages().len();
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
