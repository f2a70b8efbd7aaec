//! Which objects belong to the token's subject.

use axioms_core::http::Method;
use axioms_core::{AccessToken, Algorithm, DenialReason, Issuer, Owned, OwnerValue, Validator};
use axioms_testing::{AUDIENCE, TestIssuer};
use serde_json::json;

use super::token;
use crate::common::Bench;

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
fn an_owner_is_compared_exactly() {
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

    /// Like `Uuid`: it implements `Display`, and is not a type of this crate.
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

/// Whether the token owns an object without an issuer, one that names `issuer`, and one of any
/// issuer.
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
fn equal_subjects_of_two_issuers_own_separate_objects() {
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
    // An object that a client owns by another claim stays its own.
    let own = token(&bench, &json!({"sub": "c", "client_id": "c"}));
    assert!(own.require_owner(&Job("c".to_owned())).is_ok());
}

#[test]
fn a_null_subject_is_absent() {
    let bench = Bench::new();
    let client = token(&bench, &json!({"sub": null}));
    assert_eq!(client.subject(), None);
    assert!(client.require_owner(&Article(Some("null".to_owned()))).is_err());
}
