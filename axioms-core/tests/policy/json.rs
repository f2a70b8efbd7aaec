//! Policies in JSON.

use axioms_core::Policy;

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
        (r#"{"any_roles": "a\u001b[31m\n\u202e \u00e9\""}"#, r#"any role of [a\u{1b}[31m\n\u{202e} é"]"#),
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
fn an_invalid_policy_is_refused_with_a_path() {
    let rows: &[(&str, &[&str])] = &[
        ("", &["EOF"]),
        ("{", &["EOF"]),
        (r#"{"any_scopes": "a"} x"#, &["trailing"]),
        ("null", &["null is not allowed here"]),
        ("7", &["a number is not allowed here"]),
        ("1e999", &["number out of range"]),
        ("[]", &["a list is not allowed here"]),
        (r#""publik""#, &[r#""publik" is not allowed here"#]),
        (r#""public""#, &["only a method can be public"]),
        ("{}", &["the object is empty"]),
        (r#"{"methods": {}}"#, &["methods: no method is named"]),
        (r#"{"methods": null}"#, &["methods: null is not allowed here"]),
        (r#"{"methods": ["GET"]}"#, &["methods: a list is not allowed here"]),
        (r#"{"methods": {"GET": {}}}"#, &["methods.GET: the object is empty"]),
        (r#"{"methods": {"GET": null}}"#, &["methods.GET: null is not allowed here"]),
        (r#"{"methods": {"GET": "valid"}}"#, &[r#"methods.GET: "valid" is not allowed here"#]),
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
            &["methods: the member is repeated"],
        ),
        (r#"{"methods": {"GET": "public"}, "default": "public"}"#, &["default: only a method can be public"]),
        (r#"{"methods": {"GET": "public"}, "default": null}"#, &["default: null is not allowed here"]),
        (r#"{"methods": {"GET": "public"}, "default": {}}"#, &["default: the object is empty"]),
        (r#"{"methods": {"GET": "public"}, "any_scopes": "a"}"#, &["a policy is either one demand"]),
        (r#"{"default": "valid_token", "any_scopes": "a"}"#, &["a policy is either one demand"]),
        (
            r#"{"methods": {"GET": {"default": "valid_token"}}}"#,
            &["methods.GET.default: the member is unknown"],
        ),
        (
            r#"{"methods": {"GET": {"methods": {"GET": "public"}}}}"#,
            &["methods.GET.methods: the member is unknown"],
        ),
        (r#"{"any_scopes": "a", "any_scopes": "b"}"#, &["any_scopes: the member is repeated"]),
        (r#"{"any_scopes": "a", "any_sc\u006fpes": "b"}"#, &["any_scopes: the member is repeated"]),
        (r#"{"any_scope": "a"}"#, &["any_scope: the member is unknown; expected one of any_scopes,"]),
        (r#"{"Any_Scopes": "a"}"#, &["Any_Scopes: the member is unknown"]),
        (r#"{"a\nb": 1}"#, &[r#""a\nb": the member is unknown"#]),
        (r#"{"any_scopes": []}"#, &["any_scopes: the list is empty"]),
        (r#"{"any_scopes": null}"#, &["any_scopes: null is not allowed here"]),
        (r#"{"any_scopes": {"a": "b"}}"#, &["any_scopes: an object is not allowed here"]),
        (r#"{"any_scopes": ["a", 1, ["b"]]}"#, &["any_scopes[1]: a number", "any_scopes[2]: a list"]),
        (
            r#"{"any_scopes": "a b"}"#,
            &["any_scopes: the scope \"a b\" cannot be granted: a scope contains no space"],
        ),
        (r#"{"any_scopes": ["", "a\"b"]}"#, &["any_scopes: the scope \"\"", r#"the scope "a\"b""#]),
        (r#"{"all_roles": ""}"#, &["all_roles: the role \"\" cannot be granted"]),
        (r#"{"any": []}"#, &["any: the group is empty"]),
        (r#"{"all": []}"#, &["all: the group is empty"]),
        (r#"{"any": {"any_scopes": "a"}}"#, &["any: an object is not allowed here; write a list of demands"]),
        (r#"{"any": ["valid_token", {"any_scopes": "a"}]}"#, &["any: every valid token meets this group"]),
        (r#"{"any": ["public"]}"#, &["any[0]: only a method can be public"]),
        (r#"{"any": [{}]}"#, &["any[0]: the object is empty"]),
        (
            r#"{"methods": {"PUT": {"any": [{"any_roles": "r"}, {"all": [{"all_scopes": ["a", ""]}]}]}}, "x": 1}"#,
            &["methods.PUT.any[1].all[0].all_scopes: the scope \"\"", "x: the member is unknown"],
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
fn a_policy_of_any_depth_causes_no_panic() {
    let group = |depth: usize| r#"{"any": ["#.repeat(depth) + r#"{"any_roles": "r"}"# + &"]}".repeat(depth);
    assert!(read(&group(32)).is_ok());
    assert!(read(&format!(r#"{{"methods": {{"GET": {}}}}}"#, group(32))).is_ok());
    for text in [group(33), group(34), group(100_000), "[".repeat(100_000), r#"{"any":"#.repeat(100_000)] {
        let error = read(&text).unwrap_err();
        assert!(["deeper than 32", "recursion limit"].iter().any(|part| error.contains(part)), "{error}");
    }
    // A value has no length limit of its own.
    let role = serde_json::json!({"any_roles": "r"});
    let deep = (0..200).fold(role, |inner, _| serde_json::json!({"any": [inner]}));
    let lists = (0..200).fold(serde_json::json!("a"), |inner, _| serde_json::json!([inner]));
    for value in [deep, serde_json::json!({"any_scopes": lists})] {
        let error = serde_json::from_value::<Policy>(value).unwrap_err().to_string();
        assert!(error.contains("the policy is nested deeper than 32 groups"), "{error}");
    }
}

#[test]
fn a_policy_is_written_without_needless_groups() {
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
