//! Scopes, roles and permissions: which claim they are read from, and in which forms.

use axioms_core::ValidatorBuilder;
use serde_json::{Value, json};

use super::token;
use crate::common::Bench;

fn values<'a>(granted: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    granted.collect()
}

#[test]
fn each_kind_of_grant_is_read_only_from_text_or_an_array_of_text() {
    let bench = Bench::new();
    let rows: &[(Value, &[&str], &[&str])] = &[
        // The claim's value, its scopes, and its roles or permissions.
        (json!("a b"), &["a", "b"], &["a b"]),
        (json!("a"), &["a"], &["a"]),
        (json!(" a  b "), &["a", "b"], &[" a  b "]),
        (json!("a\tb\nc"), &["a\tb\nc"], &["a\tb\nc"]),
        (json!("\u{e9}\" \\"), &["\u{e9}\"", "\\"], &["\u{e9}\" \\"]),
        (json!(""), &[], &[]),
        (json!(["a", "b c"]), &["a", "b c"], &["a", "b c"]),
        (json!([]), &[], &[]),
        (json!(["a", 1]), &[], &[]),
        (json!(["a", null]), &[], &[]),
        (json!([["a"]]), &[], &[]),
        (json!({"a": true}), &[], &[]),
        (json!(1), &[], &[]),
        (json!(true), &[], &[]),
        (json!(null), &[], &[]),
    ];
    for (value, scopes, names) in rows {
        let token = token(&bench, &json!({"scope": value, "roles": value, "permissions": value}));
        assert_eq!(values(token.scopes()), *scopes, "scope {value}");
        assert_eq!(values(token.roles()), *names, "roles {value}");
        assert_eq!(values(token.permissions()), *names, "permissions {value}");
    }
    let bare = token(&bench, &json!({}));
    assert_eq!((bare.scopes().count(), bare.roles().count(), bare.permissions().count()), (0, 0, 0));
}

#[test]
fn only_the_first_present_claim_is_read() {
    type Row = (Value, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

    let settings = |builder: ValidatorBuilder| {
        builder
            .scope_claims(["scp", "scope"])
            .roles_claims(["/a/roles", "roles"])
            .permissions_claims(["p", "permissions"])
    };
    let bench = Bench::configured(settings);
    let rows: &[Row] = &[
        (json!({"scope": "s"}), &["s"], &[], &[]),
        (json!({"scope": "s", "scp": "t"}), &["t"], &[], &[]),
        (json!({"scope": "s", "scp": []}), &[], &[], &[]),
        (json!({"scope": "s", "scp": null}), &[], &[], &[]),
        (json!({"scope": "s", "scp": 1}), &[], &[], &[]),
        (json!({"roles": ["r"]}), &[], &["r"], &[]),
        (json!({"roles": ["r"], "a": {}}), &[], &["r"], &[]),
        (json!({"roles": ["r"], "a": 1}), &[], &["r"], &[]),
        (json!({"roles": ["r"], "a": {"roles": []}}), &[], &[], &[]),
        (json!({"roles": ["r"], "a": {"roles": ["q"]}}), &[], &["q"], &[]),
        (json!({"permissions": ["x"], "p": "y z"}), &[], &[], &["y z"]),
    ];
    for (claims, scopes, roles, permissions) in rows {
        let token = token(&bench, claims);
        assert_eq!(values(token.scopes()), *scopes, "{claims}");
        assert_eq!(values(token.roles()), *roles, "{claims}");
        assert_eq!(values(token.permissions()), *permissions, "{claims}");
    }
}

#[test]
fn a_claim_is_a_literal_name_or_a_json_pointer() {
    let claims = json!({
        "roles": ["plain"],
        "a.b": ["dot"],
        "a": {"b": ["nested"], "x/y": ["slash"], "x~y": ["tilde"], "": ["empty"], "~1": ["tilde one"]},
        "https://example.com/roles": ["url"],
        "urn:roles:1": ["urn"],
        "list": [["zero"], {"roles": ["one"]}],
        "": ["the empty name"],
        "e\u{301}": ["decomposed"],
        "00": ["digits"],
    });
    let rows: &[(&str, &[&str])] = &[
        ("roles", &["plain"]),
        ("a.b", &["dot"]),
        ("/a/b", &["nested"]),
        ("/a.b", &["dot"]),
        ("/a/x~1y", &["slash"]),
        ("/a/x~0y", &["tilde"]),
        ("/a/~01", &["tilde one"]),
        ("/a/", &["empty"]),
        ("/", &["the empty name"]),
        ("https://example.com/roles", &["url"]),
        ("/https:~1~1example.com~1roles", &["url"]),
        ("urn:roles:1", &["urn"]),
        ("/list/0", &["zero"]),
        ("/list/1/roles", &["one"]),
        ("/00", &["digits"]),
        ("e\u{301}", &["decomposed"]),
        ("\u{e9}", &[]),
        ("/list/00", &[]),
        ("/list/+1/roles", &[]),
        ("/list/-", &[]),
        ("/list/2", &[]),
        ("/list/-1", &[]),
        ("/list/99999999999999999999999", &[]),
        ("/roles/0", &["plain"]),
        ("/roles/0/0", &[]),
        ("/a/b/c", &[]),
        ("a/b", &[]),
        ("Roles", &[]),
    ];
    for (name, expected) in rows {
        let bench = Bench::configured(|builder| builder.roles_claims([*name]));
        assert_eq!(values(token(&bench, &claims).roles()), *expected, "{name}");
    }
}
