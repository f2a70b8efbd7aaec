//! Policies that are constants, and the reader of policies.

use std::collections::BTreeSet;

use axioms_core::http::Method;
use axioms_core::{Demand, GrantKind, HasPolicy, Policy, Quantifier, Requirement, RequirementRef};

use super::built;

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
fn an_invalid_constant_does_not_compile() {
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

/// The scopes of a requirement as alternatives for a `security` member of `OpenAPI`.
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
