//! Policies that a program builds.

use std::collections::{BTreeSet, HashSet};

use axioms_core::http::Method;
use axioms_core::{DemandBuilder, GrantKind, Policy, PolicyBuilder, PolicyErrors, PolicyFault};

use super::{Written, built};

#[test]
#[expect(clippy::needless_borrows_for_generic_args, reason = "a reference is one of the forms")]
fn values_are_one_string_or_many() {
    let one = built(|policy| policy.any_scopes(["a"]));
    let one_forms: [Written; 6] = [
        |policy| policy.any_scopes("a"),
        |policy| policy.any_scopes(String::from("a")),
        |policy| policy.any_scopes(&String::from("a")),
        |policy| policy.any_scopes(std::borrow::Cow::Borrowed("a")),
        |policy| policy.any_scopes(Box::<str>::from("a")),
        |policy| policy.any_scopes(Some("a")),
    ];
    for written in one_forms {
        assert_eq!(built(written), one);
    }
    let many = built(|policy| policy.any_scopes(["a", "b"]));
    let many_forms: [Written; 10] = [
        |policy| policy.any_scopes(&["a", "b"]),
        |policy| policy.any_scopes(&["a", "b"][..]),
        |policy| policy.any_scopes(vec!["a", "b"]),
        |policy| policy.any_scopes(&vec![String::from("a"), String::from("b")]),
        |policy| policy.any_scopes([String::from("a"), String::from("b")]),
        |policy| policy.any_scopes(BTreeSet::from(["b", "a"])),
        |policy| policy.any_scopes(&BTreeSet::from(["b", "a"])),
        |policy| policy.any_scopes("a b".split(' ')),
        |policy| policy.any_scopes("a b".split(' ').map(str::to_owned)),
        |policy| policy.any_scopes(["a", "b"].iter()),
    ];
    for written in many_forms {
        assert_eq!(built(written), many);
    }
    assert_eq!(built(|policy| policy.any_scopes(HashSet::from(["a"]))), one);
}

#[test]
fn a_builder_reports_every_problem() {
    const NOTHING: [&str; 0] = [];
    let rows: &[(Written, &[&str])] = &[
        (|policy| policy.any_scopes(NOTHING), &["any_scopes: the list is empty"]),
        (|policy| policy.any_scopes(None::<&str>), &["any_scopes: the list is empty"]),
        (|policy| policy.any_scopes("a").public(Method::GET), &["a policy is either one demand"]),
        (|policy| policy.public(Method::GET).any_scopes("a"), &["a policy is either one demand"]),
        (|policy| policy.any_scopes("a").default(|other| other), &["a policy is either one demand"]),
        (
            |policy| policy.all(|all| all.any_roles("r")).method("PUT", |put| put),
            &["a policy is either one demand"],
        ),
        (
            |policy| policy.policy(&Policy::VALID_TOKEN).method("PUT", |put| put.any_scopes("a")),
            &["a policy is either one demand"],
        ),
        (
            |policy| policy.any_scopes("").method("PUT", |put| put),
            &["either one demand", r#"any_scopes: the scope "" cannot be granted"#],
        ),
        (
            |policy| policy.default(|other| other).default(|other| other),
            &["default: the default is given twice"],
        ),
        (
            |policy| policy.default(|other| other.any_roles("")).default(|other| other),
            &["default.any_roles", "default: the default is given twice"],
        ),
        (|policy| policy.public("GET").public(Method::GET), &["methods.GET: the method has two demands"]),
        (
            |policy| policy.method("GET", |get| get.any_roles("")).public("GET"),
            &["methods.GET.any_roles", "methods.GET: the method has two demands"],
        ),
        (|policy| policy.public(""), &[r#"methods."": "" is not the name of a method: it is empty"#]),
        (
            |policy| policy.public("GET "),
            &[r#"methods."GET ": "GET " is not the name of a method: a method is one token"#],
        ),
        (|policy| policy.public("*"), &[r#"methods."*": "*" is not the name of a method: it is reserved"#]),
        (|policy| policy.public("GET,POST"), &["is not the name of a method"]),
        (|policy| policy.public("G\u{c9}T"), &["is not the name of a method"]),
        (|policy| policy.public("\u{7}"), &[r#""\u{7}" is not the name of a method"#]),
        // Such a demand would have no effect; the default would apply instead.
        (
            |policy| policy.method("delete", |delete| delete.any_roles("admin")).default(|other| other),
            &["methods.delete: \"delete\" is not the name of a method: methods are case-sensitive"],
        ),
        (|policy| policy.public("Propfind"), &["write it in upper case"]),
        (
            |policy| policy.any(|group| group.policy(&Policy::VALID_TOKEN).any_roles("a")),
            &["any: every valid token"],
        ),
        (
            |policy| policy.any(|any| any.all(|all| all.policy(&Policy::VALID_TOKEN)).any_roles("a")),
            &["any: every valid token meets this group"],
        ),
        (
            |policy| policy.policy(&Policy::builder().public("GET").build().unwrap()),
            &["a policy that differs by method cannot be part of another"],
        ),
        (
            |policy| policy.all(|all| all.policy(&Policy::builder().public("GET").build().unwrap())),
            &["all: a policy that differs by method"],
        ),
        (
            |policy| {
                policy.method("PUT", |put| put.any(|any| any.all(|all| all.any_roles("r").any_scopes("a b"))))
            },
            &[
                "methods.PUT.any.all.any_scopes: the scope \"a b\" cannot be granted: a scope contains no space",
            ],
        ),
    ];
    for (written, parts) in rows {
        let errors = built(*written).unwrap_err();
        assert_eq!(errors.iter().count(), parts.len(), "{errors}");
        for part in *parts {
            assert!(errors.to_string().contains(part), "{part}: {errors}");
        }
    }
}

#[test]
fn a_method_that_is_not_named_falls_under_the_default_or_is_refused() {
    let (a, b) = ("any scope of [a]", "any scope of [b]");
    let named: Written = |policy| policy.public("GET").method("PURGE", |purge| purge.any_scopes("a"));
    let with_default: Written = |policy| {
        policy
            .public("GET")
            .method("PURGE", |purge| purge.any_scopes("a"))
            .default(|other| other.any_scopes("b"))
    };
    let default_alone: Written = |policy| policy.default(|other| other.any_scopes("b"));
    let rows: &[(Written, &str, Option<&str>)] = &[
        (named, "GET", Some("nothing")),
        (named, "HEAD", Some("nothing")),
        (named, "PURGE", Some(a)),
        (named, "purge", None),
        (named, "POST", None),
        (with_default, "GET", Some("nothing")),
        (with_default, "HEAD", Some("nothing")),
        (with_default, "PURGE", Some(a)),
        (with_default, "get", None),
        (with_default, "head", None),
        (with_default, "Purge", None),
        (with_default, "options", Some(b)),
        (with_default, "OPTIONS", Some(b)),
        (|policy| policy.method("PUT", |put| put).default(|other| other.any_scopes("b")), "HEAD", Some(b)),
        (
            |policy| policy.public("GET").method("HEAD", |head| head.any_scopes("a")).default(|other| other),
            "HEAD",
            Some(a),
        ),
        (default_alone, "GET", Some(b)),
    ];
    for (written, method, demand) in rows {
        let policy = built(*written).unwrap();
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let found = policy.demand(&method).map(ToString::to_string);
        assert_eq!(found.as_deref(), *demand, "{method} under {policy}");
    }
    assert_eq!(built(default_alone), built(|policy| policy.any_scopes("b")), "the same of every method");
    assert!(!built(default_alone).unwrap().differs_by_method() && built(named).unwrap().differs_by_method());
}

#[test]
fn the_order_of_methods_means_nothing() {
    let policy = |names: [&str; 2]| names.into_iter().fold(Policy::builder(), PolicyBuilder::public).build();
    assert_eq!(policy(["GET", "PUT"]), policy(["PUT", "GET"]));
    assert_ne!(policy(["GET", "PUT"]), policy(["GET", "POST"]));
    assert_ne!(policy(["GET", "PUT"]), built(|policy| policy.public("GET")));
    assert_ne!(
        built(|policy| policy.public("GET")),
        built(|policy| policy.public("GET").default(|other| other))
    );
}

#[test]
fn a_problem_can_be_matched() {
    let errors = built(|policy| policy.method("GET", |get| get.any_roles(["", "a"]))).unwrap_err();
    let error = errors.iter().next().unwrap();
    assert_eq!(error.path(), "methods.GET.any_roles");
    assert!(
        matches!(error.fault(), PolicyFault::BadValue { kind: GrantKind::Role, value, .. } if value.is_empty())
    );
}

/// A role inside this many nested `any` groups.
fn nested(depth: usize) -> Result<Policy, PolicyErrors> {
    fn group(demands: DemandBuilder, depth: usize) -> DemandBuilder {
        match depth {
            0 => demands.any_roles("r"),
            _ => demands.any(|inner| group(inner, depth - 1)),
        }
    }
    Policy::builder().any(|demands| group(demands, depth - 1)).build()
}

#[test]
fn groups_nest_to_a_limit() {
    assert!(nested(32).is_ok());
    for depth in [33, 34, 200] {
        let errors = nested(depth).unwrap_err();
        assert!(errors.iter().all(|error| *error.fault() == PolicyFault::TooDeep), "{errors}");
    }
    // The same limit applies to policies that are part of others.
    let deep = nested(32).unwrap();
    assert!(Policy::builder().policy(&deep).build().is_ok());
    assert!(Policy::builder().any(|any| any.policy(&deep)).build().is_err());
    let joined = Policy::builder().policy(&deep).any_roles("r").build().unwrap_err();
    assert_eq!(joined.iter().next().unwrap().fault(), &PolicyFault::TooDeep);
}
