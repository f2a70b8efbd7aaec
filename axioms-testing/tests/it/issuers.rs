//! Several issuers in one validator: `iss` selects one, and no key verifies another issuer's token.

use std::time::Duration;

use axioms_core::{
    Algorithm, Claim, InvalidToken, Issuer, Provider, RefusalCause, Validator, ValidatorBuilder,
};
use axioms_testing::{AUDIENCE, SigningKey, TestClock, TestIssuer};
use serde_json::json;

const OTHER_AUDIENCE: &str = "https://other.example.com";

fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithms([Algorithm::ES256]).start()
}

fn trusted(issuer: &TestIssuer, audience: &str) -> Issuer {
    Issuer::new(issuer.url()).audience(audience)
}

fn outcome(validator: &Validator, token: &str) -> Result<(), InvalidToken> {
    match validator.validate(token) {
        Ok(_) => Ok(()),
        Err(refusal) => match refusal.cause() {
            RefusalCause::InvalidToken(reason) => Err(*reason),
            other => panic!("{other:?}"),
        },
    }
}

#[test]
fn each_issuer_has_its_own_keys_and_audience() {
    let (a, b, stranger) = (issuer(), issuer(), issuer());
    let validator =
        Validator::builder().issuer(trusted(&a, AUDIENCE)).add_issuer(trusted(&b, OTHER_AUDIENCE));
    let validator = validator.build().unwrap();
    let (key_a, key_b) = (a.key(Algorithm::ES256), b.key(Algorithm::ES256));
    let same_kid = key_b.clone().with_kid(key_a.kid());
    let rows = [
        ("a", a.token().sign(), Ok(())),
        ("b", b.token().audience(OTHER_AUDIENCE).sign(), Ok(())),
        (
            "a's token for b's audience",
            a.token().audience(OTHER_AUDIENCE).sign(),
            Err(InvalidToken::Audience),
        ),
        ("b's token for a's audience", b.token().sign(), Err(InvalidToken::Audience)),
        ("a stranger", stranger.token().sign(), Err(InvalidToken::Issuer)),
        ("no issuer", a.token().without("iss").sign(), Err(InvalidToken::Issuer)),
        (
            "H3 both issuers",
            a.token().claim("iss", json!([a.url(), b.url()])).sign(),
            Err(InvalidToken::ClaimMalformed(Claim::ISS)),
        ),
        (
            "E13 b's key under a's name and kid",
            a.token().signed_with(&same_kid).sign(),
            Err(InvalidToken::Signature),
        ),
    ];
    for (name, token, expected) in rows {
        assert_eq!(outcome(&validator, &token), expected, "{name}");
    }
    let unknown = a.token().signed_with(&key_b.with_kid("only-at-b")).sign();
    assert_eq!(outcome(&validator, &unknown), Err(InvalidToken::UnknownKey), "E13 b's key under its own kid");
}

#[test]
fn an_outage_of_one_issuer_does_not_affect_another() {
    let up = issuer();
    let validator = Validator::builder()
        .issuer(trusted(&up, AUDIENCE))
        .add_issuer(Issuer::new("http://127.0.0.1:9").audience(AUDIENCE))
        .build()
        .unwrap();
    assert_eq!(outcome(&validator, &up.token().sign()), Ok(()));
    let refusal = validator.validate(&up.token().issuer("http://127.0.0.1:9").sign()).unwrap_err();
    assert_eq!(refusal.status(), 503);
}

/// A validator with keys given as text, and the clock that both use.
fn with_text(issuer: &TestIssuer, clock: &TestClock) -> ValidatorBuilder {
    Validator::builder().issuer(trusted(issuer, AUDIENCE).jwks(issuer.jwks())).clock(clock.clone())
}

#[test]
fn keys_given_as_text_verify_tokens_and_are_never_fetched() {
    let clock = TestClock::new();
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    let validator = with_text(&issuer, &clock).build().unwrap();
    let other = SigningKey::generate(Algorithm::ES256);
    let same_kid = other.clone().with_kid(issuer.key(Algorithm::ES256).kid());
    for _ in 0..2 {
        let rows = [
            ("its key", issuer.token(), Ok(())),
            ("an unknown key", issuer.token().signed_with(&other), Err(InvalidToken::UnknownKey)),
            ("another key of its id", issuer.token().signed_with(&same_kid), Err(InvalidToken::Signature)),
            ("another issuer", issuer.token().issuer("https://b.example"), Err(InvalidToken::Issuer)),
        ];
        for (name, token, expected) in rows {
            assert_eq!(outcome(&validator, &token.sign()), expected, "{name}");
        }
        // Keys without a source never become outdated.
        clock.advance(Duration::from_secs(100 * 365 * 24 * 3600));
    }
    let health = validator.health();
    let [keys] = health.issuers.as_slice() else { panic!("one issuer is configured") };
    assert!(health.is_ready() && keys.next_fetch.is_none() && keys.last_error.is_none(), "{keys:?}");
    assert_eq!(keys.key_ids, [issuer.key(Algorithm::ES256).kid()]);
    let stats = validator.stats();
    assert_eq!((issuer.requests().len(), stats.fetches, stats.key_age), (0, 0, None));
}

#[test]
fn an_issuer_with_keys_as_text_and_one_that_is_fetched_share_a_validator() {
    let (clock, fetched) = (TestClock::new(), issuer());
    let given = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    let validator = with_text(&given, &clock)
        .clock(axioms_core::SystemClock::new())
        .add_issuer(trusted(&fetched, AUDIENCE))
        .build()
        .unwrap();
    assert_eq!(outcome(&validator, &fetched.token().sign()), Ok(()));
    assert!(validator.stats().key_age.is_some(), "of the one that is fetched");
}

#[test]
fn unusable_keys_as_text_are_a_configuration_error() {
    let a = issuer();
    let text = |text: &str| Validator::builder().audience(AUDIENCE).issuer("ours").jwks(text);
    let symmetric = r#"{"keys": [{"kty": "oct", "kid": "1", "k": "c2VjcmV0"}, {"kty": "EC", "crv": "secp256k1", "kid": "2"}]}"#;
    let rows: [(&str, ValidatorBuilder, &[&str]); 7] = [
        ("no JSON", text("-----BEGIN PUBLIC KEY-----"), &["jwks", "JWK Set"]),
        ("empty", text(""), &["jwks", "JWK Set"]),
        ("no key", text(r#"{"keys": []}"#), &["lists no keys"]),
        ("no usable key", text(symmetric), &["none of its 2 keys", "key 0: it contains private", "key 1: "]),
        ("no issuer", Validator::builder().audience(AUDIENCE).jwks(a.jwks()), &["any_issuer"]),
        ("a URL as well", text(&a.jwks()).jwks_url(a.jwks_url()), &["jwks_url"]),
        ("no audience", Validator::builder().issuer("ours").jwks(a.jwks()), &["audience"]),
    ];
    for (name, builder, words) in rows {
        let error = builder.build().expect_err(name).to_string();
        for word in words {
            assert!(error.contains(word), "{name}: {word} in {error}");
        }
    }
    assert!(text(&a.jwks()).build().is_ok(), "no URL is needed for an issuer that is not asked");
    let okta = Provider::okta("example.okta.com", "default");
    let preset = Validator::builder().audience(AUDIENCE).provider(okta).jwks(a.jwks()).build().unwrap();
    let scopes =
        |token: &str| preset.validate(token).unwrap().scopes().map(str::to_owned).collect::<Vec<_>>();
    let token = a.token().issuer("https://example.okta.com/oauth2/default").claim("scp", json!(["a"]));
    assert_eq!(scopes(&token.sign()), ["a"], "a preset says more than where the keys are");
    let any = Validator::builder().audience(AUDIENCE).any_issuer(true).jwks(a.jwks()).build().unwrap();
    assert_eq!(outcome(&any, &a.token().issuer("anybody").sign()), Ok(()));
}

#[test]
fn issuers_that_cannot_be_told_apart_are_a_configuration_error() {
    let a = issuer();
    let any = || Issuer::default().any_issuer(true).jwks_url(a.jwks_url()).audience(AUDIENCE);
    let tenants = |tids: [&str; 2]| {
        Issuer::new("https://login.example.com/{tid}").jwks_url(a.jwks_url()).audience(AUDIENCE).tenants(tids)
    };
    let rows = [
        (trusted(&a, AUDIENCE), trusted(&a, OTHER_AUDIENCE), "configured twice"),
        (tenants(["t1", "t2"]), tenants(["t2", "t3"]), "configured twice"),
        (trusted(&a, AUDIENCE), any(), "any_issuer"),
        (any(), trusted(&a, AUDIENCE), "any_issuer"),
        (any(), any(), "any_issuer"),
        (trusted(&a, AUDIENCE), "https://b.example".into(), "audience of \"https://b.example\": set"),
        (trusted(&a, AUDIENCE), Issuer::default().audience(AUDIENCE), "issuer of \"an added issuer\": set"),
    ];
    for (first, second, word) in rows {
        let error = Validator::builder().issuer(first).add_issuer(second).build().unwrap_err().to_string();
        assert!(error.contains(word), "{word}: {error}");
    }
}

const A: &str = "https://login.example.com/tenant-a/v2.0";
const B: &str = "https://login.example.com/tenant-b/v2.0";
const EVERY_TENANT: &str = "https://login.example.com/{tenantid}/v2.0";

/// The member `issuer` of the JWK, then `iss` and `tid` of a token signed by that key, and whether
/// it verifies.
type KeyOf = (&'static str, &'static str, Option<&'static str>, bool);

/// A key whose JWK names an issuer verifies only that issuer's tokens, as in Microsoft's keys of
/// all tenants.
fn assert_verify(configure: impl Fn(ValidatorBuilder) -> ValidatorBuilder, rows: &[KeyOf]) {
    for (key_issuer, iss, tid, verifies) in rows {
        let provider = issuer();
        let mut jwk = provider.key(Algorithm::ES256).public_jwk();
        jwk["issuer"] = (*key_issuer).into();
        // Otherwise a set without a usable key would be an outage.
        let other = SigningKey::generate(Algorithm::ES256).public_jwk();
        provider.set_jwks(json!({ "keys": [jwk, other] }).to_string());
        let builder = Validator::builder().jwks_url(provider.jwks_url()).audience(AUDIENCE);
        let validator = configure(builder).build().unwrap();
        let token = provider.token().issuer(iss);
        let token = tid.iter().fold(token, |token, tid| token.claim("tid", *tid)).sign();
        let expected = if *verifies { Ok(()) } else { Err(InvalidToken::UnknownKey) };
        assert_eq!(outcome(&validator, &token), expected, "{key_issuer} {iss} {tid:?}");
    }
}

#[test]
fn p3_a_tenants_key_verifies_only_its_issuers_tokens() {
    let tenants = |builder: ValidatorBuilder| {
        builder.issuer("https://login.example.com/{tid}/v2.0").tenants(["tenant-a", "tenant-b"])
    };
    assert_verify(
        tenants,
        &[
            (EVERY_TENANT, A, Some("tenant-a"), true),
            (EVERY_TENANT, B, Some("tenant-b"), true),
            (A, A, Some("tenant-a"), true),
            (B, A, Some("tenant-a"), false),
            (A, B, Some("tenant-b"), false),
            ("https://login.example.com/{tenantid}/", A, Some("tenant-a"), false),
            ("https://login.example.us/{tenantid}/v2.0", A, Some("tenant-a"), false),
            ("https://login.example.com/{tid}/v2.0", A, Some("tenant-a"), false),
        ],
    );
}

#[test]
fn p3_a_key_of_another_issuer_verifies_nothing() {
    assert_verify(
        |builder| builder.issuer(A),
        &[
            (A, A, None, true),
            (EVERY_TENANT, A, Some("tenant-a"), true),
            ("https://login.example.com/{tenantId}/v2.0", A, Some("tenant-a"), true),
            (EVERY_TENANT, A, None, true),
            (EVERY_TENANT, A, Some("tenant-b"), false),
            (B, A, None, false),
            ("https://login.example.com/tenant-a/v2.0/", A, None, false),
            ("https://login.example.com/tenant-a", A, None, false),
            ("https://LOGIN.example.com/tenant-a/v2.0", A, None, false),
        ],
    );
}

#[test]
fn p3_with_any_issuer_a_key_still_verifies_only_its_issuers_tokens() {
    const PATH: &str = "https://login.example.com/x/tenant-a/v2.0";
    const NOWHERE: &str = "https://login.example.com//v2.0";
    const ELSEWHERE: &str = "https://evil.example.com/tenant-a/v2.0";
    assert_verify(
        |builder| builder.any_issuer(true),
        &[
            (A, A, None, true),
            (B, A, None, false),
            (EVERY_TENANT, B, Some("tenant-b"), true),
            (EVERY_TENANT, NOWHERE, Some(""), false),
            (EVERY_TENANT, PATH, Some("x/tenant-a"), false),
            (EVERY_TENANT, EVERY_TENANT, Some("{tenantid}"), false),
            (EVERY_TENANT, ELSEWHERE, Some("tenant-a"), false),
        ],
    );
    let provider = issuer();
    let mut jwk = provider.key(Algorithm::ES256).public_jwk();
    jwk["issuer"] = EVERY_TENANT.into();
    provider.set_jwks(json!({ "keys": [jwk] }).to_string());
    let builder = Validator::builder().jwks_url(provider.jwks_url()).audience(AUDIENCE);
    let validator = builder.any_issuer(true).build().unwrap();
    let rows = [
        ("no iss", provider.token().without("iss").claim("tid", "tenant-a")),
        ("tid of another type", provider.token().issuer(A).claim("tid", json!(["tenant-a"]))),
    ];
    for (what, token) in rows {
        assert_eq!(outcome(&validator, &token.sign()), Err(InvalidToken::UnknownKey), "{what}");
    }
}

/// Finding an unknown issuer is a lookup, not a comparison with each.
#[test]
fn a_tenant_of_ten_thousand_is_found_and_a_stranger_is_not() {
    let provider = issuer();
    let tid = |n: usize| format!("{n:08}");
    let validator = Validator::builder()
        .issuer("https://login.example.com/{tid}/v2.0")
        .tenants((0..10_000).map(tid))
        .jwks_url(provider.jwks_url())
        .audience(AUDIENCE)
        .build()
        .unwrap();
    let token = |tid: &str| {
        provider.token().issuer(&format!("https://login.example.com/{tid}/v2.0")).claim("tid", tid).sign()
    };
    for n in [0, 1, 5000, 9999] {
        assert_eq!(outcome(&validator, &token(&tid(n))), Ok(()), "{n}");
    }
    for stranger in [tid(10_000), "0".repeat(4000), String::new()] {
        assert_eq!(outcome(&validator, &token(&stranger)), Err(InvalidToken::Issuer), "{stranger:.20}");
    }
}

#[test]
fn tenants_share_keys_and_are_listed_one_by_one() {
    let provider = issuer();
    let template = "https://login.example.com/{tid}/v2.0";
    let builder = || Validator::builder().issuer(template).jwks_url(provider.jwks_url()).audience(AUDIENCE);
    let validator = builder().tenants(["t1", "t2"]).build().unwrap();
    let token = |issuer: &str, tid: serde_json::Value| {
        provider.token().issuer(&format!("https://login.example.com/{issuer}/v2.0")).claim("tid", tid).sign()
    };
    let rows = [
        ("the first tenant", token("t1", json!("t1")), Ok(())),
        ("the second", token("t2", json!("t2")), Ok(())),
        ("one that is not listed", token("t3", json!("t3")), Err(InvalidToken::Issuer)),
        ("two claims that disagree", token("t1", json!("t2")), Err(InvalidToken::Issuer)),
        ("the template itself", token("{tid}", json!("{tid}")), Err(InvalidToken::Issuer)),
        ("tid of another type", token("t1", json!(["t1"])), Err(InvalidToken::ClaimMalformed(Claim::TID))),
        (
            "no tid",
            provider.token().issuer("https://login.example.com/t1/v2.0").sign(),
            Err(InvalidToken::ClaimMissing(Claim::TID)),
        ),
    ];
    for (name, token, expected) in rows {
        assert_eq!(outcome(&validator, &token), expected, "{name}");
    }
    assert!(builder().build().unwrap_err().to_string().contains("name the tenants"));
    let no_url = Validator::builder().issuer(template).audience(AUDIENCE).tenants(["t1"]).build();
    assert!(no_url.unwrap_err().to_string().contains("jwks_url"));
    let no_place = Validator::builder().issuer(trusted(&provider, AUDIENCE).tenants(["t1"])).build();
    assert!(no_place.unwrap_err().to_string().contains("{tid}"));
}
