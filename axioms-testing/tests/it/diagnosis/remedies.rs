//! The remedy for each way in which a token can be refused.

use std::time::Duration;

use axioms_core::{Algorithm, Clock as _, ValidatorBuilder};
use axioms_testing::{AUDIENCE, SigningKey, TestIssuer, TokenBuilder};
use serde_json::{Value, json};

use super::{diagnose, failed, settings};
use crate::common::Bench;

/// The check that refuses the token, and its remedy. The validator must report the same cause.
fn remedy(settings: ValidatorBuilder, token: &str) -> (&'static str, String) {
    let report = diagnose(settings.clone(), token).token.unwrap();
    let refusal = settings.build().unwrap().validate(token).unwrap_err();
    assert_eq!(report.cause, Some(refusal.cause().name()), "{token}");
    let check = failed(&report).unwrap();
    (check.name, check.remedy.clone().unwrap())
}

#[test]
fn an_expensive_token_is_distinguished_from_bad_json() {
    let bench = Bench::new();
    let report = diagnose(settings(&bench), &bench.token().claim("groups", vec!["g"; 2000]).sign());
    let token = report.token.unwrap();
    let check = failed(&token).unwrap();
    assert_eq!((token.cause, check.name), (Some("too_complex"), "json"));
    assert!(check.found.as_ref().is_some_and(|found| found.contains("levels in the payload")), "{check:?}");
}

#[track_caller]
fn assert_remedy(settings: ValidatorBuilder, token: &str, name: &str, words: &str) {
    let found = remedy(settings, token);
    assert!(found.0 == name && found.1.contains(words), "{name}, {words:?}: {found:?}\n{token}");
}

#[test]
fn of_texts_that_are_not_a_jws() {
    let bench = Bench::new();
    let token = bench.token().sign();
    let (head, signature) = token.rsplit_once('.').unwrap();
    let (cut, _) = token.split_once('.').unwrap();
    for (text, words) in [
        (String::new(), "no token"),
        (" \n".to_owned(), "no token"),
        (format!("Bearer {token}"), "name of the header or of the scheme"),
        (format!("bearer {token}"), "name of the header or of the scheme"),
        (format!("Authorization: Bearer {token}"), "name of the header or of the scheme"),
        (format!("DPoP {token}"), "name of the header or of the scheme"),
        (format!("\"{token}\""), "remove them"),
        (format!("'{token}'"), "remove them"),
        (format!("\u{201c}{token}\u{201d}"), "remove them"),
        (format!("{token}\n"), "copy it as one line"),
        (format!("{head}\r\n.{signature}"), "copy it as one line"),
        (format!("{{\"access_token\":\"{token}\",\"token_type\":\"Bearer\"}}"), "value of its access_token"),
        (token.replace('.', "%2E"), "percent-encoded"),
        (format!("{head}."), "third segment is empty"),
        (format!("{head}.{signature}="), "base64url without padding"),
        (format!("{head}.+/+/"), "base64url without padding"),
        (format!("{head}.\u{e9}"), "changed or truncated"),
        (head.to_owned(), "all three segments"),
        (cut.to_owned(), "first segment of a JWT"),
        (format!("{token}.{token}"), "wrong number of segments"),
        ("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..AA.AA.AA".to_owned(), "encrypted token (JWE)"),
        ("8f14e45fceea167a5a36dedd4bea2543".to_owned(), "opaque token"),
        ("ya29.a0AfB_byExample".to_owned(), "google_service_account"),
        ("gho_16C7e42F292c6912E7710c838347Ae178B4a".to_owned(), "GitHub's OIDC endpoint"),
        ("github_pat_11ABCDEFG".to_owned(), "GitHub's OIDC endpoint"),
        ("glpat-abcdef".to_owned(), "`id_tokens`"),
        ("ory_at_abc.def".to_owned(), "strategies.access_token"),
        ("authelia_at_abc.def".to_owned(), "access_token_signed_response_alg"),
        ("EwBwA8l6BAAU".to_owned(), "personal Microsoft account"),
        ("sb_publishable_abc".to_owned(), "API key of Supabase"),
        ("oat_abc".to_owned(), "Clerk"),
    ] {
        assert_remedy(settings(&bench), &text, "shape", words);
    }
    for (issuer, words) in [
        ("https://tenant.eu.auth0.com/", "names no audience"),
        ("https://shop.zitadel.cloud", "choose JWT"),
        ("https://shop.logto.app/oidc", "in `resource`"),
    ] {
        let settings = settings(&bench).issuer(issuer).jwks_url(bench.issuer.jwks_url());
        assert_remedy(settings, "8f14e45fceea167a5a36dedd4bea2543", "shape", words);
    }
}

type Change = fn(TokenBuilder) -> TokenBuilder;

#[test]
fn of_headers_and_claims() {
    let bench = Bench::new();
    let rows: [(&str, Change, &str); 52] = [
        ("size", |token| token.claim("groups", "x".repeat(20_000)), "fewer claims"),
        ("json", |token| token.raw_payload(r#"{"a":1,"a":2}"#), "two parsers"),
        ("json", |token| token.claim("groups", vec!["g"; 2000]), "fewer claims and values"),
        (
            "json",
            |token| token.raw_payload(format!(r#"{{"a":{}1{}}}"#, "[".repeat(200), "]".repeat(200))),
            "fewer claims and values",
        ),
        ("selection", |token| token.claim("iss", json!(["a"])), "iss as one string"),
        ("crit", |token| token.header("b64", false), "without this parameter"),
        ("alg", |token| token.header("alg", "none"), "not signed"),
        ("alg", |token| token.header("alg", "HS256"), "shared secret"),
        ("alg", |token| token.header("alg", "ES256K"), "with an expected algorithm"),
        ("alg", |token| token.header("alg", json!(null)), "write the algorithm"),
        ("typ", |token| token.header("typ", "custom+jwt"), "AXIOMS_TOKEN_TYPS"),
        ("typ", |token| token.header("typ", "dpop+jwt"), "declares another kind in typ"),
        ("typ", |token| token.header("typ", "application/LOGOUT+jwt"), "declares another kind in typ"),
        ("cty", |token| token.header("cty", "JWT"), "a token that is not nested"),
        ("kid", |token| token.header("kid", json!(["a"])), "kid as a string"),
        ("iss", |token| token.without("iss"), "iss as one string"),
        ("iss", |token| token.issuer("https://staging.example.com"), "another environment"),
        ("iss", |token| token.issuer("http://adfs.example.com/adfs/services/trust"), "/adfs/discovery/keys"),
        ("aud", |token| token.without("aud"), "names no audience"),
        ("aud", |token| token.claim("aud", 7), "aud as a string, or as an array that contains only strings"),
        ("aud", |token| token.claim("aud", json!({"api": true})), "array that contains only strings"),
        ("aud", |token| token.claim("aud", json!([AUDIENCE, 7])), "array that contains only strings"),
        ("aud", |token| token.claim("aud", json!([[AUDIENCE]])), "array that contains only strings"),
        ("aud", |token| token.claim("aud", json!(null)), "array that contains only strings"),
        ("aud", |token| token.claim("aud", vec![AUDIENCE; 200]), "at most 128 audiences into aud"),
        ("aud", |token| token.claim("aud", true), "array that contains only strings"),
        ("aud", |token| token.claim("aud", json!([])), "aud is empty"),
        ("aud", |token| token.claim("aud", ""), "aud is empty"),
        ("aud", |token| token.audience("00000003-0000-0000-c000-000000000000"), "Microsoft Graph"),
        ("aud", |token| token.audience("https://graph.microsoft.com/"), "Microsoft Graph"),
        ("aud", |token| token.audience("https://other.example.com"), "set AXIOMS_AUDIENCE to what it has"),
        ("kind", |token| token.claim("at_hash", "x"), "together with this one"),
        ("kind", |token| token.claim("htm", "GET").claim("htu", "https://a.example"), "header DPoP"),
        (
            "kind",
            |token| token.claim("events", json!({"http://schemas.openid.net/event/backchannel-logout": {}})),
            "for use at an API",
        ),
        ("kind", |token| token.claim("events", json!({"https://a.example/event": {}})), "for use at an API"),
        ("kind", |token| token.claim("status_list", json!({"bits": 1})), "for use at an API"),
        ("kind", |token| token.claim("token_introspection", json!({"active": true})), "for use at an API"),
        ("kind", |token| token.claim("token_use", "id"), "together with this one"),
        ("kind", |token| token.claim("typ", "Refresh"), "together with this one"),
        ("kind", |token| token.claim("cnf", json!({"jkt": "x"})), "plain bearer tokens"),
        ("dates", |token| token.without("exp"), "write exp"),
        (
            "dates",
            |token| token.claim("exp", 1_795_649_553_000_u64),
            "milliseconds: exp; have the issuer write seconds",
        ),
        (
            "dates",
            |token| token.claim("iat", 1_795_649_553_000_u64),
            "milliseconds: iat; have the issuer write seconds",
        ),
        (
            "dates",
            |token| token.claim("nbf", 1_795_649_553_123.5),
            "milliseconds: nbf; have the issuer write seconds",
        ),
        (
            "dates",
            |token| token.claim("exp", 1_795_649_553_000_u64).claim("iat", 1_795_649_553_000_u64),
            "milliseconds: exp, iat",
        ),
        ("dates", |token| token.claim("exp", 1_795_649_553_000_000_u64), "microseconds: exp"),
        ("dates", |token| token.claim("exp", 1_795_649_553_000_000_000_u64), "nanoseconds: exp"),
        ("dates", |token| token.claim("exp", "1795649553"), "strings: exp"),
        ("dates", |token| token.claim("nbf", json!([1])), "a number of seconds since 1970"),
        ("exp", TokenBuilder::expired, "get a new token"),
        ("nbf", |token| token.claim("nbf", 32_503_680_000_u64), "compare the clocks"),
        ("iat", |token| token.claim("iat", 32_503_680_000_u64), "compare the clocks"),
    ];
    for (name, change, words) in rows {
        assert_remedy(settings(&bench), &change(bench.token()).sign(), name, words);
    }
}

#[test]
fn of_what_a_configuration_demands() {
    let bench = Bench::new();
    let limited = || settings(&bench).max_token_lifetime(Duration::from_secs(60));
    let narrow = || settings(&bench).algorithms([Algorithm::RS256]);
    let tenants = || {
        let issuer = format!("{}/{{tid}}", bench.issuer.url());
        settings(&bench).issuer(issuer).tenants(["a"]).jwks_url(bench.issuer.jwks_url())
    };
    let of_tenant = |tid: Value| bench.token().issuer(&format!("{}/a", bench.issuer.url())).claim("tid", tid);
    let of_document = || {
        let issuer = format!("{}/.well-known/openid-configuration", bench.issuer.url());
        settings(&bench).issuer(issuer).jwks_url(bench.issuer.jwks_url())
    };
    let adfs = || {
        let issuer = "https://adfs.example.com/adfs/services/trust";
        settings(&bench).issuer(issuer).jwks_url(bench.issuer.jwks_url())
    };
    let of_adfs = bench.token().issuer("http://adfs.example.com/adfs/services/trust");
    for (settings, token, name, words) in [
        (limited(), bench.token(), "lifetime", "AXIOMS_MAX_TOKEN_LIFETIME"),
        (narrow(), bench.token(), "alg", "add it to AXIOMS_ALGORITHMS"),
        (
            settings(&bench).require_claim("tokenType", "access"),
            bench.token(),
            "kind",
            "correct AXIOMS_REQUIRED_CLAIMS",
        ),
        (settings(&bench).strict_typ(true), bench.token().without("jti"), "profile", "AXIOMS_STRICT_TYP"),
        (settings(&bench).strict_typ(true), bench.token().header("typ", "JWT"), "typ", "AXIOMS_STRICT_TYP"),
        (tenants(), of_tenant(json!("b")), "iss", "AXIOMS_TENANTS"),
        (tenants(), of_tenant(json!(7)), "iss", "tid as one string"),
        (tenants(), of_tenant(json!("a")).without("tid"), "iss", "does not name its tenant"),
        (of_document(), bench.token(), "iss", "remove /.well-known/"),
        (adfs(), of_adfs, "iss", "/adfs/discovery/keys"),
    ] {
        assert_remedy(settings, &token.sign(), name, words);
    }
}

#[test]
fn of_subjects() {
    let bench = Bench::new();
    for (sub, words) in [
        (json!(7), "sub as a string"),
        (json!(["alice"]), "sub as a string"),
        (json!({"id": 1}), "sub as a string"),
        (json!(true), "sub as a string"),
        (json!("a\u{202e}b"), "must not let users choose"),
        (json!("a\0b"), "must not let users choose"),
        (json!(""), "sub is empty"),
    ] {
        assert_remedy(settings(&bench), &bench.token().claim("sub", sub).sign(), "sub", words);
    }
    // A subject that is null counts as absent.
    let null = bench.token().claim("sub", Value::Null).sign();
    assert!(diagnose(settings(&bench), &null).token.unwrap().valid);
}

/// An issuer with these keys in addition to its own.
fn with_keys(keys: impl IntoIterator<Item = Value>) -> Bench {
    Bench::with_issuer(|issuer: &TestIssuer| keys.into_iter().for_each(|key| issuer.add_jwk(key)), |it| it)
}

/// A token whose key is published but skipped.
#[test]
fn of_keys_that_are_skipped() {
    let key = SigningKey::generate(Algorithm::ES256).with_kid("the-key");
    let with = |members: Value| {
        let mut jwk = key.public_jwk();
        jwk.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        jwk
    };
    let weak = json!({"kty": "RSA", "kid": "the-key", "e": "AQAB", "n": "w".repeat(171)});
    let mut identity = [0_u8; 32];
    identity[0] = 1;
    let x = axioms_testing::base64url(identity);
    let small = json!({"kty": "OKP", "crv": "Ed25519", "kid": "the-key", "x": x});
    for (keys, words) in [
        (vec![with(json!({"x": 7}))], "missing or malformed; have the issuer correct it"),
        (vec![with(json!({"d": "AQ"}))], "anyone who can read the set can sign"),
        (vec![with(json!({"alg": "ES256K"}))], "AXIOMS_ALGORITHMS"),
        (vec![with(json!({"kty": "AKP"}))], "AXIOMS_ALGORITHMS"),
        (vec![with(json!({"use": "enc"}))], "for signatures (use: sig)"),
        (vec![with(json!({"key_ops": ["sign"]}))], "for signatures (use: sig)"),
        (vec![weak], "a stronger key"),
        (vec![small], "a stronger key"),
        (vec![with(json!({"x": key.public_jwk()["y"]}))], "refuses it"),
        (vec![with(json!({"issuer": "https://other.example.com"}))], "only for the tokens of another issuer"),
        (vec![with(json!({"issuer": ""}))], "have the issuer correct it"),
    ] {
        let bench = with_keys(keys);
        assert_remedy(settings(&bench), &bench.token().signed_with(&key).sign(), "key", words);
    }
}

#[test]
fn of_keys_that_are_not_there_or_do_not_verify() {
    let key = SigningKey::generate(Algorithm::ES256).with_kid("the-key");
    let other = || SigningKey::generate(Algorithm::ES256).with_kid("the-key").public_jwk();
    let token = |bench: &Bench| bench.token().signed_with(&key);
    let unnamed = |jwk: &Value| {
        let mut jwk = jwk.clone();
        jwk.as_object_mut().unwrap().remove("kid");
        jwk
    };

    let plain = with_keys([]);
    assert_remedy(settings(&plain), &token(&plain).sign(), "key", "compare the JWK Set URL");
    let given = || settings(&plain).jwks(plain.issuer.jwks());
    assert_remedy(given(), &token(&plain).sign(), "key", "in the configuration");
    let forged = SigningKey::generate(Algorithm::ES256).with_kid(plain.issuer.key(Algorithm::ES256).kid());
    let forged = plain.token().signed_with(&forged);
    assert_remedy(settings(&plain), &forged.sign(), "signature", "after recreating an issuer");
    assert_remedy(given(), &forged.sign(), "signature", "keys of the configuration");
    assert_remedy(
        settings(&plain),
        &forged.without_header("kid").sign(),
        "signature",
        "the only key that fits",
    );
    let rsa = plain.token().signed_with(&SigningKey::generate(Algorithm::RS256)).without_header("kid");
    assert_remedy(settings(&plain), &rsa.sign(), "key", "none of the issuer's keys is for RS256");

    let several = with_keys([other(), unnamed(&other())]);
    let several_fit = several.token().without_header("kid").sign();
    assert_remedy(settings(&several), &several_fit, "key", "several of its keys fit");

    // The key that signed is the fifth with this kid.
    let alike = with_keys([other(), other(), other(), other(), key.public_jwk()]);
    assert_remedy(settings(&alike), &token(&alike).sign(), "signature", "its own id");

    // A key that is listed twice is not the reason; its other algorithm is.
    let twice = SigningKey::generate(Algorithm::RS256).with_kid("the-key").public_jwk();
    let twice = with_keys([twice.clone(), twice]);
    assert_remedy(settings(&twice), &token(&twice).sign(), "key", "but not for ES256");

    let behind = (0..110).map(|_| json!({"kty": "RSA", "use": "enc"})).chain([key.public_jwk()]);
    let behind = with_keys(behind);
    assert_remedy(settings(&behind), &token(&behind).sign(), "key", "after the first 100");
    let stranger = behind.token().header("kid", "another");
    assert_remedy(settings(&behind), &stranger.sign(), "key", "compare the JWK Set URL");
}

/// Users paste a remedy into a shell, so it must not contain text from an issuer or a client.
#[test]
fn no_remedy_quotes_the_token() {
    let bench = Bench::new();
    let text = "$(reboot)`x`;";
    let seconds = bench.clock.unix_time().as_secs();
    for token in [
        bench.token().issuer(text),
        bench.token().audience(text),
        bench.token().header("kid", text),
        bench.token().header("typ", text),
        bench.token().header("alg", text),
        bench.token().claim("exp", text),
        bench.token().claim("cnf", text),
        bench.token().claim("sub", json!([text])),
        bench.token().claim("nbf", seconds + 999).claim(text, text),
    ] {
        let (name, remedy) = remedy(settings(&bench), &token.sign());
        assert!(!remedy.contains("reboot"), "{name}: {remedy}");
    }
    for text in ["$(reboot)", "ya29.$(reboot)", "`reboot`.a.b"] {
        assert!(!remedy(settings(&bench), text).1.contains("reboot"), "{text}");
    }
}
