//! Configuration: what is refused and how it is told, what the environment may say, and starting beside an issuer that
//! cannot be reached.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken test should stop where it broke"
)]

mod common;

use std::time::Duration;

use axioms_core::http::StatusCode;
use axioms_core::testing::{AUDIENCE, Behaviour, Endpoint, TestClock, TestIssuer};
use axioms_core::{Algorithm, InvalidToken, RefusalCause, Validator, ValidatorBuilder};
use serde_json::json;
use tracing::Level;

use common::{Bench, invalid, lacks_keys, log, verdict};

const ISSUER: &str = "https://issuer.example.com";

/// An address that is not among those of loopback, and yet leads no further than this machine.
const NOT_LOOPBACK: &str = "http://0.0.0.0:9";

/// The problems of a configuration: setting, value, remedy.
fn problems(builder: ValidatorBuilder) -> Vec<(String, Option<String>, String)> {
    let error = builder.prefetch(false).build().map(drop).expect_err("a problem");
    let text = error.to_string();
    error
        .problems()
        .iter()
        .map(|problem| {
            assert!(text.contains(&problem.to_string()), "the error shows each problem");
            assert!(!problem.remedy().is_empty());
            (problem.setting().to_owned(), problem.value().map(str::to_owned), problem.remedy().to_owned())
        })
        .collect()
}

/// A configuration with one problem, and how that is told: setting, value, remedy.
type Bad = (&'static str, ValidatorBuilder, &'static str, Option<&'static str>, &'static str);

fn assert_told(rows: Vec<Bad>) {
    for (what, builder, setting, value, remedy) in rows {
        let found = problems(builder);
        let [(found_setting, found_value, found_remedy)] = found.as_slice() else {
            panic!("{what}: one problem is expected: {found:?}");
        };
        assert_eq!((found_setting.as_str(), found_value.as_deref()), (setting, value), "{what}");
        assert!(found_remedy.contains(remedy), "{what}: {found_remedy}");
    }
}

fn local() -> ValidatorBuilder {
    Validator::builder().audience(AUDIENCE).issuer("http://localhost:9")
}

#[test]
fn h8_who_issues_and_for_whom_must_be_said() {
    let any = || Validator::builder().audience(AUDIENCE).any_issuer();
    assert_told(vec![
        (
            "H8",
            Validator::builder().issuer("http://localhost:9"),
            "audience (AXIOMS_AUDIENCE)",
            None,
            "tokens meant for others would be accepted",
        ),
        ("H8", local().audience(""), "audience (AXIOMS_AUDIENCE)", Some(""), "must not be empty"),
        ("H8", local().audience(" "), "audience (AXIOMS_AUDIENCE)", Some(" "), "must not be empty"),
        (
            "no issuer",
            Validator::builder().audience(AUDIENCE),
            "issuer (AXIOMS_ISS_URL, AXIOMS_DOMAIN)",
            None,
            "set the issuer",
        ),
        (
            "JWK Set URL only",
            Validator::builder().audience(AUDIENCE).jwks_url("http://localhost:9/k"),
            "issuer (AXIOMS_ISS_URL, AXIOMS_DOMAIN)",
            None,
            "say any_issuer if that is meant",
        ),
        ("any issuer, no URL", any(), "jwks_url (AXIOMS_JWKS_URL)", None, "set the URL"),
        (
            "any issuer and one",
            any().issuer(ISSUER).jwks_url("http://localhost:9/k"),
            "any_issuer (AXIOMS_ANY_ISSUER)",
            None,
            "drop one of the two",
        ),
        (
            "empty issuer beside a URL",
            local().issuer("").jwks_url("http://localhost:9/k"),
            "issuer (AXIOMS_ISS_URL, AXIOMS_DOMAIN)",
            Some(""),
            "must not be empty",
        ),
    ]);
}

#[test]
fn each_bad_setting_is_named_with_its_value_and_its_remedy() {
    let none: [&str; 0] = [];
    let seconds = Duration::from_secs;
    assert_told(vec![
        ("leeway", local().leeway(seconds(301)), "leeway (AXIOMS_LEEWAY)", Some("301 s"), "at most 300 s"),
        (
            "refresh",
            local().refresh_interval(seconds(59)),
            "refresh_interval (AXIOMS_JWKS_REFRESH_INTERVAL)",
            Some("59 s"),
            "at least 60 s",
        ),
        (
            "ttl",
            local().cache_ttl(seconds(7199)),
            "cache_ttl (AXIOMS_JWKS_CACHE_TTL)",
            Some("7199 s"),
            "at least twice the refresh interval, 7200 s",
        ),
        (
            "no algorithm",
            local().algorithms([]),
            "algorithms (AXIOMS_ALGORITHMS)",
            None,
            "name at least one algorithm",
        ),
        (
            "no type",
            local().token_types(none),
            "token_types (AXIOMS_TOKEN_TYPS)",
            None,
            "name at least one type",
        ),
        ("realm", local().realm("a\"b"), "realm (AXIOMS_REALM)", Some("a\"b"), "without double quote"),
        (
            "realm",
            local().realm("a\\b"),
            "realm (AXIOMS_REALM)",
            Some("a\\b"),
            "without double quote and backslash",
        ),
        (
            "realm",
            local().realm("a\r\nSet-Cookie: b"),
            "realm (AXIOMS_REALM)",
            Some("a\r\nSet-Cookie: b"),
            "printable ASCII",
        ),
        ("realm", local().realm("\u{e9}"), "realm (AXIOMS_REALM)", Some("\u{e9}"), "printable ASCII"),
        ("realm", local().realm(""), "realm (AXIOMS_REALM)", Some(""), "not empty"),
        (
            "scope claims",
            local().scope_claims(none),
            "scope_claims (AXIOMS_SCOPE_CLAIMS)",
            None,
            "at least one claim",
        ),
        (
            "scope claims",
            local().scope_claims(["scope", ""]),
            "scope_claims (AXIOMS_SCOPE_CLAIMS)",
            None,
            "none that is empty",
        ),
        (
            "roles claims",
            local().roles_claims([""]),
            "roles_claims (AXIOMS_ROLES_CLAIMS)",
            None,
            "none that is empty",
        ),
        (
            "permissions claims",
            local().permissions_claims([""]),
            "permissions_claims (AXIOMS_PERMISSIONS_CLAIMS)",
            None,
            "none that is empty",
        ),
    ]);
}

#[test]
fn a_required_claim_has_a_name_and_one_value() {
    assert_told(vec![
        (
            "required claims",
            local().require_claim("", "access"),
            "require_claim (AXIOMS_REQUIRED_CLAIMS)",
            None,
            "name a claim, and the value",
        ),
        (
            "required claims",
            local().require_claim("token_use", ""),
            "require_claim (AXIOMS_REQUIRED_CLAIMS)",
            None,
            "name a claim, and the value",
        ),
        (
            "required claims",
            ValidatorBuilder::from_vars([("AXIOMS_REQUIRED_CLAIMS", "a=1, a=2")])
                .audience(AUDIENCE)
                .issuer("http://localhost:9"),
            "require_claim (AXIOMS_REQUIRED_CLAIMS)",
            Some("a"),
            "given two values",
        ),
    ]);
}

/// A file of which a part cannot be read would be trusted less far than whoever wrote it thinks.
#[test]
fn authorities_that_cannot_be_read_are_named() {
    const BROKEN: &str = "1 of its PEM blocks cannot be read";
    let rows = [
        ("text", "no PEM", "-----BEGIN CERTIFICATE-----"),
        ("nonsense", "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n", BROKEN),
        ("cut off", "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n", BROKEN),
    ];
    let setting = "certificate_authorities (AXIOMS_CA_FILE)";
    let row = |(name, pem, remedy)| (name, local().certificate_authorities(pem), setting, None, remedy);
    assert_told(rows.into_iter().map(row).collect());
}

/// F15: keys come over https, or from this machine.
#[test]
fn f15_addresses_that_keys_must_not_come_from() {
    const INSECURE: &str = "http is for loopback hosts only; use https";
    const SCHEME: &str = "its scheme is neither https nor http";
    const RELATIVE: &str =
        "it is not an absolute URL; write it with its scheme, as in https://issuer.example.com";
    const USER: &str =
        "it holds a user name or password; leave it out (an `@` that belongs to the path is written %40)";
    const CHARACTERS: &str = "it holds white space, a control character, a backslash or a character beyond ASCII; percent-encode it, and write an international host name in its xn-- form";
    const HOST: &str = "its host is not a host name or an IP address";
    const NUMBER: &str = "its host is a number, which some systems take for an IPv4 address; write four decimal numbers, as in 192.0.2.1";
    const PORT: &str = "its port is not a number from 1 to 65535";
    let rows = [
        ("http://issuer.example.com", INSECURE),
        ("HTTP://issuer.example.com", INSECURE),
        ("http://localhost.example.com", INSECURE),
        ("http://127.0.0.1.example.com", INSECURE),
        ("http://169.254.169.254/latest", INSECURE),
        ("http://0.0.0.0:80", INSECURE),
        ("http://[::ffff:10.0.0.1]", INSECURE),
        ("http://10.0.0.1", INSECURE),
        ("ftp://issuer.example.com", SCHEME),
        ("file://localhost/etc/passwd", SCHEME),
        ("file:///etc/passwd", SCHEME),
        ("data:application/json,{}", RELATIVE),
        ("javascript:alert(1)", RELATIVE),
        ("issuer.example.com", RELATIVE),
        ("//issuer.example.com", RELATIVE),
        ("/jwks.json", RELATIVE),
        ("https://", HOST),
        ("https://issuer.example.com/a b", CHARACTERS),
        ("https://issuer.example.com\\evil.example", CHARACTERS),
        ("https://b\u{fc}cher.example", CHARACTERS),
        ("https://:443/", HOST),
        ("https://issuer..example.com", HOST),
        ("https://2130706433", NUMBER),
        ("https://0x7f.1", NUMBER),
        ("https://0177.0.0.1", NUMBER),
        ("https://issuer.example.com:", PORT),
        ("https://issuer.example.com:0", PORT),
        ("https://issuer.example.com:80a", PORT),
        ("https://issuer.example.com:99999", PORT),
        ("https://user@issuer.example.com", USER),
        ("https://user:secret@issuer.example.com", USER),
        ("http://localhost@evil.example", USER),
        ("https://user:se/cret@issuer.example.com", USER),
        ("https://user:1/secret@issuer.example.com", USER),
        ("https://user:1?secret@issuer.example.com", USER),
    ];
    for (url, remedy) in rows {
        let as_issuer = Validator::builder().audience(AUDIENCE).issuer(url);
        let as_jwks_url = Validator::builder().audience(AUDIENCE).issuer(ISSUER).jwks_url(url);
        for (setting, builder) in [
            ("issuer (AXIOMS_ISS_URL, AXIOMS_DOMAIN)", as_issuer),
            ("jwks_url (AXIOMS_JWKS_URL)", as_jwks_url),
        ] {
            let shown = match url.rsplit_once('@') {
                Some((before, host)) => format!("{}://***@{host}", before.split_once("://").unwrap().0),
                None => url.to_owned(),
            };
            // An issuer may be http where a JWKS URL is not, and is told so besides.
            let expected = |(of, value, found): &(String, Option<String>, String)| {
                of == setting && value.as_ref() == Some(&shown) && found.starts_with(remedy)
            };
            assert!(problems(builder).iter().any(expected), "{setting} {url}");
        }
    }
    for url in ["https://issuer.example.com/?a", "https://issuer.example.com/#a"] {
        let found = problems(Validator::builder().audience(AUDIENCE).issuer(url));
        assert!(found[0].2.contains("query or a fragment"), "{found:?}");
    }
}

#[test]
fn f15_plain_http_needs_a_call_that_says_so() {
    let builder = || Validator::builder().audience(AUDIENCE).issuer(NOT_LOOPBACK).prefetch(false);
    assert!(builder().build().is_err());
    assert!(builder().dangerous_allow_http().build().is_ok());
    let other_scheme = Validator::builder().audience(AUDIENCE).issuer("ftp://issuer.example.com");
    assert!(other_scheme.dangerous_allow_http().build().is_err());
    for variable in ["AXIOMS_DANGEROUS_ALLOW_HTTP", "AXIOMS_ALLOW_HTTP"] {
        let vars = [("AXIOMS_AUDIENCE", "a"), ("AXIOMS_ISS_URL", NOT_LOOPBACK), (variable, "true")];
        assert!(ValidatorBuilder::from_vars(vars).build().is_err(), "{variable}");
    }
}

#[test]
fn every_problem_is_told_at_once() {
    let builder = ValidatorBuilder::from_vars([
        ("AXIOMS_ISS_URL", "http://issuer.example.com"),
        ("AXIOMS_LEEWAY", "301"),
        ("AXIOMS_ALGORITHMS", "RS256,HS256"),
        ("AXIOMS_JWKS_PREFETCH", "perhaps"),
        ("AXIOMS_REALM", "\""),
    ]);
    let mut settings: Vec<String> = problems(builder).into_iter().map(|(setting, ..)| setting).collect();
    settings.sort();
    assert_eq!(
        settings,
        [
            "AXIOMS_ALGORITHMS",
            "AXIOMS_JWKS_PREFETCH",
            "audience (AXIOMS_AUDIENCE)",
            "issuer (AXIOMS_ISS_URL, AXIOMS_DOMAIN)",
            "leeway (AXIOMS_LEEWAY)",
            "realm (AXIOMS_REALM)",
        ]
    );
}

/// Variables beside an audience and an issuer that are sound.
fn from_vars<'a>(vars: impl IntoIterator<Item = (&'a str, &'a str)>) -> ValidatorBuilder {
    let sound = [("AXIOMS_AUDIENCE", AUDIENCE), ("AXIOMS_ISS_URL", "http://localhost:9")];
    ValidatorBuilder::from_vars(sound.into_iter().chain(vars)).prefetch(false)
}

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
    ];
    for (variable, value, remedy) in rows {
        let found = problems(from_vars([(variable, value)]));
        let [(setting, given, told)] = found.as_slice() else {
            panic!("{variable}={value}: one problem is expected: {found:?}");
        };
        assert_eq!((setting.as_str(), given.as_deref()), (variable, Some(value)));
        assert!(told.contains(remedy), "{variable}={value}: {told}");
    }
}

#[test]
fn every_setting_can_be_made_by_the_environment() {
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
        ("AXIOMS_JWKS_REFRESH_INTERVAL", "60"),
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
    ];
    for (variable, value) in rows {
        assert!(from_vars([(variable, value)]).build().is_ok(), "{variable}={value}");
        assert!(from_vars([(variable, "")]).build().is_ok(), "{variable}, empty, counts as unset");
    }
    assert!(from_vars(rows).build().is_ok(), "all together");
    assert!(
        ValidatorBuilder::from_vars([("AXIOMS_AUDIENCE", ""), ("AXIOMS_ISS_URL", "http://localhost:9")])
            .build()
            .is_err()
    );
    assert!(
        ValidatorBuilder::from_vars([("AXIOMS_AUDIENCE", ","), ("AXIOMS_ISS_URL", "http://localhost:9")])
            .build()
            .is_err()
    );
}

#[test]
fn what_the_environment_says_takes_effect() {
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
    let scp = token().claim("scp", "read").claim("/a", 1).claim("a", json!({"b": ["admin"]})).sign();
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
    assert_eq!(verdict(&any, &token().issuer("https://whoever.example").sign()), Ok(()));
    assert_eq!(verdict(&any, &token().without("iss").sign()), Ok(()));
    assert_eq!(verdict(&any, &token().claim("iss", 1).sign()), invalid(InvalidToken::ClaimMalformed("iss")));
    let granted = with(&[("AXIOMS_SCOPE_CLAIMS", "scope,scp"), ("AXIOMS_ROLES_CLAIMS", "/a/b")])
        .validate(&scp)
        .unwrap();
    assert_eq!(
        (granted.scopes().collect::<Vec<_>>(), granted.roles().collect::<Vec<_>>()),
        (vec!["read"], vec!["admin"])
    );
}

#[test]
fn a_misspelt_variable_warns_and_has_no_effect() {
    log::capture();
    let rows = [
        ("AXIOMS_AUDIANCE", Some("AXIOMS_AUDIENCE")),
        ("AXIOMS_LEEWAYS", Some("AXIOMS_LEEWAY")),
        ("AXIOMS_SKIP_SIGNATURE", None),
        ("AXIOMS_leeway_", None),
    ];
    for (misspelt, meant) in rows {
        assert!(
            from_vars([(misspelt, "9999")]).build().is_ok(),
            "{misspelt}: 9999 is no leeway, had it been read"
        );
        let lines = log::lines_with(&format!("variable={misspelt} "));
        assert!(lines.iter().all(|line| line.level == Level::WARN), "{lines:?}");
        let hinted = lines.iter().any(|line| meant.is_none_or(|meant| line.text.contains(meant)));
        assert!(hinted, "{misspelt}: {lines:?}");
    }
    let no_audience = [("AXIOMS_AUDIANCE", AUDIENCE), ("AXIOMS_ISS_URL", "http://localhost:9")];
    assert!(ValidatorBuilder::from_vars(no_audience).build().is_err());
    // Names of other programs are none of our business.
    assert!(from_vars([("AXIOM_AUDIENCE", "x"), ("PATH", "x"), ("axioms_leeway", "9999")]).build().is_ok());
    assert!(log::lines_with("axioms_leeway").is_empty());
}

#[test]
fn the_domain_stands_for_its_https_issuer() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    for domain in [
        "issuer.example.com",
        "https://issuer.example.com",
        "issuer.example.com/",
        "http://issuer.example.com//",
    ] {
        let builder = Validator::builder().audience(AUDIENCE).domain(domain).jwks_url(issuer.jwks_url());
        let validator = builder.build().unwrap();
        assert_eq!(verdict(&validator, &issuer.token().issuer(ISSUER).sign()), Ok(()), "{domain}");
    }
    for domain in ["", "/", "a b", "user@issuer.example.com", "issuer.example.com/?a"] {
        assert!(!problems(Validator::builder().audience(AUDIENCE).domain(domain)).is_empty(), "{domain:?}");
    }
}

/// What goes wrong at the start, and the words that `fail_fast` tells it by.
fn bad_starts() -> Vec<(&'static str, Behaviour, &'static str)> {
    vec![
        ("disconnected", Behaviour::Disconnect, "the request failed"),
        (
            "an error",
            Behaviour::Status(StatusCode::INTERNAL_SERVER_ERROR),
            "the answer is 500 Internal Server Error; 200 is expected",
        ),
        ("a web page", Behaviour::Html, "is the URL that of a JWK Set?"),
        ("no key", Behaviour::Body(br#"{"keys":[]}"#.into()), "it lists no keys"),
        ("a useless key", Behaviour::Body(br#"{"keys":[{}]}"#.into()), "none of its 1 keys can be used here"),
        ("a redirect", Behaviour::Redirect(ISSUER.to_owned()), "redirects are not followed"),
    ]
}

#[test]
fn with_fail_fast_a_bad_start_is_an_error_that_says_what_to_look_at() {
    for prefetch in [true, false] {
        for (what, behaviour, words) in bad_starts() {
            let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
            issuer.behave(Endpoint::Jwks, behaviour);
            let builder = Validator::builder().audience(AUDIENCE).issuer(issuer.url());
            let error = builder.prefetch(prefetch).fail_fast().build().unwrap_err();
            assert_eq!(error.problems().len(), 1);
            assert_eq!(error.problems()[0].setting(), "the issuer's keys");
            assert!(error.to_string().contains(words), "{what}: {error}");
        }
    }
}

#[test]
fn without_fail_fast_a_bad_start_is_an_outage_that_ends_by_itself() {
    for (what, behaviour, _) in bad_starts() {
        let bench = Bench::with_issuer(|issuer| issuer.behave(Endpoint::Jwks, behaviour), |builder| builder);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{what}");
        bench.issuer.behave(Endpoint::Jwks, Behaviour::Normal);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{what}: the backoff holds");
        bench.advance_seconds(1);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{what}");
    }
}

#[test]
fn an_issuer_that_is_not_there_is_an_outage() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let (url, token) = (issuer.url().to_owned(), issuer.token().sign());
    drop(issuer);
    let builder = || Validator::builder().audience(AUDIENCE).issuer(&url);
    assert!(builder().fail_fast().build().unwrap_err().to_string().contains("the request failed"));
    assert!(lacks_keys(&verdict(&builder().build().unwrap(), &token)));
}
