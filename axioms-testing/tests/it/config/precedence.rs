//! Which of several values of one setting counts.

use std::time::Duration;

use axioms_core::http::Method;
use axioms_core::{Algorithm, Issuer, Provider, ValidatorBuilder};
use axioms_testing::TestIssuer;

use super::lets_through;
use crate::common::verdict;

/// Later calls override the environment, switches included. A call replaces an earlier call.
#[test]
fn the_last_value_counts() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let jwks_url = issuer.jwks_url();
    let builder = ValidatorBuilder::from_vars([
        ("AXIOMS_PROVIDER", "keycloak,https://sso.example.com,shop"),
        ("AXIOMS_AUDIENCE", "one,two"),
        ("AXIOMS_TOKEN_TYPS", "none"),
        ("AXIOMS_STRICT_TYP", "true"),
        ("AXIOMS_FAIL_FAST", "true"),
        ("AXIOMS_ALGORITHMS", "RS256"),
        ("AXIOMS_JWKS_URL", "https://sso.example.com/keys"),
        ("AXIOMS_DANGEROUS_ALLOW_HTTP", "true"),
        ("AXIOMS_ANY_ISSUER", "true"),
        ("AXIOMS_TENANTS", "a"),
        ("AXIOMS_SAFE_METHODS", "GET"),
        ("AXIOMS_REALM", "theirs"),
        ("AXIOMS_JWKS_REFRESH_INTERVAL", "600"),
        ("AXIOMS_JWKS_CACHE_TTL", "1200"),
    ]);
    let none: [&str; 0] = [];
    let builder = builder
        .issuer(issuer.url())
        .jwks_url(&jwks_url)
        .audience("three")
        .token_types(["JWT"])
        .strict_typ(false)
        .fail_fast(false)
        .algorithms([Algorithm::ES256])
        .dangerous_allow_http(false)
        .any_issuer(false)
        .tenants(none)
        .safe_methods([])
        .realm("ours")
        .cache_ttl(Duration::from_secs(7200));
    let validator = builder.clone().build().unwrap();
    assert!(!lets_through(&validator, &Method::GET));
    let token =
        |audience: &str| issuer.token().audience(audience).claim("typ", "Bearer").header("typ", "JWT").sign();
    assert_eq!(verdict(&validator, &token("three")), Ok(()));
    assert!(verdict(&validator, &token("one")).is_err());
    let response = axioms_core::http::Response::<String>::from(validator.validate("").unwrap_err());
    assert!(response.headers()["www-authenticate"].to_str().unwrap().contains("realm=\"ours\""));

    let lists = builder.clone().audience("four").add_audience("five").build().unwrap();
    assert!(verdict(&lists, &token("three")).is_err());
    assert_eq!((verdict(&lists, &token("four")), verdict(&lists, &token("five"))), (Ok(()), Ok(())));

    // An `Issuer` replaces all settings of the issuer, and leaves the others.
    let whole = builder.clone().issuer(Issuer::new(issuer.url()).audiences(["six"])).build().unwrap();
    assert_eq!(verdict(&whole, &token("six")), Ok(()));
    assert!(verdict(&whole, &token("three")).is_err());

    // A preset names an issuer, so the issuer of the environment does not count.
    let okta = Provider::okta("example.okta.com", "default");
    let validator = builder.issuer(okta).jwks_url(jwks_url).build().unwrap();
    let of_okta = issuer.token().issuer("https://example.okta.com/oauth2/default").audience("three");
    assert_eq!(verdict(&validator, &of_okta.header("typ", "JWT").sign()), Ok(()));
    assert!(verdict(&validator, &token("three")).is_err());
}
