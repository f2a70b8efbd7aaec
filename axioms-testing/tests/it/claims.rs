//! What handlers see of a valid token: grants, claims, owners, and the policies that look at them.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use axioms_core::http::{Method, Request};
use axioms_core::{
    AccessToken, Algorithm, DenialReason, Denied, Issuer, Owned, Policy, Refusal, Validator, ValidatorBuilder,
};
use axioms_core::{OwnerValue, PolicyBuilder};
use axioms_testing::{AUDIENCE, TestIssuer};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::common::Bench;

/// A valid token with these claims, as a handler gets it.
fn token(bench: &Bench, claims: &Value) -> AccessToken {
    let members = claims.as_object().into_iter().flatten();
    let token = members.fold(bench.token(), |token, (name, value)| token.claim(name, value.clone()));
    bench.validator.validate(&token.sign()).expect("a valid token")
}

/// A token alone does not tell which of a program's resource servers it was for.
#[test]
fn a_validator_knows_the_tokens_that_it_accepted() {
    let (orders, invoices) = (Bench::new(), Bench::new());
    let text = orders.token().sign();
    let (new, kept) = (orders.validator.validate(&text).unwrap(), orders.validator.validate(&text).unwrap());
    for token in [new, kept] {
        assert!(orders.validator.accepted(&token) && orders.validator.clone().accepted(&token));
        assert!(!invoices.validator.accepted(&token));
    }
}

fn values<'a>(granted: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    granted.collect()
}

#[test]
fn each_kind_of_grant_is_read_from_text_or_an_array_of_text_and_nothing_else() {
    let bench = Bench::new();
    let rows: &[(Value, &[&str], &[&str])] = &[
        // The claim's value, the scopes that it comes to, the roles or permissions that it comes to.
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
fn the_first_claim_present_counts_and_the_others_are_not_looked_at() {
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

#[test]
fn one_claim_is_read_as_any_type() {
    #[derive(Deserialize, PartialEq, Debug)]
    #[serde(rename_all = "lowercase")]
    enum Plan {
        Free,
    }

    let bench = Bench::new();
    let claims = json!({
        "name": "Zo\u{eb}", "escaped": "a\"b", "age": 7, "admin": true, "plan": "free", "none": null,
        "groups": ["a", "b"], "address": {"city": "x"}, "big": 1e300, "a.b": "dot",
    });
    let token = token(&bench, &claims);
    assert_eq!(token.claim::<&str>("name"), Ok(Some("Zo\u{eb}")));
    assert_eq!(token.claim::<String>("escaped"), Ok(Some("a\"b".to_owned())));
    assert_eq!(token.claim::<u8>("age"), Ok(Some(7)));
    assert_eq!(token.claim::<bool>("admin"), Ok(Some(true)));
    assert_eq!(token.claim::<Plan>("plan"), Ok(Some(Plan::Free)));
    assert_eq!(token.claim::<Option<String>>("none"), Ok(Some(None)));
    assert_eq!(token.claim::<Vec<&str>>("groups"), Ok(Some(vec!["a", "b"])));
    assert_eq!(token.claim::<BTreeMap<String, String>>("address").unwrap().unwrap()["city"], "x");
    assert_eq!(token.claim::<&str>("a.b"), Ok(Some("dot")));
    assert_eq!(token.claim::<&str>("absent"), Ok(None));
    assert_eq!(token.claim::<&str>("Name"), Ok(None));

    let wrong = [
        token.claim::<u8>("name").map(drop).unwrap_err(),
        token.claim::<i8>("big").map(drop).unwrap_err(),
        token.claim::<&str>("none").map(drop).unwrap_err(),
        token.claim::<Vec<u8>>("groups").map(drop).unwrap_err(),
    ];
    for (error, name) in wrong.iter().zip(["name", "big", "none", "groups"]) {
        let text = error.to_string();
        assert!(text.starts_with(name) && text.contains("the type that the code asks for"), "{text}");
    }
}

#[test]
fn all_claims_are_read_as_any_type() {
    #[derive(Deserialize)]
    struct Profile<'a> {
        tenant: &'a str,
        plan: Option<String>,
    }

    let bench = Bench::new();
    let full = token(&bench, &json!({"tenant": "t"}));
    let profile: Profile<'_> = full.claims().unwrap();
    assert_eq!((profile.tenant, profile.plan), ("t", None));
    assert_eq!(full.claims::<Value>().unwrap()["sub"], "user-1");
    let bare = token(&bench, &json!({}));
    assert!(bare.claims::<Profile<'_>>().map(drop).unwrap_err().to_string().contains("tenant"));
}

#[test]
fn registered_claims_have_names_of_their_own() {
    let bench = Bench::new();
    let key = bench.issuer.key(Algorithm::ES256);
    let full = token(
        &bench,
        &json!({
            "jti": "id", "client_id": "c\"", "aud": ["other", AUDIENCE], "iat": 1_767_225_590.5, "exp": 1_767_225_700,
        }),
    );
    assert_eq!((full.issuer(), full.subject()), (Some(bench.issuer.url()), Some("user-1")));
    assert_eq!((full.jwt_id().as_deref(), full.client_id().as_deref()), (Some("id"), Some("c\"")));
    assert_eq!(full.audiences(), ["other", AUDIENCE]);
    assert_eq!(full.expires_at(), Some(UNIX_EPOCH + Duration::from_secs(1_767_225_700)));
    assert_eq!(full.issued_at(), Some(UNIX_EPOCH + Duration::from_millis(1_767_225_590_500)));
    assert_eq!((full.algorithm(), full.key_id()), (Some(Algorithm::ES256), Some(key.kid())));

    let text = token(&bench, &json!({"client_id": 1, "jti": null}));
    assert_eq!(text.audiences(), [AUDIENCE]);
    assert_eq!((text.client_id(), text.jwt_id()), (None, None), "of another type is as good as absent");

    let bare = bench.token().without("sub").without("jti").without("client_id").without("iat").sign();
    let bare = bench.validator.validate(&bare).unwrap();
    assert_eq!((bare.subject(), bare.jwt_id(), bare.client_id(), bare.issued_at()), (None, None, None, None));
}

struct Article(Option<String>);

impl Owned for Article {
    fn is_owned_by(&self, value: &str) -> bool {
        self.0.is_owner(value)
    }
}

struct Job(String);

impl Owned for Job {
    const OWNER_CLAIM: &'static str = "client_id";

    fn is_owned_by(&self, value: &str) -> bool {
        self.0.is_owner(value)
    }
}

#[test]
fn an_owner_is_who_the_claim_names_exactly() {
    let bench = Bench::new();
    let rows = [
        ("alice", Some("alice"), true),
        ("alice", Some("Alice"), false),
        ("alice", Some("alice "), false),
        ("alice", Some("ali"), false),
        ("alice", Some("bob"), false),
        ("alice", Some(""), false),
        ("alice", None, false),
        ("e\u{301}", Some("\u{e9}"), false),
    ];
    for (subject, owner, expected) in rows {
        let token = token(&bench, &json!({"sub": subject}));
        let article = Article(owner.map(str::to_owned));
        assert_eq!(token.require_owner(&article).is_ok(), expected, "{subject:?} and {owner:?}");
        for (method, safe) in [
            ("GET", true),
            ("HEAD", true),
            ("OPTIONS", true),
            ("TRACE", true),
            ("PUT", false),
            ("POST", false),
            ("PATCH", false),
            ("DELETE", false),
            ("get", false),
            ("QUERY", false),
        ] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            assert_eq!(token.require_owner_or_safe(&method, &article).is_ok(), safe || expected, "{method}");
        }
    }
    let without_subject = bench.validator.validate(&bench.token().without("sub").sign()).unwrap();
    assert!(without_subject.require_owner(&Article(Some("alice".to_owned()))).is_err());
    assert!(without_subject.require_owner(&Article(Some(String::new()))).is_err());
}

#[test]
fn an_owner_may_be_named_by_another_claim() {
    let bench = Bench::new();
    let job = Job("c".to_owned());
    for (claims, expected) in [
        (json!({"client_id": "c"}), true),
        (json!({"client_id": "d", "sub": "c"}), false),
        (json!({"client_id": ["c"]}), false),
        (json!({"client_id": null}), false),
    ] {
        let found = token(&bench, &claims).require_owner(&job);
        assert_eq!(found.is_ok(), expected, "{claims}");
        if let Err(denied) = found {
            assert_eq!(
                (denied.reason(), denied.demanded(), denied.scope()),
                (DenialReason::Owner, "ownership of the object by the claim client_id", None)
            );
        }
    }
}

#[test]
fn an_integer_owns_by_its_decimal_text_and_no_other() {
    #[derive(Owned)]
    struct BySub<T: OwnerValue>(#[owner] T);

    #[derive(Owned)]
    struct ByUid<T: OwnerValue>(#[owner(claim = "uid")] T);

    fn owns(token: &AccessToken, owner: impl OwnerValue + Copy) -> [bool; 2] {
        [token.require_owner(&BySub(owner)).is_ok(), token.require_owner(&ByUid(owner)).is_ok()]
    }

    let bench = Bench::new();
    let subject = |sub: &str| token(&bench, &json!({"sub": sub}));
    for sub in
        ["042", "+42", " 42", "42 ", "42.0", "4.2e1", "0x2a", "4\u{662}", "42abc", "-42", "\u{664}\u{662}"]
    {
        assert_eq!(owns(&subject(sub), 42_i64), [false, false], "{sub}");
    }
    let forty_two = subject("42");
    assert_eq!(owns(&forty_two, 42_u8), [true, false]);
    assert_eq!(owns(&forty_two, 42_i128), [true, false]);
    assert_eq!(owns(&forty_two, Some(42_usize)), [true, false]);
    assert_eq!(owns(&forty_two, None::<u32>), [false, false]);
    assert_eq!(owns(&forty_two, 43_u64), [false, false]);
    assert_eq!(owns(&subject("-1"), -1_i8), [true, false]);
    assert_eq!(owns(&subject("-0"), 0_i32), [false, false]);
    assert_eq!(owns(&subject("18446744073709551615"), u64::MAX), [true, false]);
    assert_eq!(owns(&subject("18446744073709551616"), 0_u64), [false, false]);

    for (uid, expected) in [
        (json!(42), true),
        (json!("42"), true),
        (json!(42.0), false),
        (json!(42.5), false),
        (json!(-42), false),
        (json!([42]), false),
        (json!(true), false),
        (json!(null), false),
    ] {
        assert_eq!(owns(&token(&bench, &json!({"uid": uid})), 42_u32), [false, expected], "{uid}");
    }
}

#[test]
fn an_id_type_owns_by_its_value_or_by_its_display() {
    #[derive(Clone, Copy)]
    struct UserId(u32);

    impl OwnerValue for UserId {
        fn is_owner(&self, claim: &str) -> bool {
            self.0.is_owner(claim)
        }
    }

    /// As a `Uuid` is: it has a text, and is no type of ours.
    struct Uuid;

    impl std::fmt::Display for Uuid {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("7d2c8ec7-c33c-4c00-8bba-fe8200000000")
        }
    }

    #[derive(Owned)]
    struct ByValue(#[owner] UserId);

    #[derive(Owned)]
    struct ByDisplay(#[owner(display)] Uuid);

    #[derive(Owned)]
    struct Perhaps(#[owner(display)] Option<Uuid>);

    let bench = Bench::new();
    for (sub, by_value, by_display) in [
        ("7", true, false),
        ("07", false, false),
        ("7d2c8ec7-c33c-4c00-8bba-fe8200000000", false, true),
        ("7D2C8EC7-C33C-4C00-8BBA-FE8200000000", false, false),
        ("{7d2c8ec7-c33c-4c00-8bba-fe8200000000}", false, false),
        ("7d2c8ec7c33c4c008bbafe8200000000", false, false),
    ] {
        let token = token(&bench, &json!({"sub": sub}));
        assert_eq!(token.require_owner(&ByValue(UserId(7))).is_ok(), by_value, "{sub}");
        assert_eq!(token.require_owner(&ByDisplay(Uuid)).is_ok(), by_display, "{sub}");
        assert_eq!(token.require_owner(&Perhaps(Some(Uuid))).is_ok(), by_display, "{sub}");
        assert!(token.require_owner(&Perhaps(None)).is_err(), "{sub}");
    }
}

#[derive(Owned)]
struct Unstated(#[owner] &'static str);

#[derive(Owned)]
struct Issued {
    #[owner(issuer = issuer)]
    author: &'static str,
    issuer: Option<String>,
}

#[derive(Owned)]
struct Unique(#[owner(any_issuer)] &'static str);

/// Whether the token owns what says nothing of the issuer, what names `issuer`, and what is of any issuer.
fn ownership(token: &AccessToken, issuer: Option<&str>) -> [bool; 3] {
    let named = Issued { author: "42", issuer: issuer.map(str::to_owned) };
    let owned = [
        token.require_owner(&Unstated("42")),
        token.require_owner(&named),
        token.require_owner(&Unique("42")),
    ];
    owned.map(|owned| owned.is_ok())
}

#[test]
fn a_subject_of_one_issuer_owns_nothing_of_its_namesake_at_another() {
    let issuer = || TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let (a, b) = (issuer(), issuer());
    let trusting = |issuer: &TestIssuer| Validator::builder().issuer(issuer.url()).audience(AUDIENCE);
    let token = |validator: &Validator, issuer: &TestIssuer| {
        validator.validate(&issuer.token().subject("42").sign()).unwrap()
    };

    let one = trusting(&a).build().unwrap();
    assert_eq!(ownership(&token(&one, &a), Some(a.url())), [true, true, true]);
    assert_eq!(ownership(&token(&one, &a), Some(b.url())), [true, false, true]);
    assert_eq!(ownership(&token(&one, &a), None), [true, false, true]);

    let second = Issuer::new(b.url()).audience(AUDIENCE);
    let two = trusting(&a).add_issuer(second).build().unwrap();
    assert_eq!(ownership(&token(&two, &a), Some(a.url())), [false, true, true]);
    assert_eq!(ownership(&token(&two, &b), Some(a.url())), [false, false, true]);
    assert_eq!(ownership(&token(&two, &b), Some(&format!("{}/", b.url()))), [false, false, true]);
    assert_eq!(ownership(&token(&two, &b), None), [false, false, true]);
    let hint = token(&two, &a).require_owner(&Unstated("42")).unwrap_err();
    assert!(hint.demanded().contains("#[owner(issuer = field)]"), "{hint}");
    assert!(token(&two, &a).require_owner_or_safe(&Method::GET, &Unstated("42")).is_ok());

    let tenants = |list: &[&str]| {
        let builder = Validator::builder().issuer("https://login.example.com/{tid}").audience(AUDIENCE);
        builder.jwks_url(a.jwks_url()).tenants(list.to_vec()).build().unwrap()
    };
    let of_tenant = |validator: &Validator| {
        let token = a.token().subject("42").issuer("https://login.example.com/t1").claim("tid", "t1");
        validator.validate(&token.sign()).unwrap()
    };
    let t1 = Some("https://login.example.com/t1");
    assert_eq!(ownership(&of_tenant(&tenants(&["t1"])), t1), [true, true, true]);
    assert_eq!(ownership(&of_tenant(&tenants(&["t1", "t2"])), t1), [false, true, true]);

    let any =
        Validator::builder().any_issuer(true).jwks_url(a.jwks_url()).audience(AUDIENCE).build().unwrap();
    assert_eq!(ownership(&token(&any, &a), Some(a.url())), [false, true, true]);
    let nameless = any.validate(&a.token().subject("42").without("iss").sign()).unwrap();
    assert_eq!(ownership(&nameless, Some("")), [false, false, true]);
}

#[test]
fn m11_a_client_owns_nothing_by_its_subject() {
    let bench = Bench::new();
    let article = Article(Some("alice".to_owned()));
    for (claims, expected) in [
        (json!({"sub": "alice", "client_id": "web"}), true),
        (json!({"sub": "alice", "client_id": "alice"}), false),
        (json!({"sub": "alice", "cid": "alice"}), false),
        (json!({"sub": "alice", "azp": "alice"}), false),
        (json!({"sub": "alice", "appid": "alice"}), false),
        (json!({"sub": "alice", "azp": "web"}), true),
        (json!({"sub": "web", "client_id": "alice"}), false),
        (json!({"sub": null, "client_id": "alice"}), false),
    ] {
        assert_eq!(token(&bench, &claims).require_owner(&article).is_ok(), expected, "{claims}");
    }
    // What clients own by a claim of theirs stays theirs.
    let own = token(&bench, &json!({"sub": "c", "client_id": "c"}));
    assert!(own.require_owner(&Job("c".to_owned())).is_ok());
}

#[test]
fn a_claim_of_another_type_is_a_403_by_one_question_mark() {
    fn tenant(token: &AccessToken) -> Result<u32, Refusal> {
        Ok(token.claim("tenant")?.unwrap_or_default())
    }

    fn plan(token: &AccessToken) -> Result<u32, Denied> {
        #[derive(Deserialize)]
        struct Plan {
            tenant: u32,
        }
        Ok(token.claims::<Plan>()?.tenant)
    }

    let bench = Bench::new();
    let good = token(&bench, &json!({"tenant": 7}));
    assert_eq!((tenant(&good), plan(&good)), (Ok(7), Ok(7)));
    let bad = token(&bench, &json!({"tenant": "secret-of-a-tenant"}));
    let refusal = tenant(&bad).unwrap_err();
    assert_eq!((refusal.status().as_u16(), refusal.error_code()), (403, "insufficient_scope"));
    assert_eq!(refusal.challenges()[0].scope(), None);
    for text in
        [refusal.to_string(), format!("{refusal:?}"), refusal.body(), plan(&bad).unwrap_err().to_string()]
    {
        assert!(!text.contains("secret-of-a-tenant"), "{text}");
    }
    assert_eq!(bench.validator.stats().refused.get("denied"), Some(&2));
}

#[test]
fn a_subject_of_null_is_no_subject() {
    let bench = Bench::new();
    let client = token(&bench, &json!({"sub": null}));
    assert_eq!(client.subject(), None);
    assert!(client.require_owner(&Article(Some("null".to_owned()))).is_err());
}

#[test]
fn far_and_early_dates_are_dates() {
    let bench = Bench::new();
    let far = token(&bench, &json!({"exp": 999_999_999_999_u64, "iat": -1.5, "nbf": -1e11}));
    assert_eq!(far.expires_at(), Some(UNIX_EPOCH + Duration::from_secs(999_999_999_999)));
    assert_eq!(far.issued_at(), Some(UNIX_EPOCH - Duration::from_millis(1500)));
}

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
    // The method, without a token, with a token, with a token of the scope `write`.
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
fn a_public_method_looks_at_no_credentials() {
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
