//! Which tokens meet a policy.

use axioms_core::http::{Method, Request};
use axioms_core::{DenialReason, Policy, PolicyBuilder};
use serde_json::{Value, json};

use super::token;
use crate::common::Bench;

fn policy(demand: impl FnOnce(PolicyBuilder) -> PolicyBuilder) -> Policy {
    demand(Policy::builder()).build().unwrap()
}

#[test]
fn a_policy_per_method_refuses_the_methods_that_it_does_not_name() {
    let per_method = policy(|policy| {
        policy
            .public(Method::GET)
            .method(Method::POST, |post| post.any_scopes(["write"]))
            .method(Method::PUT, |put| put)
    });
    let head_apart =
        policy(|policy| policy.public(Method::GET).method(Method::HEAD, |head| head.any_scopes(["head"])));
    let bench = Bench::new();
    // The method; the result without a token, with a token, and with the scope `write`.
    let rows = [
        (&per_method, "GET", [true, true, true]),
        (&per_method, "HEAD", [true, true, true]),
        (&per_method, "POST", [false, false, true]),
        (&per_method, "PUT", [false, true, true]),
        (&per_method, "DELETE", [false, false, false]),
        (&per_method, "OPTIONS", [false, false, false]),
        (&per_method, "get", [false, false, false]),
        (&per_method, "TRACE", [false, false, false]),
        (&head_apart, "HEAD", [false, false, false]),
        (&head_apart, "GET", [true, true, true]),
    ];
    let tokens = [None, Some(bench.token().sign()), Some(bench.token().scopes(["write"]).sign())];
    for (policy, method, expected) in rows {
        let pass = tokens.each_ref().map(|token| {
            let mut request = Request::builder().method(method);
            if let Some(token) = token {
                request = request.header("authorization", format!("Bearer {token}"));
            }
            bench.validator.authorize(&request.body(()).unwrap(), policy).is_ok()
        });
        assert_eq!(pass, expected, "{method} under {policy}");
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        for (text, expected) in tokens.iter().zip(expected).skip(1) {
            let token = bench.validator.validate(text.as_ref().unwrap()).unwrap();
            assert_eq!(token.require_for(&method, policy).is_ok(), expected, "{method} under {policy}");
            assert!(token.require(policy).is_err() && !token.grants(policy), "there is no method to look at");
        }
    }
}

#[test]
fn a_public_method_reads_no_credentials() {
    let bench = Bench::new();
    let open = policy(|policy| policy.public(Method::GET));
    for header in ["Bearer bad", "Bearer", "Basic x"] {
        let request = Request::get("/").header("authorization", header).body(()).unwrap();
        assert!(bench.validator.authorize(&request, &open).unwrap().is_none(), "{header}");
    }
}

#[test]
fn groups_deny_at_every_depth() {
    // a scope AND (a role OR (two permissions AND (b scope OR c scope)))
    let nested = policy(|policy| {
        policy.any_scopes(["a"]).any(|either| {
            either.any_roles(["admin"]).all(|all| {
                all.all_permissions(["p", "q"]).any(|either| either.any_scopes(["b"]).any_scopes(["c"]))
            })
        })
    });
    let rows = [
        (json!({"scope": "a", "roles": ["admin"]}), true),
        (json!({"scope": "a b", "permissions": ["q", "p"]}), true),
        (json!({"scope": "a c", "permissions": ["p", "q", "r"]}), true),
        (json!({"scope": "a", "permissions": ["p", "q"]}), false),
        (json!({"scope": "a b", "permissions": ["p"]}), false),
        (json!({"scope": "a b"}), false),
        (json!({"scope": "a"}), false),
        (json!({"scope": "b", "permissions": ["p", "q"]}), false),
        (json!({"roles": ["admin"]}), false),
        (json!({"scope": "a", "permissions": ["admin"]}), false),
        (json!({}), false),
    ];
    let bench = Bench::new();
    for (claims, expected) in rows {
        let token = token(&bench, &claims);
        assert_eq!(token.grants(&nested), expected, "{claims}");
        match token.require(&nested) {
            Ok(()) => assert!(expected, "{claims}"),
            Err(denied) => {
                assert!(!expected, "{claims}");
                assert_eq!((denied.reason(), denied.scope()), (DenialReason::Policy, Some("a b c")));
                assert_eq!(denied.demanded(), nested.to_string());
            }
        }
    }
}

#[test]
fn each_demand_alone_and_the_valid_token() {
    type Demand = fn(PolicyBuilder) -> PolicyBuilder;
    let rows: &[(Demand, Value, Value)] = &[
        // The demand, claims that meet it, claims that do not.
        (
            |policy| policy.any_scopes(["a", "b"]),
            json!({"scope": "b"}),
            json!({"scope": "c", "roles": ["a"]}),
        ),
        (|policy| policy.all_scopes(["a", "b"]), json!({"scope": "b a"}), json!({"scope": "b"})),
        (|policy| policy.any_roles(["a", "b"]), json!({"roles": "b"}), json!({"scope": "a b"})),
        (|policy| policy.all_roles(["a", "b"]), json!({"roles": ["b", "a"]}), json!({"roles": "a b"})),
        (|policy| policy.any_permissions(["a", "b"]), json!({"permissions": ["b"]}), json!({"roles": ["a"]})),
        (
            |policy| policy.all_permissions(["a", "b"]),
            json!({"permissions": ["a", "b"]}),
            json!({"permissions": ["a"]}),
        ),
        (|policy| policy.any_scopes(["a"]).any_scopes(["b"]), json!({"scope": "a b"}), json!({"scope": "a"})),
        (
            |policy| policy.any_roles(["two words"]),
            json!({"roles": "two words"}),
            json!({"roles": ["two", "words"]}),
        ),
    ];
    let bench = Bench::new();
    for (demand, meets, lacks) in rows {
        let policy = policy(demand);
        assert!(token(&bench, meets).grants(&policy), "{policy} {meets}");
        assert!(!token(&bench, lacks).grants(&policy), "{policy} {lacks}");
    }
    for valid_token in [Policy::VALID_TOKEN, policy(|policy| policy)] {
        assert!(token(&bench, &json!({})).require(&valid_token).is_ok());
    }
}
