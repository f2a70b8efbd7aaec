//! What Rocket's attributes ask of `#[requires]`, which must be above them.

use proc_macro2::Ident;
use syn::{Attribute, Meta};

use crate::errors::Errors;
use crate::handler::Handler;
use crate::policy::Policy;

/// Attributes that are no route's. Any other may be one under another name.
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

/// Refuses a handler whose guard Rocket would not ask.
pub(crate) fn check(handler: &Handler, policy: &Policy, errors: &mut Errors) {
    let attribute =
        |name: &str| handler.attrs.iter().find(|attr| last(attr).is_some_and(|last| last == name));
    if let Some(catch) = attribute("catch") {
        errors.at(catch, "a catcher answers errors and has no token to check: drop `#[requires]`");
    } else if !handler.attrs.iter().any(may_be_a_route) {
        errors.at(
            &handler.sig.ident,
            "there is no route attribute below `#[requires]`, and one above it does not see the guard: write `#[requires(...)]` \
             first, then `#[get(\"...\")]` or the like, then the function",
        );
    }
    if let Some(head) = named(policy, "HEAD").filter(|_| handler.attrs.iter().any(is_get)) {
        errors.at(
            head,
            "Rocket answers `HEAD` by the route of `GET`, whose guards see `GET`: drop this, or give `HEAD` a `#[head]` route",
        );
    }
}

fn may_be_a_route(attr: &Attribute) -> bool {
    !last(attr).is_none_or(|name| OTHERS.iter().any(|other| name == other))
}

/// `#[get(...)]` or `#[route(GET, ...)]`.
fn is_get(attr: &Attribute) -> bool {
    let Some(name) = last(attr) else { return false };
    let method = || match &attr.meta {
        Meta::List(list) => list.tokens.clone().into_iter().next().map(|first| first.to_string()),
        Meta::Path(_) | Meta::NameValue(_) => None,
    };
    name == "get" || (name == "route" && method().is_some_and(|method| method.eq_ignore_ascii_case("get")))
}

fn last(attr: &Attribute) -> Option<&Ident> {
    attr.path().segments.last().map(|segment| &segment.ident)
}

fn named<'a>(policy: &'a Policy, method: &str) -> Option<&'a Ident> {
    match policy {
        Policy::EveryMethod(_) => None,
        Policy::PerMethod(rules) => rules.iter().map(|(name, _)| name).find(|name| *name == method),
    }
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
    fn a_rule_for_head_stands_on_no_route_of_get() {
        let table = [
            (quote!(#[get("/")]), 1),
            (quote!(#[rocket::route(GET, uri = "/")]), 1),
            (quote!(#[head("/")]), 0),
            (quote!(#[route(HEAD, uri = "/")]), 0),
            (quote!(#[post("/")]), 0),
        ];
        for (attr, expected) in table {
            let errors = errors(quote!(GET(public), HEAD()), quote!(#attr fn f() {}));
            assert_eq!(errors.len(), expected, "{attr}: {errors:?}");
        }
    }
}
