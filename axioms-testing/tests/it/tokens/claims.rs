//! The claims of a token, as any type.

use std::collections::BTreeMap;
use std::time::{Duration, UNIX_EPOCH};

use axioms_core::{AccessToken, Algorithm, Denied, Refusal};
use axioms_testing::AUDIENCE;
use serde::Deserialize;
use serde_json::{Value, json};

use super::token;
use crate::common::Bench;

/// The token alone does not say which of a program's resource servers it was for.
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
        assert!(text.starts_with(name) && text.contains("which type the code expects"), "{text}");
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
    assert_eq!((text.client_id(), text.jwt_id()), (None, None), "a value of another type counts as absent");

    let bare = bench.token().without("sub").without("jti").without("client_id").without("iat").sign();
    let bare = bench.validator.validate(&bare).unwrap();
    assert_eq!((bare.subject(), bare.jwt_id(), bare.client_id(), bare.issued_at()), (None, None, None, None));
}

/// An encoder for ASCII alone escapes each letter of such an audience.
#[test]
fn an_audience_that_was_accepted_is_listed() {
    for (escapes, is_accepted) in [(48, true), (49, true), (128, true), (129, false)] {
        let audience = "\"".repeat(escapes);
        let bench = Bench::configured(|builder| builder.audience(audience.as_str()));
        let accepted = bench.validator.validate(&bench.token().claim("aud", audience.as_str()).sign());
        assert_eq!(accepted.is_ok(), is_accepted, "{escapes}");
        assert!(accepted.is_ok_and(|token| token.audiences() == [audience]) == is_accepted, "{escapes}");
    }
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
fn far_and_early_dates_are_dates() {
    let bench = Bench::new();
    let far = token(&bench, &json!({"exp": 999_999_999_999_u64, "iat": -1.5, "nbf": -1e11}));
    assert_eq!(far.expires_at(), Some(UNIX_EPOCH + Duration::from_secs(999_999_999_999)));
    assert_eq!(far.issued_at(), Some(UNIX_EPOCH - Duration::from_millis(1500)));
}
