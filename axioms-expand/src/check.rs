//! Checks the arguments and converts them from syntax to a [`Policy`].

use proc_macro2::TokenStream;
use syn::Path;
use syn::parse::Parser;

use crate::demands::{self, Place};
use crate::errors::Errors;
use crate::method::Method;
use crate::per_method::{self, Rule};
use crate::policy::Policy;
use crate::symbol::Word;
use crate::syntax::{Arg, Form, Term};
use crate::term;
use crate::ungroup;

/// The checked arguments of one `#[requires]`.
pub(crate) struct Checked {
    pub(crate) policy: Policy,
    /// `crate = path`, if it was given.
    pub(crate) krate: Option<Path>,
}

/// Parses and checks the arguments of `#[requires]`. Use the result only if `errors` is empty
/// afterwards.
pub(crate) fn check(tokens: TokenStream, errors: &mut Errors) -> Checked {
    let mut krate = None;
    let mut rules = Vec::new();
    let mut defaults = Vec::new();
    let mut shared = Vec::new();
    for term in term::parse(ungroup::everywhere(tokens), errors) {
        match (term.word(), term) {
            (Some(Word::Crate), Term::Word(arg)) => crate_path(arg, &mut krate, errors),
            (Some(Word::Method), Term::Word(Arg { name, form })) => {
                rules.push(Rule { method: Method::Standard(name), form });
            }
            (_, Term::Quoted(text, form)) => rules.push(Rule { method: Method::Custom(text), form }),
            (Some(Word::Default), Term::Word(arg)) => defaults.push(arg),
            (_, term) => shared.push(term),
        }
    }
    let policy = if rules.is_empty() && defaults.is_empty() {
        Policy::EveryMethod(demands::members(shared, Place::Top, errors))
    } else {
        if let Some(demand) = shared.iter().find(|term| is_demand(term)) {
            // It is ambiguous whether a shared demand adds to those of the methods or applies to
            // the methods that are not named. A wrong guess would open a route.
            errors.at(demand.name(), MIXED);
        } else if let (true, Some(default)) = (rules.is_empty(), defaults.first()) {
            errors.at(
                &default.name,
                "`default(...)` is for methods that are not named, but no method is named: write \
                    only its demands",
            );
        }
        demands::members(shared, Place::Top, errors);
        per_method::policy(rules, defaults, errors)
    };
    Checked { policy, krate }
}

fn is_demand(term: &Term) -> bool {
    matches!(term, Term::Policy(_)) || matches!(term.word(), Some(Word::Key(..) | Word::Group(_)))
}

const MIXED: &str = "a policy is either one demand for every method or one demand per method: move \
    this into each method, as in `GET(any_scopes = \"...\")`, and into `default(...)` for the \
    methods that are not named";

fn crate_path(arg: Arg, krate: &mut Option<Path>, errors: &mut Errors) {
    match arg.form {
        Form::Value(_) if krate.is_some() => errors.at(
            arg.name,
            "`crate` is given twice: remove \
            one",
        ),
        Form::Value(value) => match Path::parse_mod_style.parse2(value.clone()) {
            Ok(path) => *krate = Some(path),
            Err(_) => errors.at(value, "`crate` takes a path, without quotes: `crate = my_axioms`"),
        },
        _ => errors.at(arg.name, "write `crate = path`, with the path of the SDK's crate"),
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::TokenStream;
    use quote::ToTokens;

    use super::check;
    use crate::errors::Errors;
    use crate::policy::{Demand, Policy, Requirement};

    fn read(tokens: &str) -> (String, Vec<String>) {
        let mut errors = Errors::default();
        let checked = check(tokens.parse::<TokenStream>().unwrap(), &mut errors);
        let shown = match &checked.policy {
            Policy::EveryMethod(demands) => all(demands),
            Policy::PerMethod { rules, default } => {
                let rules = rules.iter().map(|(method, demand)| (method.name(), demand));
                let default = default.iter().map(|demand| ("others".to_owned(), demand));
                let rules = rules.chain(default).map(|(method, demand)| match demand {
                    Demand::Public => format!("{method}: public"),
                    Demand::Token(demands) => format!("{method}: {}", all(demands)),
                });
                rules.collect::<Vec<_>>().join("; ")
            }
        };
        let krate = checked.krate.map(|krate| format!(" from {}", krate.to_token_stream()));
        (shown + &krate.unwrap_or_default(), errors.messages())
    }

    fn all(demands: &[Requirement]) -> String {
        demands.iter().map(one).collect::<Vec<_>>().join(" and ")
    }

    fn one(demand: &Requirement) -> String {
        match demand {
            Requirement::Claims { kind, quantifier, values, .. } => {
                let values: Vec<_> = values.iter().map(|value| value.to_token_stream().to_string()).collect();
                format!("{quantifier:?} {kind:?} {}", values.join(" "))
            }
            Requirement::Named(path) => path.to_token_stream().to_string(),
            Requirement::Group { quantifier, members, .. } => {
                format!("{quantifier:?}({})", members.iter().map(one).collect::<Vec<_>>().join(", "))
            }
        }
    }

    #[test]
    fn arguments_mean_what_they_say() {
        let table = [
            ("", ""),
            ("any_scopes = \"a\"", "Any Scope \"a\""),
            ("all_scopes = [\"a\", B]", "All Scope \"a\" B"),
            ("roles = A, all_roles = B", "Any Role A and All Role B"),
            ("permissions = A, all_permissions = B", "Any Permission A and All Permission B"),
            (
                "any(scopes = A, all(roles = B, any(scopes = C)))",
                "Any(Any Scope A, All(Any Role B, Any(Any Scope C)))",
            ),
            ("all(scopes = A), all(scopes = B)", "All(Any Scope A) and All(Any Scope B)"),
            (
                "GET(public), POST(), PUT(scopes = A, roles = B)",
                "GET: public; POST: ; PUT: Any Scope A and Any Role B",
            ),
            ("GET(any(scopes = A)), crate = ::x::y", "GET: Any(Any Scope A) from :: x :: y"),
            ("crate = x, HEAD()", "HEAD:  from x"),
            ("Editors", "Editors"),
            ("crate::m::Editors, roles = A", "crate :: m :: Editors and Any Role A"),
            (
                "any(Editors, all(m::Writers, ::x::Readers<A, B>), T)",
                "Any(Editors, All(m :: Writers, :: x :: Readers < A , B >), T)",
            ),
            ("<T as X<A, B>>::Policy, self::Any", "< T as X < A , B > > :: Policy and self :: Any"),
            (
                "GET(Editors), default(any(Admins, roles = A))",
                "GET: Editors; others: Any(Admins, Any Role A)",
            ),
            ("default(), POST(public)", "POST: public; others: "),
            ("\"PROPFIND\"(scopes = A), \"FROB\"(public)", "PROPFIND: Any Scope A; FROB: public"),
        ];
        for (tokens, expected) in table {
            assert_eq!(read(tokens), (expected.to_owned(), vec![]), "{tokens}");
        }
    }

    #[test]
    fn each_mistake_is_reported_once() {
        let table: &[(&str, &[&str])] = &[
            ("scope = A", &["did you mean `scopes`?"]),
            ("post(scopes = A)", &["`POST(...)`"]),
            ("public", &["needs no policy: remove this one"]),
            ("anonymous", &["needs no policy: remove this one"]),
            ("authenticated", &["a policy without demands requires nothing else"]),
            ("GET(is_authenticated)", &["a policy without demands requires nothing else"]),
            ("*", &["for any valid token, write no demand"]),
            ("policy = Editors", &["only by its type: `Editors`"]),
            ("any(public)", &["can only be used alone in a method"]),
            ("Editors, Editors", &["already in the list"]),
            ("GET(), m::Editors", &["one demand for every method or"]),
            ("Editors()", &["write only `Editors`"]),
            ("Editors = A", &["write only `Editors`"]),
            ("Editors && Admins", &["separated by commas must all be met"]),
            ("Editors Admins", &["a comma is missing"]),
            ("Any, AnyScopes, Public, Scopes", &["`any`", "`any_scopes`", "`public`", "`self::Scopes`"]),
            ("ADMIN, m::ADMIN", &["say what `m::ADMIN` is", "say what `ADMIN` is"]),
            ("editors", &["say what"]),
            ("Any_scopes = A", &["did you mean `any_scopes`?"]),
            ("default(roles = A)", &["write only its demands"]),
            ("GET(), default(public)", &["name each public method"]),
            ("GET(), default(public, roles = A)", &["name each public method"]),
            ("GET(), default", &["say what the methods that are not named demand"]),
            ("GET(), default = A", &["write `default(...)`"]),
            ("GET(), default(), default()", &["`default` is given twice"]),
            ("GET(default())", &["must be outside"]),
            ("GET(), otherwise(roles = A)", &["write `default(...)`"]),
            ("\"GET\"()", &["without quotes: `GET(...)`"]),
            ("\"propfind\"()", &["in upper case"]),
            ("\"A B\"()", &["cannot contain ' '"]),
            ("\"LOCK\"(), \"LOCK\"()", &["is given twice"]),
            ("\"LOCK\"() 7", &["a comma is missing"]),
            ("any(\"LOCK\"())", &["must be outside"]),
            ("LOCK()", &["in quotes: `\"LOCK\"(...)`"]),
            ("FROB()", &["in quotes: `\"FROB\"(...)`"]),
            ("any()", &["an empty group"]),
            ("any(all())", &["an empty group"]),
            ("any = A", &["write `any(...)`"]),
            ("GET", &["say what `GET` demands"]),
            ("GET = public", &["write `GET(...)`"]),
            ("GET(), GET()", &["`GET` is given twice"]),
            ("GET(POST())", &["must be outside"]),
            ("GET(public, scopes = A)", &["cannot both be public and require"]),
            ("GET(public, public)", &["`public` is given twice"]),
            ("GET(public = A)", &["`public` takes no value"]),
            ("GET(crate = x)", &["must be outside"]),
            ("GET(), scopes = A, roles = B", &["one demand for every method or"]),
            ("GET(), public", &["needs no policy: remove this one"]),
            ("scopes = A, any_scopes = B", &["are the same key"]),
            ("GET(roles = A, roles = B)", &["given twice"]),
            ("crate = x, crate = y", &["`crate` is given twice"]),
            ("crate", &["write `crate = path`"]),
            ("crate = \"x\"", &["without quotes"]),
            ("scopes", &["say which scope"]),
            ("scopes(A)", &["write `scopes ="]),
            ("#[cfg(any())] scopes = A", &["attributes are not allowed"]),
            ("scopes = #[cfg(any())] \"a\"", &["attributes are not allowed"]),
            ("scopes = #[cfg(any())] [\"a\"]", &["attributes are not allowed"]),
            ("scopes = [\"a\", #[cfg(any())] \"b\"]", &["attributes are not allowed"]),
            ("scopes = [#[cfg(any())] A, \"b\"], sopes = A", &["attributes are not allowed", "`scopes`"]),
            ("any(roles = A, #[cfg(any())] scopes = B)", &["attributes are not allowed"]),
            ("GET(#[cfg(any())] public)", &["attributes are not allowed"]),
            ("#[cfg(any())] GET(public)", &["attributes are not allowed"]),
            ("crate = #[cfg(any())] x", &["attributes are not allowed"]),
            ("sopes = A, roles = [], GEET()", &["`scopes`", "an empty list", "`GET`"]),
        ];
        for (tokens, expected) in table {
            let (_, errors) = read(tokens);
            assert_eq!(errors.len(), expected.len(), "{tokens}: {errors:?}");
            for (error, part) in errors.iter().zip(*expected) {
                assert!(error.contains(part), "{tokens}: {error}");
                // The same demands are in attributes of several names, and in `policy!`.
                assert!(!error.contains("#[requires"), "{tokens}: {error}");
            }
        }
    }
}
