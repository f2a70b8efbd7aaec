//! Why a valid token gets 403: what it grants, and which demand of a policy it misses.

use axioms_core::diagnosis::{GrantReport, MissingReport, PolicyReport};
use axioms_core::http::Method;
use axioms_core::{Policy, ValidatorBuilder};
use axioms_testing::TokenBuilder;
use serde_json::{Value, json};

use super::{diagnose, settings};
use crate::common::Bench;

fn grants(settings: ValidatorBuilder, token: &TokenBuilder) -> Vec<GrantReport> {
    diagnose(settings, &token.sign()).token.unwrap().grants
}

#[test]
fn grants_are_reported_with_their_claim_and_its_type() {
    let bench = Bench::new();
    let rows: [(&str, Value, &str, &str); 20] = [
        ("scope", json!("a b c"), "string of 3 scopes", "a|b|c"),
        ("scope", json!("a"), "string of 1 scope", "a"),
        ("scope", json!("a,b"), "string of 1 scope", "a,b"),
        ("scope", json!(["a", "b c"]), "array of strings", "a|b c"),
        ("scope", json!(""), "empty string: grants nothing", ""),
        ("scope", json!("  "), "empty string: grants nothing", ""),
        ("scope", json!([]), "empty array: grants nothing", ""),
        ("scope", json!({"a": true}), "object: grants nothing", ""),
        ("scope", json!(7), "number: grants nothing", ""),
        ("roles", json!("admin user"), "string, read as one role", "admin user"),
        ("roles", json!(["admin", "user"]), "array of strings", "admin|user"),
        ("roles", json!(["admin", 7]), "array with values other than strings: grants nothing", ""),
        ("roles", json!([{"name": "admin"}]), "array with values other than strings: grants nothing", ""),
        ("roles", json!({"admin": {}}), "object: grants nothing", ""),
        ("roles", json!(""), "empty string: grants nothing", ""),
        ("permissions", json!("a"), "string, read as one permission", "a"),
        ("permissions", json!(["a"]), "array of strings", "a"),
        ("permissions", json!(true), "boolean: grants nothing", ""),
        ("permissions", Value::Null, "null: grants nothing", ""),
        ("permissions", json!(-1.5), "number: grants nothing", ""),
    ];
    for (claim, value, form, values) in rows {
        let token = bench.token().claim(claim, value.clone());
        let reports = grants(settings(&bench), &token);
        let kinds: Vec<_> = reports.iter().map(|report| report.kind).collect();
        assert_eq!(kinds, ["scopes", "roles", "permissions"]);
        let report = reports.iter().find(|report| report.claim.as_deref() == Some(claim)).unwrap();
        assert_eq!((report.form.as_deref(), &*report.values.join("|")), (Some(form), values), "{value}");
        let others: Vec<_> = reports.iter().filter(|report| report.claim.is_none()).collect();
        assert_eq!(others.len(), 2, "{value}");
        assert!(others.iter().all(|report| report.absent.len() == 1 && report.form.is_none()), "{others:?}");
    }
}

#[test]
fn the_first_named_claim_is_read_and_the_others_are_reported() {
    let bench = Bench::new();
    let names = || settings(&bench).roles_claims(["/realm_access/roles", "roles", "groups", "/a~1b/c~0d"]);
    let token = bench.token().claim("realm_access", json!({"roles": ["a"]})).claim("groups", json!(["b"]));
    let report = grants(names(), &token).remove(1);
    assert_eq!((report.claim.as_deref(), report.values), (Some("/realm_access/roles"), vec!["a".to_owned()]));
    assert_eq!(
        (report.absent, report.unread),
        (vec!["roles".to_owned(), "/a~1b/c~0d".to_owned()], vec!["groups".to_owned()])
    );
    assert_eq!(report.setting, "AXIOMS_ROLES_CLAIMS");
    // An object without such a member, and a token that is refused.
    let report = grants(names(), &bench.token().claim("realm_access", json!({}))).remove(1);
    assert_eq!((report.claim, report.absent.len()), (None, 4));
    assert!(grants(names(), &bench.token().expired()).is_empty());
}

fn judge(settings: ValidatorBuilder, token: &TokenBuilder, policy: &Policy, method: &Method) -> PolicyReport {
    let diagnosis = settings.diagnose_for(&token.sign(), method, policy).unwrap();
    let report = diagnosis.token.unwrap().policy.unwrap();
    assert_eq!(diagnosis.ok, report.met);
    report
}

fn missing(settings: ValidatorBuilder, token: &TokenBuilder, policy: &Policy) -> Vec<MissingReport> {
    let report = judge(settings, token, policy, &Method::GET);
    report.demands.into_iter().flat_map(|demand| demand.missing).collect()
}

#[test]
fn each_demand_is_judged_as_the_guard_judges_it() {
    let bench = Bench::new();
    let policy = Policy::builder()
        .any_scopes(["read:messages", "read:data"])
        .all_roles(["admin", "editor"])
        .any(|either| {
            either.any_roles(["owner"]).all(|both| both.any_scopes(["a"]).all_permissions(["b", "c"]))
        })
        .build()
        .unwrap();
    for (token, met, lacking) in [
        (bench.token(), [false; 3], "read:messages read:data|admin editor|owner a b c"),
        (bench.token().scopes(["read:data"]), [true, false, false], "|admin editor|owner a b c"),
        (bench.token().roles(["editor", "owner"]), [false, false, true], "read:messages read:data|admin|"),
        (
            bench.token().scopes(["a"]).permissions(["c"]),
            [false; 3],
            "read:messages read:data|admin editor|owner b",
        ),
        (bench.token().scopes(["read:data"]).roles(["admin", "editor", "owner"]), [true; 3], "||"),
    ] {
        let report = judge(settings(&bench), &token, &policy, &Method::GET);
        let demands: Vec<_> = report.demands.iter().map(|demand| demand.met).collect();
        assert_eq!(demands, met);
        let values = |missing: &[MissingReport]| {
            missing.iter().map(|one| one.value.clone()).collect::<Vec<_>>().join(" ")
        };
        let found: Vec<_> = report.demands.iter().map(|demand| values(&demand.missing)).collect();
        assert_eq!(found.join("|"), lacking);
        let accepted = bench.validator.validate(&token.sign()).unwrap();
        assert_eq!(accepted.require(&policy).is_ok(), report.met);
        let words: Vec<_> = report.demands.iter().map(|demand| demand.demand.as_str()).collect();
        assert_eq!(words[..2], ["any scope of [read:messages, read:data]", "all roles of [admin, editor]"]);
    }
}

#[test]
fn a_policy_by_method_is_judged_for_the_method() {
    let bench = Bench::new();
    let policy = Policy::builder()
        .public(Method::GET)
        .method(Method::POST, |post| post.any_scopes(["write"]))
        .method(Method::PUT, |put| put)
        .build()
        .unwrap();
    for (method, met, demands) in [
        (Method::GET, true, vec![]),
        (Method::HEAD, true, vec![]),
        (Method::POST, false, vec!["any scope of [write]"]),
        (Method::PUT, true, vec![]),
        (Method::DELETE, false, vec!["a method that the policy names; it does not name DELETE"]),
    ] {
        let report = judge(settings(&bench), &bench.token(), &policy, &method);
        let found: Vec<_> = report.demands.iter().map(|demand| demand.demand.as_str()).collect();
        assert_eq!((report.met, found, report.method), (met, demands, method.to_string()));
    }
    let refused =
        settings(&bench).diagnose_for(&bench.token().expired().sign(), &Method::GET, &policy).unwrap();
    assert!(!refused.ok && refused.token.unwrap().policy.is_none());
}

type Change = fn(TokenBuilder) -> TokenBuilder;

fn role() -> Policy {
    Policy::builder().any_roles(["admin"]).build().unwrap()
}

fn scope() -> Policy {
    Policy::builder().any_scopes(["read"]).build().unwrap()
}

fn permission() -> Policy {
    Policy::builder().any_permissions(["read"]).build().unwrap()
}

/// A token, the policy that it misses by one value, and the report.
type Row<'p> = (Change, &'p Policy, &'static str, &'static str);

fn assert_explained(bench: &Bench, rows: &[Row<'_>]) {
    for (change, policy, found, remedy) in rows {
        let missing = missing(settings(bench), &change(bench.token()), policy);
        let [report] = missing.as_slice() else { unreachable!("one value is demanded: {missing:?}") };
        assert!(report.found.contains(found), "{found:?}: {report:?}");
        assert!(report.remedy.contains(remedy), "{remedy:?}: {report:?}");
    }
}

#[test]
fn a_missing_value_is_found_in_another_claim() {
    let bench = Bench::new();
    let rows: &[Row<'_>] = &[
        (
            |token| token,
            &role(),
            "none of the claims that AXIOMS_ROLES_CLAIMS names: \"roles\"",
            "give the user this role",
        ),
        (
            |token| token,
            &scope(),
            "AXIOMS_SCOPE_CLAIMS names: \"scope\"",
            "have the client request this scope",
        ),
        (|token| token.permissions(["write"]), &permission(), "does not contain it", "grant this permission"),
        (
            |token| token.claim("groups", json!(["admin"])),
            &role(),
            "a claim \"groups\" (array of strings) that AXIOMS_ROLES_CLAIMS does not name",
            "add groups to AXIOMS_ROLES_CLAIMS, if only",
        ),
        (
            |token| token.roles(["user"]).claim("groups", json!(["admin"])),
            &role(),
            "\"groups\"",
            "add groups to AXIOMS_ROLES_CLAIMS, as the first",
        ),
        (
            |token| token.claim("scp", "read write"),
            &scope(),
            "\"scp\" (string of 2 scopes) that AXIOMS_SCOPE_CLAIMS does not name",
            "add scp to AXIOMS_SCOPE_CLAIMS",
        ),
        (|token| token.claim("scp", "write"), &scope(), "\"scp\"", "add scp to AXIOMS_SCOPE_CLAIMS"),
        (
            |token| token.claim("https://example.com/roles", json!(["admin"])),
            &role(),
            "\"https://example.com/roles\"",
            "add https://example.com/roles to AXIOMS_ROLES_CLAIMS",
        ),
        (
            |token| token.claim("realm_access", json!({"roles": ["admin"]})),
            &role(),
            "\"/realm_access/roles\"",
            "add /realm_access/roles to AXIOMS_ROLES_CLAIMS",
        ),
        (
            |token| token.claim("resource_access", json!({"orders-api": {"roles": ["admin"]}})),
            &role(),
            "\"/resource_access/orders-api/roles\"",
            "add /resource_access/orders-api/roles to",
        ),
        (|token| token.claim("/roles", json!(["admin"])), &role(), "\"/~1roles\"", "add /~1roles to"),
        (
            |token| token.scopes(["admin"]),
            &role(),
            "granted as a scope, by the claim \"scope\"",
            "require a scope",
        ),
        (|token| token.permissions(["read"]), &scope(), "granted as a permission", "require a permission"),
        // A claim that users write themselves must never be recommended for a variable.
        (|token| token.claim("nickname", "admin"), &role(), "none of the claims", "give the user this role"),
        (|token| token.subject("admin"), &role(), "none of the claims", "give the user this role"),
        (
            |token| token.claim("user_metadata", json!({"roles": ["admin"]})),
            &role(),
            "none of the claims",
            "give the user this role",
        ),
        (|token| token.claim("color", "admin"), &role(), "none of the claims", "give the user this role"),
    ];
    assert_explained(&bench, rows);
    let several = settings(&bench).roles_claims(["roles", "groups"]);
    let token = bench.token().roles(["user"]).claim("groups", json!(["admin"]));
    let report = missing(several, &token, &role()).remove(0);
    assert!(report.found.contains("\"groups\" (array of strings), which is not read"), "{report:?}");
    assert!(report.remedy.contains("put groups first in AXIOMS_ROLES_CLAIMS"), "{report:?}");
}

#[test]
fn a_missing_value_is_found_in_another_form() {
    let rows: &[Row<'_>] = &[
        (|token| token.roles(["Admin"]), &role(), "has it in another case", "values are case-sensitive"),
        (|token| token.roles([" admin"]), &role(), "white space around it", "without white space"),
        (|token| token.claim("roles", "admin,user"), &role(), "as part of one value", "array of strings"),
        (|token| token.claim("roles", "user admin"), &role(), "as part of one value", "array of strings"),
        (|token| token.claim("scope", "read,write"), &scope(), "as part of a scope", "by single spaces"),
        (
            |token| token.claim("scope", json!(["read write"])),
            &scope(),
            "as part of a scope",
            "single spaces",
        ),
        (
            |token| token.claim("roles", json!({"admin": {}})),
            &role(),
            "a member with that name",
            "array of strings",
        ),
        (
            |token| token.claim("roles", json!([{"name": "admin"}])),
            &role(),
            "has it inside",
            "contains only strings",
        ),
        (
            |token| token.claim("roles", json!(["admin", 7])),
            &role(),
            "has it inside",
            "contains only strings",
        ),
        (
            |token| token.claim("urn:zitadel:iam:org:project:roles", json!({"admin": {"1": "shop"}})),
            &role(),
            "\"urn:zitadel:iam:org:project:roles\" (object: grants nothing)",
            "array of strings",
        ),
    ];
    assert_explained(&Bench::new(), rows);
}

#[test]
fn a_hostile_claim_is_quoted_harmlessly_and_in_no_remedy() {
    let bench = Bench::new();
    for name in ["$(reboot)roles", "roles;reboot", "reboot roles`x`", "\u{1b}]0;reboot roles\u{7}\u{202e}"] {
        let token = bench.token().claim(name, json!(["admin"])).claim("scope", name);
        let report = missing(settings(&bench), &token, &role()).remove(0);
        assert!(report.found.contains("reboot") && !report.remedy.contains("reboot"), "{report:?}");
        let token = diagnose(settings(&bench), &token.sign()).token.unwrap();
        let shown = format!(
            "{}{:?}",
            report.found,
            token.grants.iter().map(|grant| grant.values.join(" ")).collect::<String>()
        );
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{shown:?}");
    }
    // As deep and as wide as a token may be.
    let deep = (0..20).fold(json!(["admin"]), |inner, _| json!({"a": inner}));
    let wide: Value = (0..200).map(|n| (format!("{n}"), json!({}))).collect::<serde_json::Map<_, _>>().into();
    for claim in [deep, wide] {
        assert_eq!(missing(settings(&bench), &bench.token().claim("x", claim), &role()).len(), 1);
    }
}
