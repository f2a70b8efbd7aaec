//! Bad settings: the error names each one, its value and the remedy.

use std::error::Error as _;
use std::num::ParseIntError;
use std::time::Duration;

use axioms_core::http::Method;
use axioms_core::{Algorithm, BuildError, Issuer, Setting, UnknownAlgorithm, Validator, ValidatorBuilder};
use axioms_testing::AUDIENCE;

use super::{Bad, ISSUER, assert_reported, config_error, from_vars, local, reported};
use crate::common::BACKENDS;

#[test]
fn h8_issuer_and_audience_are_required() {
    let any = || Validator::builder().audience(AUDIENCE).any_issuer(true);
    assert_reported(vec![
        (
            "H8",
            Validator::builder().issuer("http://localhost:9"),
            Setting::Audience,
            None,
            "tokens meant for others would be accepted",
        ),
        ("H8", local().audience(""), Setting::Audience, Some(""), "must not be empty"),
        ("H8", local().audience(" "), Setting::Audience, Some(" "), "must not be empty"),
        ("no issuer", Validator::builder().audience(AUDIENCE), Setting::Issuer, None, "set the issuer"),
        (
            "JWK Set URL only",
            Validator::builder().audience(AUDIENCE).jwks_url("http://localhost:9/k"),
            Setting::Issuer,
            None,
            "or any_issuer if that is intended",
        ),
        ("any issuer, no URL", any(), Setting::JwksUrl, None, "set the URL"),
        (
            "any issuer and one",
            any().issuer(ISSUER).jwks_url("http://localhost:9/k"),
            Setting::AnyIssuer,
            None,
            "remove one of the two",
        ),
        (
            "empty issuer next to a URL",
            local().issuer("").jwks_url("http://localhost:9/k"),
            Setting::Issuer,
            Some(""),
            "must not be empty",
        ),
    ]);
}

#[test]
fn each_bad_setting_is_named_with_its_value_and_its_remedy() {
    let none: [&str; 0] = [];
    let seconds = Duration::from_secs;
    assert_reported(vec![
        ("leeway", local().leeway(seconds(301)), Setting::Leeway, Some("301 s"), "at most 300 s"),
        (
            "leeway",
            local().leeway(Duration::from_millis(300_500)),
            Setting::Leeway,
            Some("300.5s"),
            "at most 300 s",
        ),
        (
            "lifetime",
            local().max_token_lifetime(seconds(0)),
            Setting::MaxTokenLifetime,
            Some("0 s"),
            "at least 1 s",
        ),
        (
            "refresh",
            local().refresh_interval(seconds(0)),
            Setting::RefreshInterval,
            Some("0 s"),
            "at least 1 s",
        ),
        (
            "refresh",
            local().refresh_interval(Duration::from_millis(999)),
            Setting::RefreshInterval,
            Some("999ms"),
            "at least 1 s",
        ),
        (
            "refresh",
            local().refresh_interval(seconds(302_401)),
            Setting::RefreshInterval,
            Some("302401 s"),
            "at most 302400 s",
        ),
        (
            "refresh",
            local().refresh_interval(Duration::MAX),
            Setting::RefreshInterval,
            Some("18446744073709551615.999999999s"),
            "at most 302400 s",
        ),
        ("ttl", local().cache_ttl(seconds(604_801)), Setting::CacheTtl, Some("604801 s"), "at most 604800 s"),
        (
            "ttl",
            local().cache_ttl(seconds(7199)),
            Setting::CacheTtl,
            Some("7199 s"),
            "at least twice the refresh interval, 7200 s",
        ),
        ("no algorithm", local().algorithms([]), Setting::Algorithms, None, "name at least one algorithm"),
        ("no type", local().token_types(none), Setting::TokenTypes, None, "name at least one type"),
        ("realm", local().realm("a\"b"), Setting::Realm, Some("a\"b"), "without double quote"),
        ("realm", local().realm("a\\b"), Setting::Realm, Some("a\\b"), "without double quote and backslash"),
        ("realm", local().realm("a\r\nSet-Cookie: b"), Setting::Realm, Some("a..."), "printable ASCII"),
        ("realm", local().realm("\u{e9}"), Setting::Realm, Some("\u{e9}"), "printable ASCII"),
        ("realm", local().realm(""), Setting::Realm, Some(""), "non-empty"),
        ("audiences", local().audiences(none), Setting::Audience, None, "tokens meant for others"),
        ("empty type", local().token_types(["application/"]), Setting::TokenTypes, None, "no empty one"),
        ("scope claims", local().scope_claims(none), Setting::ScopeClaims, None, "at least one claim"),
        ("scope claims", local().scope_claims(["scope", ""]), Setting::ScopeClaims, None, "no empty one"),
        ("roles claims", local().roles_claims([""]), Setting::RolesClaims, None, "no empty one"),
        (
            "pointer",
            local().roles_claims(["/a/~2"]),
            Setting::RolesClaims,
            Some("/a/~2"),
            "in which ~ is written ~0",
        ),
        (
            "pointer",
            local().scope_claims(["scope", "/a~"]),
            Setting::ScopeClaims,
            Some("/a~"),
            "in which ~ is written ~0",
        ),
        (
            "pointer",
            local().require_claim("/~", "a"),
            Setting::RequireClaim,
            Some("/~"),
            "in which ~ is written ~0",
        ),
        ("twice", local().scope_claims(["scp", "scp"]), Setting::ScopeClaims, Some("scp"), "named twice"),
        (
            "twice",
            local().permissions_claims(["a", "b", "/a"]),
            Setting::PermissionsClaims,
            Some("/a"),
            "named twice",
        ),
        (
            "two values",
            local().require_claim("use", "a").require_claim("/use", "b"),
            Setting::RequireClaim,
            Some("/use"),
            "given two values",
        ),
        (
            "permissions claims",
            local().permissions_claims([""]),
            Setting::PermissionsClaims,
            None,
            "no empty one",
        ),
    ]);
}

#[test]
fn a_required_claim_has_a_name_and_one_value() {
    let twice = from_vars([("AXIOMS_REQUIRED_CLAIMS", "a=1, a=2")]);
    assert_reported(vec![
        (
            "no name",
            local().require_claim("", "access"),
            Setting::RequireClaim,
            None,
            "name a claim and the value",
        ),
        (
            "no value",
            local().require_claim("token_use", ""),
            Setting::RequireClaim,
            None,
            "name a claim and the value",
        ),
        ("two values", twice, Setting::RequireClaim, Some("a"), "given two values"),
    ]);
    let replaced = from_vars([("AXIOMS_REQUIRED_CLAIMS", "a=1,b=1")]).require_claim("a", "2");
    assert!(reported(replaced).is_empty(), "a later value replaces the first");
}

/// Ignoring the unreadable part of a file would trust fewer authorities than its author expects.
#[test]
fn authorities_that_cannot_be_read_are_named() {
    const BROKEN: &str = "1 of its PEM blocks cannot be read";
    let rows = [
        ("nothing", "", "-----BEGIN CERTIFICATE-----"),
        ("text", "no PEM", "-----BEGIN CERTIFICATE-----"),
        ("nonsense", "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n", BROKEN),
        ("cut off", "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n", BROKEN),
        ("indented", "  -----BEGIN CERTIFICATE-----\n  AA==\n  -----END CERTIFICATE-----\n", BROKEN),
        (
            "of OpenSSL",
            "-----BEGIN TRUSTED CERTIFICATE-----\nAA==\n-----END TRUSTED CERTIFICATE-----\n",
            BROKEN,
        ),
    ];
    let setting = Setting::CertificateAuthorities;
    let row = |(name, pem, remedy)| (name, local().certificate_authorities(pem), setting, None, remedy);
    assert_reported(rows.into_iter().map(row).collect());
}

#[test]
fn all_problems_are_reported_together() {
    let builder = ValidatorBuilder::from_vars([
        ("AXIOMS_ISS_URL", "http://issuer.example.com"),
        ("AXIOMS_LEEWAY", "301"),
        ("AXIOMS_ALGORITHMS", "RS256,HS256"),
        ("AXIOMS_JWKS_PREFETCH", "perhaps"),
        ("AXIOMS_REALM", "\""),
    ]);
    let mut settings: Vec<&str> = reported(builder).into_iter().map(|(setting, ..)| setting.name()).collect();
    settings.sort_unstable();
    assert_eq!(settings, ["algorithms", "audience", "issuer", "leeway", "prefetch", "realm"]);
}

/// Every message has one form, and the cause is a value that a program can match.
#[test]
fn a_problem_keeps_its_cause() {
    let with = |variable, value| from_vars([(variable, value)]);
    let number = config_error(with("AXIOMS_LEEWAY", "soon"));
    assert_eq!(
        number.problems()[0].to_string(),
        r#"leeway (AXIOMS_LEEWAY) = "soon": write a whole number of seconds, such as 60"#
    );
    assert!(number.source().unwrap().is::<ParseIntError>());
    assert!(config_error(with("AXIOMS_ALGORITHMS", "HS256")).source().unwrap().is::<UnknownAlgorithm>());
    let file = BuildError::from(config_error(with("AXIOMS_CA_FILE", "/nowhere/ca.pem")));
    let cause = file.source().unwrap().downcast_ref::<std::io::Error>().unwrap();
    assert_eq!(cause.kind(), std::io::ErrorKind::NotFound);
    assert!(config_error(with("AXIOMS_JWKS_URL", "ftp://a.example")).source().is_some());
    assert!(config_error(with("AXIOMS_FAIL_FAST", "maybe")).source().is_none());
}

#[test]
fn an_algorithm_that_the_backend_lacks_is_reported() {
    for backend in BACKENDS {
        let listed = reported(local().backend(*backend).algorithms([Algorithm::ES256, Algorithm::ES512]));
        let lacks = !format!("{backend:?}").starts_with("Aws");
        let expected = if lacks { vec![(Setting::Algorithms, Some("ES512".to_owned()))] } else { vec![] };
        let found: Vec<_> = listed.into_iter().map(|(setting, value, _)| (setting, value)).collect();
        assert_eq!(found, expected, "{backend:?}");
        assert!(reported(local().backend(*backend)).is_empty(), "unless it was asked for");
    }
}

/// Values that could be taken for something else, or for nothing.
#[test]
fn nonsensical_values_are_problems() {
    let fixed = || Validator::builder().audience(AUDIENCE).jwks_url("http://localhost:9/k");
    let types = |typ: &str| local().token_types([typ, "JWT"]);
    let mut rows: Vec<Bad> = vec![
        (
            "http domain",
            from_vars([("AXIOMS_ISS_URL", ""), ("AXIOMS_DOMAIN", "http://localhost:8080")]),
            Setting::Domain,
            Some("http://localhost:8080"),
            "AXIOMS_ISS_URL",
        ),
        (
            "ftp domain",
            fixed().domain("ftp://a.example"),
            Setting::Domain,
            Some("ftp://a.example"),
            "AXIOMS_ISS_URL",
        ),
        ("padded domain", fixed().domain(" a.example"), Setting::Domain, Some(" a.example"), "white space"),
        ("padded issuer", fixed().issuer("a "), Setting::Issuer, Some("a "), "white space"),
        (
            "padded URL",
            local().issuer(" http://localhost:9"),
            Setting::Issuer,
            Some(" http://localhost:9"),
            "white space",
        ),
        ("padded audience", local().audience("a\t"), Setting::Audience, Some("a\t"), "white space"),
        ("padded tenant", fixed().issuer("{tid}").tenants(["a "]), Setting::Tenants, None, "white space"),
        (
            "audience of an added issuer",
            Validator::builder()
                .audience(AUDIENCE)
                .add_issuer(Issuer::new("http://localhost:9").audience(AUDIENCE)),
            Setting::Issuer,
            None,
            "set them on the added issuer (Issuer::audience)",
        ),
    ];
    for (method, remedy) in
        [("options", "write OPTIONS"), ("Head", "write HEAD"), ("*", "such as OPTIONS"), ("get", "write GET")]
    {
        let code = local().safe_methods([Method::from_bytes(method.as_bytes()).unwrap()]);
        let environment = from_vars([("AXIOMS_SAFE_METHODS", method)]);
        rows.push(("method", code, Setting::SafeMethods, Some(method), remedy));
        rows.push(("method", environment, Setting::SafeMethods, Some(method), remedy));
    }
    for typ in ["dpop+jwt", "application/Logout+JWT", "secevent+jwt", "statuslist+jwt"] {
        rows.push(("another kind", types(typ), Setting::TokenTypes, Some(typ), "are not access tokens"));
    }
    for typ in ["*", "*+jwt", "at+jwt ", "at+jwt; a=b", "\"JWT\""] {
        rows.push(("no type", types(typ), Setting::TokenTypes, Some(typ), "no wildcard"));
    }
    assert_reported(rows);
    for typ in ["at+jwt", "application/at+jwt", "vnd.example.token+jwt", "example/token"] {
        assert_eq!(reported(types(typ)), [], "{typ}");
    }
}
