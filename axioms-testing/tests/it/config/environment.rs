//! The variables of the environment, and the values that they accept.

use axioms_core::{
    Algorithm, Claim, InvalidToken, Issuer, Provider, RefusalCause, Setting, Validator, ValidatorBuilder,
};
use axioms_testing::{AUDIENCE, TestClock, TestIssuer};
use serde_json::json;

use super::{ISSUER, from_vars, reported};
use crate::common::{invalid, verdict};

#[test]
fn a_variable_that_cannot_be_read_is_a_problem_of_its_own() {
    const NUMBER: &str = "write a whole number of seconds";
    const BOOLEAN: &str = "write true or false";
    const ALGORITHM: &str = "not a supported signature algorithm";
    let rows = [
        ("AXIOMS_LEEWAY", "soon", NUMBER),
        ("AXIOMS_LEEWAY", "-1", NUMBER),
        ("AXIOMS_LEEWAY", "1.5", NUMBER),
        ("AXIOMS_LEEWAY", "60s", NUMBER),
        ("AXIOMS_LEEWAY", "99999999999999999999", NUMBER),
        ("AXIOMS_JWKS_REFRESH_INTERVAL", "1h", NUMBER),
        ("AXIOMS_JWKS_CACHE_TTL", "0x10", NUMBER),
        ("AXIOMS_MAX_TOKEN_LIFETIME", "1e3", NUMBER),
        ("AXIOMS_JWKS_PREFETCH", "maybe", BOOLEAN),
        ("AXIOMS_FAIL_FAST", "2", BOOLEAN),
        ("AXIOMS_ANY_ISSUER", "y", BOOLEAN),
        ("AXIOMS_STRICT_TYP", "t", BOOLEAN),
        ("AXIOMS_ALGORITHMS", "HS256", ALGORITHM),
        ("AXIOMS_ALGORITHMS", "none", ALGORITHM),
        ("AXIOMS_ALGORITHMS", "RS256, None", ALGORITHM),
        ("AXIOMS_ALGORITHMS", "rs256", ALGORITHM),
        ("AXIOMS_ALGORITHMS", "ES256K", ALGORITHM),
        ("AXIOMS_REQUIRED_CLAIMS", "token_use", "write pairs, such as token_use=access"),
        ("AXIOMS_SAFE_METHODS", "GET, P\u{e9}", "invalid HTTP method"),
        ("AXIOMS_CA_FILE", "/nowhere/ca.pem", "the file cannot be read"),
        ("AXIOMS_CA_FILE", "-----BEGIN", "write the path of a PEM file"),
        ("AXIOMS_TOKEN_CACHE", "8 MiB", "write a whole number of bytes"),
        ("AXIOMS_PROVIDER", "ping", "write one of auth0,DOMAIN"),
    ];
    for (variable, value, remedy) in rows {
        let found = reported(from_vars([(variable, value)]));
        let [(setting, given, reported)] = found.as_slice() else {
            panic!("{variable}={value}: one problem is expected: {found:?}");
        };
        assert_eq!(setting.variable(), Some(variable));
        assert!(given.as_deref().is_some_and(|given| value.starts_with(given.trim_end_matches("..."))));
        assert!(reported.contains(remedy), "{variable}={value}: {reported}");
    }
}

#[test]
fn every_setting_has_a_variable() {
    let rows = [
        ("AXIOMS_AUDIENCE", "a, b,c"),
        ("AXIOMS_DOMAIN", "issuer.example.com"),
        ("AXIOMS_ISS_URL", "http://localhost:9/"),
        ("AXIOMS_JWKS_URL", "http://localhost:9/keys"),
        ("AXIOMS_TOKEN_TYPS", "at+jwt,JWT"),
        ("AXIOMS_STRICT_TYP", "yes"),
        ("AXIOMS_ALGORITHMS", "RS256, ES256,EdDSA"),
        ("AXIOMS_LEEWAY", " 300 "),
        ("AXIOMS_MAX_TOKEN_LIFETIME", "86400"),
        ("AXIOMS_JWKS_REFRESH_INTERVAL", "1"),
        ("AXIOMS_JWKS_CACHE_TTL", "7200"),
        ("AXIOMS_JWKS_PREFETCH", "FALSE"),
        ("AXIOMS_FAIL_FAST", "off"),
        ("AXIOMS_ANY_ISSUER", "0"),
        ("AXIOMS_SCOPE_CLAIMS", "scope,scp"),
        ("AXIOMS_ROLES_CLAIMS", "/realm_access/roles, https://example.com/roles"),
        ("AXIOMS_PERMISSIONS_CLAIMS", "permissions"),
        ("AXIOMS_REQUIRED_CLAIMS", "token_use=access, /a/b=c=d"),
        ("AXIOMS_SAFE_METHODS", "OPTIONS,HEAD"),
        ("AXIOMS_REALM", "shop"),
        ("AXIOMS_TOKEN_CACHE", "0"),
        ("AXIOMS_DRAIN", "0"),
        ("AXIOMS_DANGEROUS_ALLOW_HTTP", "true"),
        ("AXIOMS_PROVIDER", "okta,example.okta.com,default"),
        ("AXIOMS_WARN_ON_STDERR", "true"),
    ];
    for (variable, value) in rows {
        assert_eq!(reported(from_vars([(variable, value)])), [], "{variable}={value}");
    }
    let conflicting =
        ["AXIOMS_TOKEN_TYPS", "AXIOMS_DANGEROUS_ALLOW_HTTP", "AXIOMS_DOMAIN", "AXIOMS_FAIL_FAST"];
    let together = rows.into_iter().filter(|(variable, _)| !conflicting.contains(variable));
    assert_eq!(reported(from_vars(together)), [], "all together");
}

#[test]
fn the_environment_takes_effect() {
    let clock = TestClock::new();
    let issuer =
        TestIssuer::builder().algorithms([Algorithm::ES256, Algorithm::EdDSA]).clock(clock.clone()).start();
    let jwks_url = issuer.jwks_url();
    let base = [("AXIOMS_AUDIENCE", "one, two"), ("AXIOMS_ISS_URL", issuer.url())];
    let with = |more: &[(&'static str, &str)]| {
        let vars: Vec<(&str, &str)> = base.iter().chain(more).copied().collect();
        ValidatorBuilder::from_vars(vars).clock(clock.clone()).build().unwrap()
    };
    let token = || issuer.token().audience("two");
    let (at_jwt, jwt) = (token().sign(), token().header("typ", "JWT").sign());
    let ed = token().algorithm(Algorithm::EdDSA).sign();
    let scp =
        token().claim("scp", "read").claim("/a", 1).claim("a", serde_json::json!({"b": ["admin"]})).sign();
    assert_eq!(verdict(&with(&[]), &at_jwt), Ok(()));
    assert_eq!(verdict(&with(&[]), &token().audience("three").sign()), invalid(InvalidToken::Audience));
    assert_eq!(verdict(&with(&[("AXIOMS_STRICT_TYP", "1")]), &jwt), invalid(InvalidToken::Type));
    assert_eq!(
        verdict(&with(&[("AXIOMS_TOKEN_TYPS", "application/at+jwt")]), &jwt),
        invalid(InvalidToken::Type)
    );
    assert_eq!(verdict(&with(&[("AXIOMS_TOKEN_TYPS", "application/at+jwt")]), &at_jwt), Ok(()));
    assert_eq!(verdict(&with(&[("AXIOMS_ALGORITHMS", "ES256")]), &ed), invalid(InvalidToken::Algorithm));
    assert_eq!(
        verdict(&with(&[("AXIOMS_MAX_TOKEN_LIFETIME", "299")]), &at_jwt),
        invalid(InvalidToken::LivesTooLong)
    );
    let required = [("AXIOMS_REQUIRED_CLAIMS", "/a/b = c=d,level=2,fit=true")];
    for (b, level, fit, expected) in [
        (json!("c=d"), json!(2), json!(true), true),
        (json!("c=d"), json!("2"), json!("true"), true),
        (json!("c"), json!(2), json!(true), false),
        (json!("C=D"), json!(2), json!(true), false),
        (json!(["c=d"]), json!(2), json!(true), false),
        (json!("c=d"), json!(2.0), json!(true), false),
        (json!("c=d"), json!(2), json!(false), false),
        (json!("c=d"), json!(2), json!(null), false),
        (json!(null), json!(2), json!(true), false),
    ] {
        let marked = token().claim("a", json!({"b": b})).claim("level", level).claim("fit", fit);
        let found = verdict(&with(&required), &marked.sign());
        let refused = matches!(found, Err(RefusalCause::InvalidToken(InvalidToken::NotAnAccessToken(_))));
        assert_eq!((found.is_ok(), refused), (expected, !expected), "{found:?}");
    }
    let late = token().claim("nbf", 1_767_225_600 + 1).sign();
    assert_eq!(verdict(&with(&[("AXIOMS_LEEWAY", "0")]), &late), invalid(InvalidToken::NotYetValid));
    let any = ValidatorBuilder::from_vars([
        ("AXIOMS_AUDIENCE", "two"),
        ("AXIOMS_JWKS_URL", jwks_url.as_str()),
        ("AXIOMS_ANY_ISSUER", "true"),
    ]);
    let any = any.clock(clock.clone()).build().unwrap();
    assert_eq!(verdict(&any, &token().issuer("https://any.example").sign()), Ok(()));
    assert_eq!(verdict(&any, &token().without("iss").sign()), Ok(()));
    assert_eq!(
        verdict(&any, &token().claim("iss", 1).sign()),
        invalid(InvalidToken::ClaimMalformed(Claim::ISS))
    );
    let granted = with(&[("AXIOMS_SCOPE_CLAIMS", "scope,scp"), ("AXIOMS_ROLES_CLAIMS", "/a/b")])
        .validate(&scp)
        .unwrap();
    assert_eq!(
        (granted.scopes().collect::<Vec<_>>(), granted.roles().collect::<Vec<_>>()),
        (vec!["read"], vec!["admin"])
    );
}

/// A key of the former issuer verifies no token of the issuer that replaces it.
#[test]
fn the_keys_of_an_issuer_do_not_outlive_it() {
    let start = || TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let (old, new) = (start(), start());
    let from_vars = |name: &str, value: &str| {
        ValidatorBuilder::from_vars([
            (name, value),
            ("AXIOMS_JWKS_URL", &old.jwks_url()),
            ("AXIOMS_AUDIENCE", AUDIENCE),
        ])
    };
    let code = || Validator::builder().audience(AUDIENCE);
    let keycloak = Provider::keycloak("https://sso.example.com", "shop");
    for (what, builder) in [
        ("variables", from_vars("AXIOMS_ISS_URL", old.url())),
        ("domain", from_vars("AXIOMS_DOMAIN", "old.example.com")),
        ("preset", from_vars("AXIOMS_PROVIDER", "auth0,old.example.com")),
        ("text", code().issuer(old.url()).jwks(old.jwks())),
        ("text first", code().jwks(old.jwks()).issuer(old.url())),
        ("URL", code().issuer(old.url()).jwks_url(old.jwks_url())),
        ("issuer", code().issuer(Issuer::new(old.url()).jwks(old.jwks()))),
    ] {
        let forged = old.token().issuer(new.url()).sign();
        let replaced = builder.clone().issuer(new.url()).build().unwrap();
        assert!(verdict(&replaced, &forged).is_err(), "{what}");
        assert_eq!(verdict(&replaced, &new.token().sign()), Ok(()), "{what}");
        let with_keys = builder.clone().issuer(Issuer::new(new.url()).jwks(new.jwks())).build().unwrap();
        assert!(verdict(&with_keys, &forged).is_err(), "{what}");
        assert_eq!(verdict(&with_keys, &new.token().sign()), Ok(()), "{what}");
        let by_domain = builder.clone().domain("issuer.example.com").prefetch(false);
        if !what.contains("preset") {
            let forged = old.token().issuer(ISSUER).sign();
            assert!(by_domain.build().map_or(true, |built| verdict(&built, &forged).is_err()), "{what}");
        }
        let forged = old.token().issuer("https://sso.example.com/realms/shop").claim("typ", "Bearer").sign();
        let preset = builder.provider(keycloak.clone()).prefetch(false);
        assert!(preset.build().map_or(true, |built| verdict(&built, &forged).is_err()), "{what}");
    }
}

/// Keys given before any issuer belong to the issuer that follows. Naming the same issuer again
/// keeps its keys.
#[test]
fn keys_set_before_an_issuer_belong_to_it() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let code = || Validator::builder().audience(AUDIENCE);
    for builder in [
        code().jwks(issuer.jwks()).issuer(ISSUER),
        code().issuer(ISSUER).jwks(issuer.jwks()),
        code().issuer(ISSUER).jwks(issuer.jwks()).issuer(ISSUER),
        code().jwks(issuer.jwks()).domain("issuer.example.com").issuer(ISSUER),
        code().jwks_url(issuer.jwks_url()).issuer(ISSUER),
    ] {
        let validator = builder.build().unwrap();
        assert_eq!(verdict(&validator, &issuer.token().issuer(ISSUER).sign()), Ok(()));
    }
}

/// If several calls name the issuer, the last one counts.
#[test]
fn a_later_preset_or_issuer_counts() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let preset = || Provider::auth0("tenant.eu.auth0.com");
    let environment = || from_vars([("AXIOMS_ISS_URL", ISSUER)]);
    for (what, builder, iss) in [
        ("provider", environment().provider(preset()), "https://tenant.eu.auth0.com/"),
        ("issuer(provider)", environment().issuer(preset()), "https://tenant.eu.auth0.com/"),
        (
            "domain before",
            environment().domain("a.example").provider(preset()),
            "https://tenant.eu.auth0.com/",
        ),
        ("issuer after", environment().provider(preset()).issuer("https://b.example"), "https://b.example"),
    ] {
        let validator = builder.jwks_url(issuer.jwks_url()).prefetch(true).build().unwrap();
        let token = |iss: &str| issuer.token().issuer(iss).sign();
        assert_eq!(verdict(&validator, &token(iss)), Ok(()), "{what}");
        assert!(verdict(&validator, &token(ISSUER)).is_err(), "{what}");
    }
    let both = reported(from_vars([]).provider(preset()).domain("issuer.example.com"));
    assert_eq!(both.first().map(|(setting, ..)| *setting), Some(Setting::Domain));
}
