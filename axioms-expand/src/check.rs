//! What the arguments mean, and the rules between them: from syntax to a [`Policy`].

use proc_macro2::{Ident, TokenStream};
use syn::Path;
use syn::parse::Parser;
use syn::spanned::Spanned;

use crate::args::{self, Arg, Form};
use crate::errors::Errors;
use crate::mistake;
use crate::policy::{Demand, Kind, Policy, Quantifier, Requirement};
use crate::symbol::{self, Word};
use crate::unknown;
use crate::{ungroup, value};

/// The arguments of one `#[requires]`, checked.
pub(crate) struct Checked {
    pub(crate) policy: Policy,
    /// `crate = path`, where it was given.
    pub(crate) krate: Option<Path>,
}

/// Reads the arguments of `#[requires]`. The result is to be used only if `errors` is empty afterwards.
pub(crate) fn check(tokens: TokenStream, errors: &mut Errors) -> Checked {
    let mut krate = None;
    let mut methods = Vec::new();
    let mut shared = Vec::new();
    for arg in args::parse(ungroup::everywhere(tokens), mistake::DEMAND, errors) {
        match symbol::word(&arg.name.to_string()) {
            Some(Word::Crate) => crate_path(arg, &mut krate, errors),
            Some(Word::Method) => methods.push(arg),
            _ => shared.push(arg),
        }
    }
    let policy = if methods.is_empty() {
        Policy::EveryMethod(members(shared, Place::Top, errors))
    } else {
        if let Some(demand) = shared.iter().find(|arg| is_demand(&arg.name)) {
            // Whether the shared demand would add to the methods' own or stand for the methods that are not
            // named is a guess, and a wrong guess opens a route.
            errors.at(&demand.name, MIXED);
        }
        members(shared, Place::Top, errors);
        Policy::PerMethod(per_method(methods, errors))
    };
    Checked { policy, krate }
}

fn is_demand(name: &Ident) -> bool {
    matches!(symbol::word(&name.to_string()), Some(Word::Key(..) | Word::Group(_)))
}

const MIXED: &str = "a policy is either one demand for every method or one demand per method: \
                     move this into each method, as in `GET(any_scopes = \"...\")`";

fn crate_path(arg: Arg, krate: &mut Option<Path>, errors: &mut Errors) {
    match arg.form {
        Form::Value(_) if krate.is_some() => errors.at(arg.name, "`crate` is given twice: drop one"),
        Form::Value(value) => match Path::parse_mod_style.parse2(value.clone()) {
            Ok(path) => *krate = Some(path),
            Err(_) => errors.at(value, "`crate` takes a path, without quotes: `crate = my_axioms`"),
        },
        _ => errors.at(arg.name, "write `crate = path`, the path by which the SDK is known here"),
    }
}

fn per_method(methods: Vec<Arg>, errors: &mut Errors) -> Vec<(Ident, Demand)> {
    let mut rules: Vec<(Ident, Demand)> = Vec::new();
    for Arg { name, form } in methods {
        if rules.iter().any(|(earlier, _)| *earlier == name) {
            // Of two rules for one method only one could hold, and the other would look as if it did.
            errors.at(&name, format!("`{name}` is given twice: join its demands in one `{name}(...)`"));
        }
        match form {
            Form::List { tokens, .. } => {
                let demand = method(&name, tokens, errors);
                rules.push((name, demand));
            }
            Form::Word => errors.at(&name, undecided(&name)),
            Form::Value(value) => {
                errors.at(value, format!("write `{name}(...)`, as in `{name}(any_scopes = \"...\")`"));
            }
        }
    }
    rules
}

/// A method's name alone could be taken for "open" as well as for "closed".
fn undecided(name: &Ident) -> String {
    format!(
        "say what `{name}` demands: `{name}(any_scopes = \"...\")`, `{name}()` for any valid token, \
         or `{name}(public)` for none"
    )
}

fn method(method: &Ident, tokens: TokenStream, errors: &mut Errors) -> Demand {
    let (public, demands): (Vec<_>, Vec<_>) =
        args::parse(tokens, mistake::DEMAND, errors).into_iter().partition(|arg| arg.name == symbol::PUBLIC);
    let demands = members(demands, Place::Method, errors);
    let mut public = public.into_iter();
    let Some(first) = public.next() else { return Demand::Token(demands) };
    if !matches!(first.form, Form::Word) {
        errors.at(&first.name, "`public` stands alone, with nothing behind it");
    } else if !demands.is_empty() {
        errors.at(
            &first.name,
            format!("`{method}` cannot be public and demand something of a token: drop one of the two"),
        );
    } else if let Some(second) = public.next() {
        errors.at(&second.name, "`public` is given twice: drop one");
    }
    Demand::Public
}

/// Where a list of demands stands; some words are at home in one place only.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Top,
    Method,
    Group,
}

/// The demands of a list, which are joined by AND, except in an `any` group.
fn members(args: Vec<Arg>, place: Place, errors: &mut Errors) -> Vec<Requirement> {
    let mut found = Vec::new();
    let mut keys: Vec<(Ident, Word)> = Vec::new();
    for Arg { name, form } in args {
        match symbol::word(&name.to_string()) {
            Some(word @ Word::Key(quantifier, kind)) => {
                if let Some((earlier, _)) = keys.iter().find(|(_, earlier)| *earlier == word) {
                    errors.at(&name, twice(&name, earlier));
                }
                found.extend(key(&name, form, quantifier, kind, errors));
                keys.push((name, word));
            }
            Some(Word::Group(quantifier)) => found.extend(group(&name, form, quantifier, errors)),
            misplaced => errors.at(&name, why_not_here(&name, &form, misplaced, place)),
        }
    }
    found
}

/// Two lists for one key could be meant as one longer list, or as two demands: the reader must not have to guess.
fn twice(name: &Ident, earlier: &Ident) -> String {
    let fault = if name == earlier {
        format!("`{name}` is given twice")
    } else {
        format!("`{name}` and `{earlier}` are the same key")
    };
    format!(
        "{fault}: put the values in one list, or, if these are two demands, \
         each in a group of its own: `all({name} = ...), all({name} = ...)`"
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
            errors.at(name, format!("say which {noun}: `{name} = \"...\"` or `{name} = [\"...\", \"...\"]`"));
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
        // An empty `any` could never be met and an empty `all` always: neither is worth writing.
        errors.at(name, "an empty group demands nothing: add a demand to it, or drop it");
        return None;
    }
    let members = members(args::parse(tokens, mistake::DEMAND, errors), Place::Group, errors);
    Some(Requirement::Group { quantifier, members, span })
}

fn why_not_here(name: &Ident, form: &Form, word: Option<Word>, place: Place) -> String {
    match word {
        Some(Word::Public) if place == Place::Top => {
            "a route that is public needs no attribute: drop `#[requires]`; \
             if only one method is, write `GET(public)`"
                .to_owned()
        }
        Some(Word::Public) => "`public` stands alone in a method: `GET(public)`".to_owned(),
        Some(Word::Method) => format!("`{name}(...)` stands outside every group and every other method"),
        Some(Word::Crate) => "`crate = path` stands outside every group and method".to_owned(),
        Some(Word::Key(..) | Word::Group(_)) | None => unknown::why(name, form),
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
            Policy::PerMethod(rules) => {
                let rules = rules.iter().map(|(method, demand)| match demand {
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
        ];
        for (tokens, expected) in table {
            assert_eq!(read(tokens), (expected.to_owned(), vec![]), "{tokens}");
        }
    }

    #[test]
    fn each_mistake_is_told_once() {
        let table: &[(&str, &[&str])] = &[
            ("scope = A", &["did you mean `scopes`?"]),
            ("post(scopes = A)", &["`POST(...)`"]),
            ("public", &["drop `#[requires]`"]),
            ("any(public)", &["stands alone in a method"]),
            ("any()", &["an empty group"]),
            ("any(all())", &["an empty group"]),
            ("any = A", &["write `any(...)`"]),
            ("GET", &["say what `GET` demands"]),
            ("GET = public", &["write `GET(...)`"]),
            ("GET(), GET()", &["`GET` is given twice"]),
            ("GET(POST())", &["stands outside"]),
            ("GET(public, scopes = A)", &["cannot be public and demand"]),
            ("GET(public, public)", &["`public` is given twice"]),
            ("GET(public = A)", &["`public` stands alone"]),
            ("GET(crate = x)", &["stands outside"]),
            ("GET(), scopes = A, roles = B", &["one demand for every method or"]),
            ("GET(), public", &["drop `#[requires]`"]),
            ("scopes = A, any_scopes = B", &["are the same key"]),
            ("GET(roles = A, roles = B)", &["given twice"]),
            ("crate = x, crate = y", &["`crate` is given twice"]),
            ("crate", &["write `crate = path`"]),
            ("crate = \"x\"", &["without quotes"]),
            ("scopes", &["say which scope"]),
            ("scopes(A)", &["write `scopes ="]),
            ("#[cfg(any())] scopes = A", &["no attribute"]),
            ("scopes = #[cfg(any())] \"a\"", &["no attribute"]),
            ("scopes = #[cfg(any())] [\"a\"]", &["no attribute"]),
            ("scopes = [\"a\", #[cfg(any())] \"b\"]", &["no attribute"]),
            ("scopes = [#[cfg(any())] A, \"b\"], sopes = A", &["no attribute", "`scopes`"]),
            ("any(roles = A, #[cfg(any())] scopes = B)", &["no attribute"]),
            ("GET(#[cfg(any())] public)", &["no attribute"]),
            ("#[cfg(any())] GET(public)", &["no attribute"]),
            ("crate = #[cfg(any())] x", &["no attribute"]),
            ("sopes = A, roles = [], GEET()", &["`scopes`", "an empty list", "`GET`"]),
        ];
        for (tokens, expected) in table {
            let (_, errors) = read(tokens);
            assert_eq!(errors.len(), expected.len(), "{tokens}: {errors:?}");
            for (error, part) in errors.iter().zip(*expected) {
                assert!(error.contains(part), "{tokens}: {error}");
            }
        }
    }
}
