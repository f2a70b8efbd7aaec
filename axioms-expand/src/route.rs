//! Checks that `#[requires]` is above Rocket's attributes and fits them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;
use syn::{Attribute, Meta};

use crate::errors::Errors;
use crate::handler::Handler;
use crate::krate::Krate;
use crate::method::Method;
use crate::policy::Policy;

/// Attributes that are not routes. Any other attribute may be a route under another name.
const OTHERS: [&str; 18] = [
    "allow",
    "cfg",
    "cfg_attr",
    "cold",
    "debug_handler",
    "deny",
    "deprecated",
    "doc",
    "expect",
    "forbid",
    "inline",
    "instrument",
    "must_use",
    "path", // utoipa's
    "requires",
    "skip",
    "track_caller",
    "warn",
];

const ROUTES: [&str; 7] = ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS"];

/// Refuses a handler whose guard Rocket would not run.
pub(crate) fn check(handler: &Handler, policy: &Policy, errors: &mut Errors) {
    let attribute =
        |name: &str| handler.attrs.iter().find(|attr| last(attr).is_some_and(|last| last == name));
    if let Some(catch) = attribute("catch") {
        errors.at(catch, "a catcher answers errors and has no token to check: remove `#[requires]`");
    } else if !handler.attrs.iter().any(may_be_a_route) {
        errors.at(
            &handler.sig.ident,
            "there is no route attribute below `#[requires]`, and one above it does not see the \
                guard: write `#[requires(...)]` first, then a route attribute such as `#[get(\"...\")]`, \
                then the function",
        );
    }
    let Policy::PerMethod { rules, default } = policy else { return };
    for (method, _) in rules {
        if let Method::Custom(text) = method {
            errors.at(
                text,
                "Rocket has no routes for methods other than those of RFC 9110: remove \
                this",
            );
        }
    }
    let routes: Vec<_> = handler.attrs.iter().filter_map(method).collect();
    let named = |name: &str| rules.iter().map(|(method, _)| method).find(|method| method.name() == name);
    if let Some(head) = named("HEAD").filter(|_| routes.iter().any(|(method, _)| method == "GET")) {
        errors.at(
            head,
            "Rocket answers `HEAD` with the route of `GET`, whose guards see `GET`: remove this, \
                or give `HEAD` a `#[head]` route",
        );
    }
    for (method, attr) in routes {
        let is_named = named(&method).or_else(|| named("GET").filter(|_| method == "HEAD")).is_some();
        if !is_named && default.is_none() {
            errors.at(
                attr,
                format!(
                    "the policy does not name `{method}`, so this route refuses every request: \
                    add `{method}(...)` to it"
                ),
            );
        }
    }
}

/// The check of a named policy, whose rules are known only when the compiler evaluates them.
pub(crate) fn check_named(handler: &Handler, policy: &Policy, krate: &Krate) -> Option<TokenStream> {
    let path = policy.alone()?;
    handler.attrs.iter().filter_map(method).find(|(method, _)| method == "GET")?;
    let span = path.span().resolved_at(Span::mixed_site());
    let private = krate.private(span);
    Some(quote_spanned! {span=>
        const _: () = #private::check_route_of_get(<#path as #private::HasPolicy>::POLICY);
    })
}

fn may_be_a_route(attr: &Attribute) -> bool {
    !last(attr).is_none_or(|name| OTHERS.iter().any(|other| name == other))
}

/// The method of `#[get(...)]` or `#[route(GET, ...)]`, and the attribute.
fn method(attr: &Attribute) -> Option<(String, &Attribute)> {
    let name = last(attr)?.to_string();
    let name = match &attr.meta {
        Meta::List(list) if name == "route" => list.tokens.clone().into_iter().next()?.to_string(),
        _ => name,
    };
    let method = name.to_uppercase();
    // Rocket has no other route attributes; `#[trace]` belongs to another crate.
    ROUTES.contains(&method.as_str()).then_some((method, attr))
}

fn last(attr: &Attribute) -> Option<&Ident> {
    attr.path().segments.last().map(|segment| &segment.ident)
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::quote;

    use crate::adapter::Adapter;
    use crate::requires::requires;

    fn errors(attr: TokenStream, item: TokenStream) -> Vec<String> {
        requires(attr, item, &Adapter::new("axioms_rocket").rocket_routes()).1.messages()
    }

    #[test]
    fn a_route_attribute_is_below() {
        let table = [
            (quote!(#[get("/")]), 0),
            (quote!(#[rocket::route(POST, uri = "/")]), 0),
            (quote!(#[instrument] #[post("/")]), 0),
            (quote!(#[under_another_name("/")]), 0),
            (quote!(), 1),
            (quote!(#[doc = "x"] #[tracing::instrument] #[utoipa::path(get)]), 1),
            (quote!(#[catch(404)]), 1),
        ];
        for (attrs, expected) in table {
            let errors = errors(quote!(), quote!(#attrs fn f() {}));
            assert_eq!(errors.len(), expected, "{attrs}: {errors:?}");
        }
    }

    #[test]
    fn the_policy_names_the_routes_method_or_has_a_default() {
        let table = [
            (quote!(GET()), quote!(#[get("/")]), 0),
            (quote!(GET()), quote!(#[head("/")]), 0),
            (quote!(GET()), quote!(#[post("/")]), 1),
            (quote!(GET()), quote!(#[rocket::delete("/")]), 1),
            (quote!(GET()), quote!(#[rocket::route(PUT, uri = "/")]), 1),
            (quote!(GET()), quote!(#[route(get, uri = "/")]), 0),
            (quote!(GET()), quote!(#[get("/")] #[post("/")]), 1),
            (quote!(HEAD()), quote!(#[get("/")]), 2),
            (quote!(GET()), quote!(#[under_another_name("/")]), 0),
            (quote!(GET()), quote!(#[fastrace::trace] #[get("/")]), 0),
            (quote!(GET(), default(roles = "a")), quote!(#[post("/")]), 0),
            (quote!(roles = "a"), quote!(#[post("/")]), 0),
            (quote!(Editors), quote!(#[post("/")]), 0),
            (quote!(GET(), "LOCK"()), quote!(#[get("/")]), 1),
        ];
        for (policy, attrs, expected) in table {
            let errors = errors(policy, quote!(#attrs fn f() {}));
            assert_eq!(errors.len(), expected, "{attrs}: {errors:?}");
        }
    }

    #[test]
    fn a_rule_for_head_is_refused_on_a_route_of_get() {
        let table = [
            (quote!(#[get("/")]), 1),
            (quote!(#[rocket::route(GET, uri = "/")]), 1),
            (quote!(#[head("/")]), 0),
            (quote!(#[route(HEAD, uri = "/")]), 0),
            (quote!(#[post("/")]), 0),
        ];
        for (attr, expected) in table {
            let errors = errors(quote!(GET(public), HEAD(), POST()), quote!(#attr fn f() {}));
            assert_eq!(errors.len(), expected, "{attr}: {errors:?}");
        }
    }
}
