//! J: demands that seem to be met but are not, and policies that cannot be built.

use axioms_core::http::{Method, Request};
use axioms_core::{DemandBuilder, PolicyBuilder};
use axioms_core::{Policy, RefusalCause, ValidatorBuilder};
use serde_json::{Value, json};

use crate::common::Bench;

/// Whether a request whose token has these claims passes. Anything but a pass or a denial is a
/// failure.
fn passes(bench: &Bench, claims: &Value, policy: &Policy) -> bool {
    let members = claims.as_object().into_iter().flatten();
    let token = members.fold(bench.token(), |token, (name, value)| token.claim(name, value.clone())).sign();
    let request = Request::get("/").header("authorization", format!("Bearer {token}")).body(()).unwrap();
    match bench.validator.authorize(&request, policy) {
        Ok(token) => token.is_some(),
        Err(refusal) => {
            assert!(matches!(refusal.cause(), RefusalCause::Denied(_)), "{claims}: {refusal:?}");
            assert_eq!((refusal.status().as_u16(), refusal.error_code()), (403, "insufficient_scope"));
            false
        }
    }
}

type Row = (&'static str, Value, bool);

fn assert_rows(
    settings: fn(ValidatorBuilder) -> ValidatorBuilder,
    demand: fn(PolicyBuilder) -> PolicyBuilder,
    rows: Vec<Row>,
) {
    let bench = Bench::configured(settings);
    let policy = demand(Policy::builder()).build().unwrap();
    for (id, claims, expected) in rows {
        assert_eq!(passes(&bench, &claims, &policy), expected, "{id} {claims}, {policy}");
    }
}

#[test]
fn j1_j4_scopes_match_exactly() {
    assert_rows(
        |builder| builder,
        |policy| policy.any_scopes(["read"]),
        vec![
            ("J1", json!({"scope": "read"}), true),
            ("J1", json!({"scope": "write read"}), true),
            ("J1", json!({"scope": "write read delete"}), true),
            ("J1", json!({"scope": "readx read"}), true),
            ("J1", json!({"scope": " write  read "}), true),
            ("J1", json!({"scope": "é read"}), true),
            ("J1", json!({"scope": "xread"}), false),
            ("J1", json!({"scope": "xread readx"}), false),
            ("J1", json!({"scope": "read:all"}), false),
            ("J1", json!({"scope": "Read"}), false),
            ("J1", json!({"scope": "readx"}), false),
            ("J1", json!({"scope": "rea"}), false),
            ("J1", json!({"scope": "*"}), false),
            ("J1", json!({"scope": "re ad"}), false),
            ("J1", json!({"scope": "read,write"}), false),
            ("J1", json!({"scope": "write\tread"}), false),
            ("J1", json!({"scope": "write\nread"}), false),
            ("J1", json!({"scope": "write\u{a0}read"}), false),
            ("J1", json!({"scope": "r\u{435}ad"}), false),
            ("J2", json!({"scope": ["write", "read"]}), true),
            ("J2", json!({"scope": ["write read"]}), false),
            ("J2", json!({"scope": ["read", 1]}), false),
            ("J2", json!({"scope": [["read"]]}), false),
            ("J2", json!({"scp": "read"}), false),
            ("J2", json!({"scope": "write", "scp": "read"}), false),
            ("J4", json!({}), false),
            ("J4", json!({"scope": ""}), false),
            ("J4", json!({"scope": {"read": true}}), false),
            ("J4", json!({"scope": 1}), false),
            ("J4", json!({"scope": true}), false),
            ("J4", json!({"scope": null}), false),
        ],
    );
}

#[test]
fn j2_only_the_first_present_scope_claim_is_read() {
    assert_rows(
        |builder| builder.scope_claims(["scope", "scp"]),
        |policy| policy.all_scopes(["read", "write"]),
        vec![
            ("J2", json!({"scope": "read write"}), true),
            ("J2", json!({"scp": ["read", "write"]}), true),
            ("J2", json!({"scope": "read", "scp": "write"}), false),
            ("J2", json!({"scope": "read", "scp": "read write"}), false),
            ("J2", json!({"scope": "", "scp": "read write"}), false),
            ("J2", json!({"scope": null, "scp": "read write"}), false),
            ("J2", json!({"scope": 1, "scp": "read write"}), false),
        ],
    );
}

#[test]
fn j7_a_claim_is_named_by_its_literal_name_or_by_a_pointer() {
    type Case = (fn(ValidatorBuilder) -> ValidatorBuilder, Vec<Row>);
    let cases: [Case; 4] = [
        (
            |builder| builder.roles_claims(["https://example.com/roles"]),
            vec![
                ("J7", json!({"https://example.com/roles": ["admin"]}), true),
                ("J7", json!({"https://example": {"com/roles": ["admin"]}}), false),
                ("J7", json!({"roles": ["admin"]}), false),
            ],
        ),
        (
            |builder| builder.roles_claims(["app.roles"]),
            vec![
                ("J7", json!({"app.roles": ["admin"]}), true),
                ("J7", json!({"app": {"roles": ["admin"]}}), false),
            ],
        ),
        (
            |builder| builder.roles_claims(["/app/roles"]),
            vec![
                ("J7", json!({"app": {"roles": ["admin"]}}), true),
                ("J7", json!({"app.roles": ["admin"]}), false),
                ("J7", json!({"app/roles": ["admin"]}), false),
                ("J7", json!({"/app/roles": ["admin"]}), false),
                ("J7", json!({"app": "roles"}), false),
                ("J7", json!({"app": ["roles", "admin"]}), false),
            ],
        ),
        (
            |builder| builder,
            vec![
                ("J7", json!({"roles": ["admin"]}), true),
                ("J7", json!({"roles": "admin"}), true),
                ("J7", json!({"roles": "admin user"}), false),
                ("J7", json!({"roles": {"admin": true}}), false),
                ("J7", json!({"scope": "admin", "permissions": ["admin"]}), false),
            ],
        ),
    ];
    for (settings, rows) in cases {
        assert_rows(settings, |policy| policy.any_roles(["admin"]), rows);
    }
}

#[test]
fn j10_a_denial_names_every_scope_of_the_policy() {
    let bench = Bench::new();
    let policy = Policy::builder()
        .any_scopes(["read", "write"])
        .any(|either| {
            either.all(|both| both.any_scopes(["write", "delete"]).any_roles(["r"])).all_scopes(["admin"])
        })
        .build()
        .unwrap();
    let token = bench.validator.validate(&bench.token().scopes(["read"]).sign()).unwrap();
    assert_eq!(token.require(&policy).unwrap_err().scope(), Some("read write delete admin"));
}

#[test]
fn d6_hostile_values_are_only_compared() {
    let hostile = "a".repeat(1000) + "!";
    assert_rows(
        |builder| builder,
        |policy| policy.any_roles(["(a+)+$"]),
        vec![
            ("D6", json!({"roles": ["(a+)+$"]}), true),
            ("D6", json!({"roles": [hostile]}), false),
            ("D6", json!({"roles": vec!["a"; 1000]}), false),
        ],
    );
}

#[test]
fn j5_j6_an_invalid_policy_cannot_be_built() {
    type Demand = fn(DemandBuilder) -> DemandBuilder;
    const NOTHING: [&str; 0] = [];
    let rows: &[(&str, Demand, &str)] = &[
        (
            "J5",
            |demand| demand.any_scopes(NOTHING),
            "any_scopes: the list is empty; name at least one scope, or remove it",
        ),
        (
            "J5",
            |demand| demand.all_scopes(NOTHING),
            "all_scopes: the list is empty; name at least one scope, or remove it",
        ),
        (
            "J5",
            |demand| demand.any_roles(NOTHING),
            "any_roles: the list is empty; name at least one role, or remove it",
        ),
        (
            "J5",
            |demand| demand.all_roles(NOTHING),
            "all_roles: the list is empty; name at least one role, or remove it",
        ),
        (
            "J5",
            |demand| demand.any_permissions(NOTHING),
            "any_permissions: the list is empty; name at least one permission, or remove it",
        ),
        (
            "J5",
            |demand| demand.all_permissions(NOTHING),
            "all_permissions: the list is empty; name at least one permission, or remove it",
        ),
        (
            "J5",
            |demand| demand.any(|group| group),
            "any: the group is empty; add a demand to it, or remove it",
        ),
        (
            "J5",
            |demand| demand.all(|group| group),
            "all: the group is empty; add a demand to it, or remove it",
        ),
        (
            "J5",
            |demand| demand.any(|group| group.all(|inner| inner)),
            "any.all: the group is empty; add a demand to it, or remove it",
        ),
        (
            "J6",
            |demand| demand.any_scopes([""]),
            r#"any_scopes: the scope "" cannot be granted: it is empty"#,
        ),
        (
            "J6",
            |demand| demand.any_scopes(["read", ""]),
            r#"any_scopes: the scope "" cannot be granted: it is empty"#,
        ),
        (
            "J6",
            |demand| demand.all_scopes(["a b"]),
            r#"all_scopes: the scope "a b" cannot be granted: a scope contains no space; write several scopes as a list of strings"#,
        ),
        (
            "J6",
            |demand| demand.all_scopes(["a\"b"]),
            r#"all_scopes: the scope "a\"b" cannot be granted: a scope contains only printable ASCII, without space, double quote or backslash"#,
        ),
        (
            "J6",
            |demand| demand.any_scopes(["a\r\nb"]),
            r#"any_scopes: the scope "a\r\nb" cannot be granted: a scope contains only printable ASCII, without space, double quote or backslash"#,
        ),
        ("J6", |demand| demand.any_roles([""]), r#"any_roles: the role "" cannot be granted: it is empty"#),
        (
            "J6",
            |demand| demand.any_permissions([""]),
            r#"any_permissions: the permission "" cannot be granted: it is empty"#,
        ),
        (
            "J6",
            |demand| demand.any(|group| group.any_roles(["a"]).any_scopes(["b c"])),
            r#"any.any_scopes: the scope "b c" cannot be granted: a scope contains no space; write several scopes as a list of strings"#,
        ),
    ];
    for (id, demand, message) in rows {
        let error = Policy::builder().method(Method::GET, demand).build().unwrap_err();
        assert_eq!(error.to_string(), format!("methods.GET.{message}"), "{id}");
    }
}

#[test]
fn j5_all_problems_of_a_policy_are_reported_together() {
    let error = Policy::builder()
        .any_scopes(["a b"])
        .public(Method::GET)
        .method(Method::GET, |get| get.all_roles(["", "a"]).any_permissions(["b", ""]))
        .build()
        .unwrap_err();
    let messages: Vec<String> = error.iter().map(ToString::to_string).collect();
    assert_eq!(messages.len(), 5, "{messages:?}");
    for part in ["a b", "the role", "the permission", "GET: the method has two demands", "either one demand"]
    {
        assert!(messages.iter().any(|message| message.contains(part)), "{part}: {messages:?}");
    }
}

#[test]
fn j5_shared_demands_do_not_mix_with_those_per_method() {
    let error = Policy::builder().any_scopes(["a"]).method(Method::GET, |get| get).build().unwrap_err();
    assert!(error.to_string().contains("either one demand for every method or one demand per method"));
}
