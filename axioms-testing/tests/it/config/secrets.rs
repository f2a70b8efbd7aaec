//! No error and no `Debug` output shows a password or a key.

use std::error::Error as _;

use axioms_core::{Issuer, Provider, Validator, ValidatorBuilder};
use axioms_testing::AUDIENCE;

use super::{ISSUER, config_error, from_vars, local};

/// The text of an error is logged and pasted into tickets.
#[test]
fn a_password_is_in_no_error() {
    let rows = [
        ("AXIOMS_ISS_URL", "https://user:secret@issuer.example.com"),
        ("AXIOMS_ISS_URL", "user:secret@issuer.example.com"),
        ("AXIOMS_DOMAIN", "user:secret@issuer.example.com"),
        ("AXIOMS_DOMAIN", "secret@issuer.example.com"),
        ("AXIOMS_JWKS_URL", "http://user:sec/secret@issuer.example.com"),
        ("AXIOMS_JWKS_URL", r"https:\\user:secret@issuer.example.com"),
        ("AXIOMS_PROVIDER", "auth0,user:secret@issuer.example.com"),
        ("AXIOMS_PROVIDER", "okta,https://user:secret@issuer.example.com,default"),
        ("AXIOMS_PROVIDER", "keycloak,https://user:sec,secret@sso.example.com,shop"),
        ("AXIOMS_PROVIDER", "keycloak,https://user:secret@sso.example.com,shop"),
        ("AXIOMS_PROVIDER", "keycloak,https://user:secret@sso.example.com?x,shop"),
        ("AXIOMS_PROVIDER", "ping,https://user:secret@issuer.example.com"),
        ("AXIOMS_AUDIENCE", "[\"https://user:secret@api.example.com\"]"),
        ("AXIOMS_TENANTS", "${T:-https://user:secret@api.example.com}"),
        ("AXIOMS_TENANTS", "${T:-https://user:secret,1@api.example.com}"),
        ("AXIOMS_ALGORITHMS", "RS256,https://user:secret@api.example.com"),
        ("AXIOMS_ALGORITHMS", "RS256,https://user:secret,1@api.example.com"),
        ("AXIOMS_SAFE_METHODS", "HEAD,https://user:secret,1@api.example.com"),
        ("AXIOMS_CA_FILE", "-----BEGIN PRIVATE KEY-----\nsecret\n-----END PRIVATE KEY-----"),
        ("AXIOMS_LEEWAY", "https://user:secret@api.example.com"),
    ];
    for (variable, value) in rows {
        let builder = ValidatorBuilder::from_vars([("AXIOMS_AUDIENCE", AUDIENCE), (variable, value)]);
        let error = config_error(builder.token_cache(1));
        assert!(error.problems().len() > 1, "{variable}={value}: {error}");
        let causes = error.problems().iter().filter_map(|problem| problem.source());
        let causes: Vec<_> = causes.map(|cause| format!("{cause} {cause:?}")).collect();
        let text = format!("{error} {error:?} {causes:?}");
        assert!(!text.contains("secret"), "{variable}={value}: {text}");
        assert!(text.len() < 4000);
    }
    let added = Provider::keycloak("https://user:secret@sso.example.com", "shop");
    let error = config_error(local().add_issuer(added));
    assert!(!format!("{error} {error:?}").contains("secret"), "{error}");
}

/// Neither a problem nor `Debug` shows a password, a query or a key.
#[test]
fn no_secret_of_a_setting_is_shown() {
    for url in [
        "https://u:SECRET%40h.example/jwks",
        "https://u:SECRET@h.example/jwks",
        "https://u:SECRET",
        "ftp://h.example/jwks?token=SECRET",
        "ftp://h.example/jwks?user=a@b&token=SECRET",
        "ftp://h.example/jwks#SECRET",
    ] {
        for builder in [
            Validator::builder().audience(AUDIENCE).issuer(url),
            Validator::builder().audience(AUDIENCE).domain(url),
            Validator::builder().audience(AUDIENCE).issuer(ISSUER).jwks_url(url),
            Validator::builder().audience(AUDIENCE).provider(Provider::keycloak(url, "shop")),
            local().add_issuer(Issuer::new(url).audience(AUDIENCE)),
            from_vars([("AXIOMS_JWKS_URL", url)]),
        ] {
            let debug = format!("{builder:?}");
            assert!(!debug.contains("SECRET"), "{debug}");
            let error = config_error(builder.token_cache(1));
            assert!(!format!("{error} {error:?}").contains("SECRET"), "{error:?}");
        }
    }
    let keys = Issuer::new(ISSUER).jwks("{SECRET}").certificate_authorities("SECRET");
    assert!(!format!("{keys:?}").contains("SECRET"));
}
