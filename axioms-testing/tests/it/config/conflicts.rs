//! A setting that another setting makes void is a problem: the test tries every pair.

use std::time::Duration;

use axioms_core::http::Method;
use axioms_core::{Algorithm, Backend, Issuer, Provider, Setting, Validator, ValidatorBuilder};
use axioms_testing::AUDIENCE;

use super::reported;

type Make = fn(ValidatorBuilder) -> ValidatorBuilder;

/// Every setting, with a value that has an effect.
const SETTINGS: &[(Setting, Make)] = &[
    (Setting::Audience, |b| b.audience(AUDIENCE)),
    (Setting::Issuer, |b| b.issuer("https://issuer.example.com")),
    (Setting::Domain, |b| b.domain("issuer.example.com")),
    (Setting::Provider, |b| {
        b.provider(Provider::keycloak("https://sso.example.com", "shop").client_roles("orders"))
    }),
    (Setting::AnyIssuer, |b| b.any_issuer(true)),
    (Setting::Tenants, |b| b.tenants(["t"])),
    (Setting::AddIssuer, |b| b.add_issuer(Issuer::new("http://localhost:8").audience(AUDIENCE))),
    (Setting::JwksUrl, |b| b.jwks_url("http://localhost:9/k")),
    (Setting::Jwks, |b| b.jwks(JWKS)),
    (Setting::TokenTypes, |b| b.token_types(["JWT"])),
    (Setting::StrictTyp, |b| b.strict_typ(true)),
    (Setting::RequireClaim, |b| b.require_claim("token_use", "access")),
    (Setting::Algorithms, |b| b.algorithms([Algorithm::ES256])),
    (Setting::Leeway, |b| b.leeway(Duration::ZERO)),
    (Setting::MaxTokenLifetime, |b| b.max_token_lifetime(Duration::from_secs(60))),
    (Setting::ScopeClaims, |b| b.scope_claims(["scp"])),
    (Setting::RolesClaims, |b| b.roles_claims(["groups"])),
    (Setting::PermissionsClaims, |b| b.permissions_claims(["perms"])),
    (Setting::RefreshInterval, |b| b.refresh_interval(Duration::from_secs(1800))),
    (Setting::CacheTtl, |b| b.cache_ttl(Duration::from_secs(7201))),
    (Setting::CertificateAuthorities, |b| b.certificate_authorities(PEM)),
    (Setting::DangerousAllowHttp, |b| b.dangerous_allow_http(true)),
    (Setting::Backend, |b| b.backend(Backend::default())),
    (Setting::SafeMethods, |b| b.safe_methods([Method::HEAD])),
    (Setting::Realm, |b| b.realm("orders")),
    (Setting::Drain, |b| b.drain(0)),
    (Setting::Prefetch, |b| b.prefetch(false)),
    (Setting::FailFast, |b| b.fail_fast(true)),
    (Setting::WarnOnStderr, |b| b.warn_on_stderr(true)),
];

/// Pairs in which one setting makes the other void, and the setting that the problem names. If both
/// name the issuer and both are calls, the later one replaces the earlier; an issuer after a preset
/// keeps what the preset knows about its tokens.
const VOID: &[(Setting, Setting, Setting)] = &[
    (Setting::Issuer, Setting::AnyIssuer, Setting::AnyIssuer),
    (Setting::Issuer, Setting::Tenants, Setting::Tenants),
    (Setting::Domain, Setting::AnyIssuer, Setting::AnyIssuer),
    (Setting::Domain, Setting::Tenants, Setting::Tenants),
    (Setting::Provider, Setting::AnyIssuer, Setting::AnyIssuer),
    (Setting::Provider, Setting::Tenants, Setting::Tenants),
    (Setting::Provider, Setting::RolesClaims, Setting::RolesClaims),
    (Setting::Provider, Setting::DangerousAllowHttp, Setting::DangerousAllowHttp),
    (Setting::AnyIssuer, Setting::Tenants, Setting::Tenants),
    (Setting::AnyIssuer, Setting::AddIssuer, Setting::AnyIssuer),
    (Setting::JwksUrl, Setting::CertificateAuthorities, Setting::CertificateAuthorities),
    (Setting::JwksUrl, Setting::DangerousAllowHttp, Setting::DangerousAllowHttp),
    (Setting::JwksUrl, Setting::Jwks, Setting::JwksUrl),
    (Setting::Jwks, Setting::RefreshInterval, Setting::RefreshInterval),
    (Setting::Jwks, Setting::CacheTtl, Setting::CacheTtl),
    (Setting::Jwks, Setting::CertificateAuthorities, Setting::CertificateAuthorities),
    (Setting::Jwks, Setting::DangerousAllowHttp, Setting::DangerousAllowHttp),
    (Setting::TokenTypes, Setting::StrictTyp, Setting::TokenTypes),
    (Setting::Prefetch, Setting::FailFast, Setting::Prefetch),
];

/// The two settings, and only the others that they need.
fn with(one: &(Setting, Make), other: &(Setting, Make)) -> ValidatorBuilder {
    const NAMES: [Setting; 4] = [Setting::Issuer, Setting::Domain, Setting::Provider, Setting::AnyIssuer];
    let among = |settings: &[Setting]| settings.contains(&one.0) || settings.contains(&other.0);
    let mut builder = Validator::builder().audience(AUDIENCE);
    if !among(&NAMES) {
        let tenants = among(&[Setting::Tenants]);
        builder =
            builder.issuer(if tenants { "https://login.example.com/{tid}" } else { "http://localhost:9" });
    }
    if among(&[Setting::AnyIssuer, Setting::Tenants]) && !among(&[Setting::Jwks]) {
        builder = builder.jwks_url(if among(&[Setting::DangerousAllowHttp]) {
            "http://keys.internal/k"
        } else if among(&[Setting::CertificateAuthorities]) {
            "https://localhost:9/k"
        } else {
            "http://localhost:9/k"
        });
    }
    (other.1)((one.1)(builder))
}

#[test]
fn a_setting_that_another_makes_void_is_a_problem() {
    for (n, one) in SETTINGS.iter().enumerate() {
        for other in &SETTINGS[n + 1..] {
            let pair = |(a, b, _): &&(Setting, Setting, Setting)| (*a, *b) == (one.0, other.0);
            let expected: Vec<Setting> = VOID.iter().filter(pair).map(|(_, _, reported)| *reported).collect();
            let found = reported(with(one, other)).into_iter().map(|(setting, ..)| setting);
            // A build without a TLS library cannot use TLS.
            let found: Vec<Setting> = found.filter(|setting| *setting != Setting::Backend).collect();
            assert_eq!(found, expected, "{} and {}", one.0, other.0);
        }
    }
}

/// The same for an added issuer, which has its own settings.
#[test]
fn an_added_issuer_is_checked_as_the_first_is() {
    let added = || Issuer::new("http://localhost:8").audience(AUDIENCE);
    let any = || Issuer::default().any_issuer(true).audience(AUDIENCE).jwks_url("http://localhost:8/k");
    let rows = [
        (added().strict_typ(true).token_types(["JWT"]), Setting::TokenTypes),
        (added().tenants(["t"]), Setting::Tenants),
        (any().tenants(["t"]), Setting::Tenants),
        (any().domain("issuer.example.com"), Setting::AnyIssuer),
        (
            added().jwks_url("http://localhost:8/k").certificate_authorities(PEM),
            Setting::CertificateAuthorities,
        ),
        (added().leeway(Duration::from_secs(301)), Setting::Leeway),
        (added().cache_ttl(Duration::from_secs(1)), Setting::CacheTtl),
        (added().audience(""), Setting::Audience),
        (Issuer::new("http://localhost:8"), Setting::Audience),
    ];
    for (issuer, setting) in rows {
        let error = super::config_error(super::local().add_issuer(issuer));
        let [problem] = error.problems() else { panic!("{error}") };
        assert_eq!(problem.setting(), setting, "{problem}");
        assert!(problem.issuer().is_some(), "{problem}");
        assert!(problem.to_string().starts_with(&format!("{} of \"", setting.name())), "{problem}");
    }
}

/// The same value given twice, and a switch that is off, make nothing void.
#[test]
fn equal_values_and_switches_that_are_off_do_not_conflict() {
    let local = super::local;
    let none: [&str; 0] = [];
    for builder in [
        local().strict_typ(true).token_types(["application/AT+JWT"]),
        local().strict_typ(false).token_types(["JWT"]),
        local().any_issuer(false),
        local().tenants(none),
        local().prefetch(true).fail_fast(true),
        local().prefetch(false).fail_fast(false),
        local().jwks_url("http://localhost:9/k").dangerous_allow_http(false),
    ] {
        assert_eq!(reported(builder), []);
    }
}

/// A key that is not used.
const JWKS: &str = r#"{"keys": [{"kty": "EC", "crv": "P-256", "kid": "1", "alg": "ES256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]}"#;
/// A certificate of a private authority; the tests only load it.
const PEM: &str = include_str!("ca.pem");
