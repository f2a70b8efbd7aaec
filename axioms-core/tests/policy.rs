//! Policies as data: written by a program or as constants, and read again. No token is needed for that.

use std::collections::{BTreeSet, HashSet};

use axioms_core::http::Method;
use axioms_core::{
    Demand, DemandBuilder, GrantKind, HasPolicy, Policy, PolicyBuilder, PolicyErrors, PolicyFault,
    Quantifier, Requirement, RequirementRef,
};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

type Written = fn(PolicyBuilder) -> PolicyBuilder;

fn built(written: Written) -> Result<Policy, PolicyErrors> {
    written(Policy::builder()).build()
}

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
fn a_builder_tells_all_that_it_cannot_keep() {
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
        // Such a demand would never be looked at, and the default would stand for it.
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
            &["a policy that differs by method cannot be a part of another"],
        ),
        (
            |policy| policy.all(|all| all.policy(&Policy::builder().public("GET").build().unwrap())),
            &["all: a policy that differs by method"],
        ),
        (
            |policy| {
                policy.method("PUT", |put| put.any(|any| any.all(|all| all.any_roles("r").any_scopes("a b"))))
            },
            &["methods.PUT.any.all.any_scopes: the scope \"a b\" cannot be granted: a scope holds no space"],
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

struct Editors;

impl HasPolicy for Editors {
    const POLICY: &'static Policy = &Policy::new(Requirement::any_scopes(&["write", "edit"]));
}

struct Publishers;

const STAFF: &[Requirement] = &[Requirement::of(Editors::POLICY), Requirement::all_roles(&["staff"])];
const PUBLISHERS: &[Requirement] = &[Requirement::all(STAFF), Requirement::any_permissions(&["all"])];

impl HasPolicy for Publishers {
    const POLICY: &'static Policy = &Policy::per_method(
        const { &[("GET", Demand::Public), ("PURGE", Demand::Token(Requirement::any(PUBLISHERS)))] },
        Some(Demand::Token(Requirement::of(Editors::POLICY))),
    );
}

#[test]
fn a_constant_is_the_policy_that_a_program_builds() {
    let editors = built(|policy| policy.any_scopes(["write", "edit"])).unwrap();
    assert_eq!(*Editors::POLICY, editors);
    let publishers = Policy::builder()
        .default(|other| other.policy(&editors))
        .method("PURGE", |purge| {
            purge.any(|any| {
                any.all(|all| all.policy(Editors::POLICY).all_roles("staff")).any_permissions("all")
            })
        })
        .public(Method::GET)
        .build()
        .unwrap();
    assert_eq!(*Publishers::POLICY, publishers);
    assert_eq!(
        Publishers::POLICY.to_string(),
        "GET: nothing; PURGE: ((any scope of [write, edit] and all roles of [staff]) or any permission of [all]); \
         any other method: any scope of [write, edit]"
    );
}

/// In a constant, each of these panics is a compile error.
#[test]
fn a_constant_that_means_nothing_does_not_compile() {
    const DEMANDS: &[(&str, Demand)] = &[("GET", Demand::Public)];
    static BY_METHOD: Policy = Policy::per_method(DEMANDS, None);
    static SHARED: Policy = Policy::VALID_TOKEN;
    const ROLE: Requirement = Requirement::any_roles(&["r"]);
    const NOTHING_MORE: Requirement = Requirement::VALID_TOKEN;
    type Constant = fn() -> Policy;
    let rows: &[(Constant, &str)] = &[
        (|| Policy::new(Requirement::any_scopes(&[])), "an empty list demands nothing"),
        (|| Policy::new(Requirement::all_permissions(&[])), "an empty list demands nothing"),
        (|| Policy::new(Requirement::any_scopes(&["read write"])), "RFC 6749"),
        (|| Policy::new(Requirement::all_scopes(&["a", ""])), "RFC 6749"),
        (|| Policy::new(Requirement::all_roles(&["a", ""])), "a role or permission must not be empty"),
        (|| Policy::new(Requirement::any(&[])), "an empty group"),
        (|| Policy::new(Requirement::all(&[])), "an empty group"),
        (|| Policy::new(Requirement::any(const { &[ROLE, NOTHING_MORE] })), "every valid token meets"),
        (
            || Policy::new(Requirement::any(const { &[ROLE, Requirement::of(&SHARED)] })),
            "every valid token meets",
        ),
        (|| Policy::new(Requirement::of(&BY_METHOD)), "differs by method"),
        (|| Policy::per_method(&[], None), "refuses every request"),
        (|| Policy::per_method(DEMANDS, Some(Demand::Public)), "the default is never public"),
        (|| Policy::per_method(&[("get", Demand::Public)], None), "upper case"),
        (|| Policy::per_method(&[("*", Demand::Public)], None), "upper case"),
        (|| Policy::per_method(&[("GET ", Demand::Public)], None), "one token"),
        (|| Policy::per_method(&[("", Demand::Public)], None), "one token"),
        (
            || {
                Policy::per_method(
                    &[("A", Demand::Public), ("B", Demand::Public), ("A", Demand::VALID_TOKEN)],
                    None,
                )
            },
            "two demands",
        ),
    ];
    for (constant, part) in rows {
        let panic = std::panic::catch_unwind(constant).map(|policy| policy.to_string()).expect_err(part);
        let message = panic.downcast_ref::<&str>().expect("a text");
        assert!(message.contains(part), "{part}: {message}");
    }
    assert!(std::panic::catch_unwind(|| Requirement::all(const { &[ROLE, NOTHING_MORE] })).is_ok());
}

type Alternatives<'a> = Vec<BTreeSet<&'a str>>;

/// The scopes of a requirement as the alternatives of a `security` member of `OpenAPI`, each of which is enough.
fn alternatives(requirement: &Requirement) -> Alternatives<'_> {
    fn each<'a>(left: &Alternatives<'a>, right: &Alternatives<'a>) -> Alternatives<'a> {
        left.iter().flat_map(|a| right.iter().map(move |b| a | b)).collect()
    }
    match requirement.view() {
        RequirementRef::Grants { kind: GrantKind::Scope, quantifier, values } => match quantifier {
            Quantifier::Any => values.iter().map(|scope| BTreeSet::from([scope])).collect(),
            Quantifier::All => vec![values.iter().collect()],
        },
        RequirementRef::Any(members) => members.iter().flat_map(alternatives).collect(),
        RequirementRef::All(members) => {
            members.iter().fold(vec![BTreeSet::new()], |all, member| each(&all, &alternatives(member)))
        }
        _ => vec![BTreeSet::new()],
    }
}

#[test]
fn a_policy_can_be_read_exactly() {
    let policy = built(|policy| {
        policy
            .any_scopes(["a", "b"])
            .any(|any| any.all_scopes(["c", "d"]).all(|all| all.any_scopes("e").any_roles("r")))
            .policy(&Policy::VALID_TOKEN)
    })
    .unwrap();
    let Some(Demand::Token(requirement)) = policy.default_demand() else { panic!("{policy}") };
    let found: Vec<_> = alternatives(requirement)
        .into_iter()
        .map(|set| set.into_iter().collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(found, ["a c d", "a e", "b c d", "b e"]);

    let methods: Vec<_> =
        Publishers::POLICY.methods().map(|(method, demand)| format!("{method} {demand}")).collect();
    assert_eq!(methods[0], "GET nothing");
    assert_eq!(methods.len(), 2);
    let default = Publishers::POLICY.default_demand().unwrap();
    let Demand::Token(shared) = default else { panic!("{default}") };
    let RequirementRef::Grants { kind, quantifier, values } = shared.view() else { panic!("{shared}") };
    assert_eq!((kind, quantifier), (GrantKind::Scope, Quantifier::Any));
    assert_eq!(values.iter().collect::<Vec<_>>(), ["write", "edit"]);
    let Some(Demand::Token(nothing_more)) = Policy::VALID_TOKEN.default_demand().cloned() else { panic!() };
    assert_eq!(nothing_more.view(), RequirementRef::ValidToken);
    assert_eq!(Policy::VALID_TOKEN.methods().count(), 0);
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

/// `any` groups around a role, so many deep.
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
    // Nor by way of policies that are parts of others.
    let deep = nested(32).unwrap();
    assert!(Policy::builder().policy(&deep).build().is_ok());
    assert!(Policy::builder().any(|any| any.policy(&deep)).build().is_err());
    let joined = Policy::builder().policy(&deep).any_roles("r").build().unwrap_err();
    assert_eq!(joined.iter().next().unwrap().fault(), &PolicyFault::TooDeep);
}

fn read(text: &str) -> Result<Policy, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

#[test]
fn a_policy_is_read_as_it_is_written() {
    let rows = [
        (r#""valid_token""#, "a valid access token"),
        (r#"{"any_scopes": "a"}"#, "any scope of [a]"),
        (r#"{"all_scopes": ["a", "b"]}"#, "all scopes of [a, b]"),
        (r#"{"any_roles": ["two words"]}"#, "any role of [two words]"),
        (r#"{"all_roles": "a"}"#, "all roles of [a]"),
        (r#"{"any_permissions": "\u0061"}"#, "any permission of [a]"),
        (r#"{"all_permissions": ["a"]}"#, "all permissions of [a]"),
        (r#"{"any_roles": "r", "any_scopes": "a"}"#, "(any scope of [a] and any role of [r])"),
        (
            r#"{"any": [{"any_scopes": "a", "any_roles": "r"}, {"any": [{"any_scopes": "b"}]}]}"#,
            "((any scope of [a] and any role of [r]) or (any scope of [b]))",
        ),
        (
            r#"{"all": ["valid_token", {"any_scopes": "a"}, {"any_scopes": "b"}]}"#,
            "(a valid access token and any scope of [a] and any scope of [b])",
        ),
        (
            r#"{"default": {"any_roles": "r"}, "methods": {"PROPFIND": "valid_token", "GET": "public"}}"#,
            "PROPFIND: a valid access token; GET: nothing; any other method: any role of [r]",
        ),
        (r#"{"methods": {"GET": "public"}}"#, "GET: nothing"),
        (r#"{"default": {"any_roles": "r"}}"#, "any role of [r]"),
    ];
    for (text, words) in rows {
        let policy = read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(policy.to_string(), words, "{text}");
    }
}

#[test]
fn what_is_no_policy_is_refused_by_its_path() {
    let rows: &[(&str, &[&str])] = &[
        ("", &["EOF"]),
        ("{", &["EOF"]),
        (r#"{"any_scopes": "a"} x"#, &["trailing"]),
        ("null", &["null is not expected here"]),
        ("7", &["a number is not expected here"]),
        ("1e999", &["number out of range"]),
        ("[]", &["a list is not expected here"]),
        (r#""publik""#, &[r#""publik" is not expected here"#]),
        (r#""public""#, &["only a method can be public"]),
        ("{}", &["the object is empty"]),
        (r#"{"methods": {}}"#, &["methods: no method is named"]),
        (r#"{"methods": null}"#, &["methods: null is not expected here"]),
        (r#"{"methods": ["GET"]}"#, &["methods: a list is not expected here"]),
        (r#"{"methods": {"GET": {}}}"#, &["methods.GET: the object is empty"]),
        (r#"{"methods": {"GET": null}}"#, &["methods.GET: null is not expected here"]),
        (r#"{"methods": {"GET": "valid"}}"#, &[r#"methods.GET: "valid" is not expected here"#]),
        (r#"{"methods": {"get": "public"}}"#, &["methods.get: \"get\" is not the name of a method"]),
        (
            r#"{"methods": {"*": "public"}}"#,
            &[r#"methods."*": "*" is not the name of a method: it is reserved"#],
        ),
        (r#"{"methods": {"": "public"}}"#, &[r#"methods."": "" is not the name of a method"#]),
        (
            r#"{"methods": {"GET": "public", "GET": {"any_roles": "r"}}}"#,
            &["methods.GET: the method has two"],
        ),
        (
            r#"{"methods": {"GET": "public"}, "methods": {"PUT": "public"}}"#,
            &["methods: the member is there twice"],
        ),
        (r#"{"methods": {"GET": "public"}, "default": "public"}"#, &["default: only a method can be public"]),
        (r#"{"methods": {"GET": "public"}, "default": null}"#, &["default: null is not expected here"]),
        (r#"{"methods": {"GET": "public"}, "default": {}}"#, &["default: the object is empty"]),
        (r#"{"methods": {"GET": "public"}, "any_scopes": "a"}"#, &["a policy is either one demand"]),
        (r#"{"default": "valid_token", "any_scopes": "a"}"#, &["a policy is either one demand"]),
        (
            r#"{"methods": {"GET": {"default": "valid_token"}}}"#,
            &["methods.GET.default: no member has this name"],
        ),
        (
            r#"{"methods": {"GET": {"methods": {"GET": "public"}}}}"#,
            &["methods.GET.methods: no member has this"],
        ),
        (r#"{"any_scopes": "a", "any_scopes": "b"}"#, &["any_scopes: the member is there twice"]),
        (r#"{"any_scopes": "a", "any_sc\u006fpes": "b"}"#, &["any_scopes: the member is there twice"]),
        (
            r#"{"any_scope": "a"}"#,
            &["any_scope: no member has this name here; those that have are any_scopes,"],
        ),
        (r#"{"Any_Scopes": "a"}"#, &["Any_Scopes: no member has this name here"]),
        (r#"{"a\nb": 1}"#, &[r#""a\nb": no member has this name here"#]),
        (r#"{"any_scopes": []}"#, &["any_scopes: the list is empty"]),
        (r#"{"any_scopes": null}"#, &["any_scopes: null is not expected here"]),
        (r#"{"any_scopes": {"a": "b"}}"#, &["any_scopes: an object is not expected here"]),
        (r#"{"any_scopes": ["a", 1, ["b"]]}"#, &["any_scopes[1]: a number", "any_scopes[2]: a list"]),
        (
            r#"{"any_scopes": "a b"}"#,
            &["any_scopes: the scope \"a b\" cannot be granted: a scope holds no space"],
        ),
        (r#"{"any_scopes": ["", "a\"b"]}"#, &["any_scopes: the scope \"\"", r#"the scope "a\"b""#]),
        (r#"{"all_roles": ""}"#, &["all_roles: the role \"\" cannot be granted"]),
        (r#"{"any": []}"#, &["any: the group is empty"]),
        (r#"{"all": []}"#, &["all: the group is empty"]),
        (
            r#"{"any": {"any_scopes": "a"}}"#,
            &["any: an object is not expected here; write a list of demands"],
        ),
        (r#"{"any": ["valid_token", {"any_scopes": "a"}]}"#, &["any: every valid token meets this group"]),
        (r#"{"any": ["public"]}"#, &["any[0]: only a method can be public"]),
        (r#"{"any": [{}]}"#, &["any[0]: the object is empty"]),
        (
            r#"{"methods": {"PUT": {"any": [{"any_roles": "r"}, {"all": [{"all_scopes": ["a", ""]}]}]}}, "x": 1}"#,
            &["methods.PUT.any[1].all[0].all_scopes: the scope \"\"", "x: no member has this name"],
        ),
    ];
    for (text, parts) in rows {
        let error = read(text).map(|policy| policy.to_string()).expect_err(text);
        for part in *parts {
            assert!(error.contains(part), "{text}: {error}");
        }
    }
}

#[test]
fn a_policy_of_any_depth_is_survived() {
    let group = |depth: usize| r#"{"any": ["#.repeat(depth) + r#"{"any_roles": "r"}"# + &"]}".repeat(depth);
    assert!(read(&group(32)).is_ok());
    assert!(read(&format!(r#"{{"methods": {{"GET": {}}}}}"#, group(32))).is_ok());
    for text in [group(33), group(34), group(100_000), "[".repeat(100_000), r#"{"any":"#.repeat(100_000)] {
        let error = read(&text).unwrap_err();
        assert!(["deeper than 32", "recursion limit"].iter().any(|part| error.contains(part)), "{error}");
    }
    // A value has no limit of its own.
    let role = serde_json::json!({"any_roles": "r"});
    let deep = (0..200).fold(role, |inner, _| serde_json::json!({"any": [inner]}));
    let lists = (0..200).fold(serde_json::json!("a"), |inner, _| serde_json::json!([inner]));
    for value in [deep, serde_json::json!({"any_scopes": lists})] {
        let error = serde_json::from_value::<Policy>(value).unwrap_err().to_string();
        assert!(error.contains("the policy is nested deeper than 32 groups"), "{error}");
    }
}

#[test]
fn a_policy_is_written_as_a_person_would() {
    let rows = [
        r#""valid_token""#,
        r#"{"any_scopes":["a"]}"#,
        r#"{"any_scopes":["a"],"all_roles":["r","s"],"any":[{"any_scopes":["b"]},"x"]}"#,
        r#"{"all":[{"any_scopes":["a"]},{"any_scopes":["b"]}]}"#,
        r#"{"all":[{"any_roles":["r"]},{"any_scopes":["a"]}]}"#,
        r#"{"methods":{"GET":"public","PURGE":"valid_token"},"default":{"any_scopes":["a"]}}"#,
    ];
    for text in rows.map(|row| row.replace(r#","x""#, r#",{"all":[{"any_roles":["t"]}]}"#)) {
        assert_eq!(serde_json::to_string(&read(&text).unwrap()).unwrap(), text);
    }
}

/// One demand, as a builder of it.
#[derive(Debug, Clone)]
enum Model {
    ValidToken,
    Grants(usize, Vec<&'static str>),
    Group(bool, Vec<Model>),
}

fn model() -> impl Strategy<Value = Model> {
    let names = subsequence(vec!["a", "b", "\u{e9}", "\"", "two words"], 1..=5);
    let grants = (0..6_usize, names).prop_map(|(key, names)| Model::Grants(key, names));
    grants.prop_recursive(5, 24, 4, |inner| {
        let inner = prop_oneof![1 => Just(Model::ValidToken), 9 => inner];
        (any::<bool>(), vec(inner, 1..4)).prop_map(|(all, members)| Model::Group(all, members))
    })
}

fn demanded(builder: DemandBuilder, model: &Model) -> DemandBuilder {
    let scopes = |names: &[&'static str]| -> Vec<_> {
        names.iter().map(|name| if name.len() == 1 && *name != "\"" { name } else { "z" }).collect()
    };
    let members = |group: DemandBuilder, members: &[Model]| members.iter().fold(group, demanded);
    match model {
        Model::ValidToken => builder.policy(&Policy::VALID_TOKEN),
        Model::Grants(0, names) => builder.any_scopes(scopes(names)),
        Model::Grants(1, names) => builder.all_scopes(scopes(names)),
        Model::Grants(2, names) => builder.any_roles(names),
        Model::Grants(3, names) => builder.all_roles(names),
        Model::Grants(4, names) => builder.any_permissions(names),
        Model::Grants(_, names) => builder.all_permissions(names),
        Model::Group(false, inner) => builder.any(|group| members(group, inner)),
        Model::Group(true, inner) => builder.all(|group| members(group, inner)),
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read_as_an_equal_policy(
        methods in btree_map("[A-Z]{1,3}", proptest::option::of(vec(model(), 0..4)), 0..4),
        default in proptest::option::of(vec(model(), 0..4)),
    ) {
        let all = |builder: DemandBuilder, models: &[Model]| models.iter().fold(builder, demanded);
        let mut policy = Policy::builder();
        for (method, demands) in &methods {
            policy = match demands {
                Some(demands) => policy.method(method, |builder| all(builder, demands)),
                None => policy.public(method),
            };
        }
        if let Some(demands) = &default {
            policy = policy.default(|builder| all(builder, demands));
        }
        // An `any` group that every valid token meets is no policy.
        let Ok(policy) = policy.build() else { return Ok(()) };
        let text = serde_json::to_string(&policy).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Policy>(&text).unwrap(), &policy, "{}", text);
        // Which sorts the members of objects.
        let value = serde_json::to_value(&policy).unwrap();
        prop_assert_eq!(serde_json::from_value::<Policy>(value).unwrap(), policy);
    }

    #[test]
    fn any_text_is_survived(parts in vec(select(PARTS.to_vec()), 0..40), text in ".{0,40}") {
        for text in [parts.concat(), text] {
            if let Ok(policy) = serde_json::from_str::<Policy>(&text) {
                let written = serde_json::to_string(&policy).unwrap();
                prop_assert_eq!(serde_json::from_str::<Policy>(&written).unwrap(), policy, "{}", text);
            }
        }
    }
}

const PARTS: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"any_scopes\":",
    "\"all_roles\":",
    "\"any\":[",
    "\"all\":[{",
    "\"methods\":{",
    "\"default\":",
    "\"GET\":",
    "\"public\"",
    "\"valid_token\"",
    "\"a\"",
    "[\"a\",\"b\"]",
    "null",
    "7",
    "{\"any_roles\":\"r\"}",
];
