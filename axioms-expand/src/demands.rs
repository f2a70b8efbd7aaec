//! Checks a list of demands: what each term requires, and which words are allowed in it.

use proc_macro2::Ident;
use syn::TypePath;
use syn::spanned::Spanned;

use crate::errors::Errors;
use crate::mistake;
use crate::policy::Requirement;
use crate::symbol::{Kind, Quantifier, Word};
use crate::syntax::{Arg, Form, Term};
use crate::term;
use crate::unknown;
use crate::value;

/// The place of a list of demands. Some words are allowed only in one place.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Top,
    Method,
    Group,
}

/// Checks the demands of a list. They are joined by AND, except in an `any` group.
pub(crate) fn members(terms: Vec<Term>, place: Place, errors: &mut Errors) -> Vec<Requirement> {
    let mut found = Vec::new();
    let mut keys: Vec<(Ident, Word)> = Vec::new();
    for term in terms {
        match (term.word(), term) {
            (Some(word @ Word::Key(quantifier, kind)), Term::Word(Arg { name, form })) => {
                if let Some((earlier, _)) = keys.iter().find(|(_, earlier)| *earlier == word) {
                    errors.at(&name, twice(&name, earlier));
                }
                found.extend(key(&name, form, quantifier, kind, errors));
                keys.push((name, word));
            }
            (Some(Word::Group(quantifier)), Term::Word(Arg { name, form })) => {
                found.extend(group(&name, form, quantifier, errors));
            }
            (_, Term::Policy(path)) => found.push(named(path, &found, errors)),
            (misplaced, term) => errors.at(term.name(), why_not_here(&term, misplaced, place)),
        }
    }
    found
}

fn named(path: TypePath, found: &[Requirement], errors: &mut Errors) -> Requirement {
    if found.iter().any(|earlier| matches!(earlier, Requirement::Named(earlier) if *earlier == path)) {
        errors.at(&path, "this policy is already in the list: remove one of the two");
    }
    Requirement::Named(path)
}

/// Two lists for one key could mean one longer list, or two demands. This ambiguity is an error.
fn twice(name: &Ident, earlier: &Ident) -> String {
    let fault = if name == earlier {
        format!("`{name}` is given twice")
    } else {
        format!("`{name}` and `{earlier}` are the same key")
    };
    format!(
        "{fault}: put the values in one list, or, if these are two demands, \
         put each in its own group: `all({name} = ...), all({name} = ...)`"
    )
}

fn key(
    name: &Ident,
    form: Form,
    quantifier: Quantifier,
    kind: Kind,
    errors: &mut Errors,
) -> Option<Requirement> {
    match form {
        Form::Value(value) => {
            let span = value.span();
            let values = value::values(name, value, kind, errors);
            Some(Requirement::Claims { kind, quantifier, values, span })
        }
        Form::Word => {
            let noun = kind.noun();
            errors.at(
                name,
                format!(
                    "say which {noun}: `{name} = \"...\"` or `{name} = [\"...\", \
                \"...\"]`"
                ),
            );
            None
        }
        Form::List { .. } => {
            errors.at(name, format!("write `{name} = \"...\"` or `{name} = [\"...\", \"...\"]`"));
            None
        }
    }
}

fn group(name: &Ident, form: Form, quantifier: Quantifier, errors: &mut Errors) -> Option<Requirement> {
    let Form::List { span, tokens } = form else {
        errors.at(
            name,
            format!(
                "write `{name}(...)` around the demands, as in \
                 `{name}(any_scopes = \"...\", any_roles = \"...\")`"
            ),
        );
        return None;
    };
    if tokens.is_empty() {
        // An empty `any` is never met and an empty `all` is always met. Both are probably mistakes.
        errors.at(name, "an empty group demands nothing: add a demand to it, or remove it");
        return None;
    }
    let members = members(term::parse(tokens, errors), Place::Group, errors);
    Some(Requirement::Group { quantifier, members, span })
}

fn why_not_here(term: &Term, word: Option<Word>, place: Place) -> String {
    let name = term.name();
    match (word, term) {
        (Some(Word::Public), _) if place == Place::Top => mistake::NO_POLICY.to_owned(),
        (Some(Word::Public), _) => "`public` can only be used alone in a method: `GET(public)`".to_owned(),
        (Some(Word::Method | Word::Default), _) => {
            format!("`{name}(...)` must be outside of groups and other methods")
        }
        (Some(Word::Crate), _) => "`crate = path` must be outside of groups and methods".to_owned(),
        (_, Term::Word(Arg { name, form })) => unknown::why(name, form),
        (_, Term::Quoted(..) | Term::Policy(_)) => format!("`{name}` is not a demand"),
    }
}
