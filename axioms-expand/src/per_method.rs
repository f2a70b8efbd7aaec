//! Checks demands per method: each method once, and the default for the methods that are not named.

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;

use crate::demands::{self, Place};
use crate::errors::Errors;
use crate::method::{self, Method};
use crate::policy::{Demand, Policy, Requirement};
use crate::symbol;
use crate::syntax::{Arg, Form, Term};
use crate::term;

/// A method and its argument.
pub(crate) struct Rule {
    pub(crate) method: Method,
    pub(crate) form: Form,
}

pub(crate) fn policy(rules: Vec<Rule>, defaults: Vec<Arg>, errors: &mut Errors) -> Policy {
    let mut found: Vec<(Method, Demand)> = Vec::new();
    for Rule { method, form } in rules {
        if let Some(fault) = fault(&method, &found) {
            errors.at(&method, fault);
        }
        let shown = method.to_token_stream();
        match form {
            Form::List { tokens, .. } => {
                let demand = demand(&method, tokens, errors);
                found.push((method, demand));
            }
            Form::Word => errors.at(&method, undecided(&shown)),
            Form::Value(value) => {
                errors.at(
                    value,
                    format!(
                        "write `{shown}(...)`, as in `{shown}(any_scopes = \
                    \"...\")`"
                    ),
                );
            }
        }
    }
    Policy::PerMethod { rules: found, default: default(defaults, errors) }
}

fn fault(method: &Method, earlier: &[(Method, Demand)]) -> Option<String> {
    if let Method::Custom(text) = method
        && let Some(fault) = method::fault(text)
    {
        return Some(fault);
    }
    // Only one of two rules for a method could apply, and the other would be misleading.
    let name = method.name();
    let twice = earlier.iter().any(|(earlier, _)| earlier.name() == name);
    let shown = method.to_token_stream();
    twice.then(|| format!("`{shown}` is given twice: merge its demands into one `{shown}(...)`"))
}

/// The message for a method's name alone, which could mean "public" or "any valid token".
fn undecided(method: &TokenStream) -> String {
    format!(
        "say what `{method}` demands: `{method}(any_scopes = \"...\")`, `{method}()` for any valid \
            token, or `{method}(public)` for none"
    )
}

fn demand(method: &Method, tokens: TokenStream, errors: &mut Errors) -> Demand {
    let (public, demands) = parts(tokens, errors);
    let Some(public) = public else { return Demand::Token(demands) };
    if !demands.is_empty() {
        let method = method.to_token_stream();
        errors.at(
            public,
            format!(
                "`{method}` cannot both be public and require a token: remove one of \
                the two"
            ),
        );
    }
    Demand::Public
}

fn default(args: Vec<Arg>, errors: &mut Errors) -> Option<Demand> {
    let mut found = None;
    for Arg { name, form } in args {
        if found.is_some() {
            errors.at(&name, "`default` is given twice: merge its demands into one `default(...)`");
        }
        match form {
            Form::List { tokens, .. } => {
                let (public, demands) = parts(tokens, errors);
                if let Some(public) = public {
                    // It would open every method that a framework, or a later version of the
                    // program, supports.
                    errors.at(
                        public,
                        "the default is never public: name each public method, as in `GET(public)`",
                    );
                }
                found = Some(Demand::Token(demands));
            }
            Form::Word => errors.at(
                &name,
                "say what the methods that are not named demand: `default(any_scopes = \"...\")`, \
                    or `default()` for any valid token",
            ),
            Form::Value(value) => {
                errors.at(value, "write `default(...)`, as in `default(any_scopes = \"...\")`");
            }
        }
    }
    found
}

/// Splits the arguments into the word `public`, if present, and the demands.
fn parts(tokens: TokenStream, errors: &mut Errors) -> (Option<Ident>, Vec<Requirement>) {
    let mut public = None;
    let mut demands = Vec::new();
    for term in term::parse(tokens, errors) {
        match term {
            Term::Word(Arg { name, form }) if name == symbol::PUBLIC => {
                if !matches!(form, Form::Word) {
                    errors.at(&name, "`public` takes no value and no arguments");
                } else if public.is_some() {
                    errors.at(&name, "`public` is given twice: remove one");
                }
                public = Some(name);
            }
            other => demands.push(other),
        }
    }
    (public, demands::members(demands, Place::Method, errors))
}
