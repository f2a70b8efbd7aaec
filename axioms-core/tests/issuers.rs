//! Several issuers under one validator: `iss` selects, and no key verifies another issuer's token.

#![allow(clippy::panic, reason = "a broken test should stop where it broke")]

use axioms_core::testing::{AUDIENCE, TestIssuer};
use axioms_core::{Algorithm, InvalidToken, RefusalCause, Validator, ValidatorBuilder};
use serde_json::json;

const OTHER_AUDIENCE: &str = "https://other.example.com";

fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithms([Algorithm::ES256]).start()
}

fn trusting(issuer: &TestIssuer, audience: &str) -> ValidatorBuilder {
    Validator::builder().issuer(issuer.url()).audience(audience)
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
    let validator = trusting(&a, AUDIENCE).and_issuer(trusting(&b, OTHER_AUDIENCE)).build().unwrap();
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
            Err(InvalidToken::ClaimMalformed("iss")),
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
fn one_issuer_may_be_down_while_another_serves() {
    let up = issuer();
    let validator = trusting(&up, AUDIENCE)
        .and_issuer(Validator::builder().issuer("http://127.0.0.1:9").audience(AUDIENCE))
        .build()
        .unwrap();
    assert_eq!(outcome(&validator, &up.token().sign()), Ok(()));
    let refusal = validator.validate(&up.token().issuer("http://127.0.0.1:9").sign()).unwrap_err();
    assert_eq!(refusal.status(), 503);
}

#[test]
fn issuers_that_cannot_be_told_apart_are_a_configuration_error() {
    let a = issuer();
    let any = || Validator::builder().any_issuer().jwks_url(a.jwks_url()).audience(AUDIENCE);
    let rows = [
        (trusting(&a, AUDIENCE).and_issuer(trusting(&a, OTHER_AUDIENCE)), "configured twice"),
        (trusting(&a, AUDIENCE).and_issuer(any()), "any_issuer"),
        (any().and_issuer(trusting(&a, AUDIENCE)), "any_issuer"),
        (trusting(&a, AUDIENCE).and_issuer(Validator::builder().issuer("https://b.example")), "audience"),
    ];
    for (builder, word) in rows {
        let error = builder.build().unwrap_err().to_string();
        assert!(error.contains(word), "{word}: {error}");
    }
}

/// A stranger's token is looked up, not compared with each.
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
        ("tid of another type", token("t1", json!(["t1"])), Err(InvalidToken::ClaimMalformed("tid"))),
        (
            "no tid",
            provider.token().issuer("https://login.example.com/t1/v2.0").sign(),
            Err(InvalidToken::ClaimMissing("tid")),
        ),
    ];
    for (name, token, expected) in rows {
        assert_eq!(outcome(&validator, &token), expected, "{name}");
    }
    assert!(builder().build().unwrap_err().to_string().contains("name the tenants"));
    let no_url = Validator::builder().issuer(template).audience(AUDIENCE).tenants(["t1"]).build();
    assert!(no_url.unwrap_err().to_string().contains("jwks_url"));
    let no_place = trusting(&provider, AUDIENCE).tenants(["t1"]).build();
    assert!(no_place.unwrap_err().to_string().contains("{tid}"));
}
