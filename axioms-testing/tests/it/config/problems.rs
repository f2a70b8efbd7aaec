//! Bad settings, each alone: named, with the value and the remedy.

use std::error::Error as _;
use std::num::ParseIntError;
use std::time::Duration;

use axioms_core::http::Method;
use axioms_core::{
    Algorithm, BuildError, Issuer, Provider, Setting, UnknownAlgorithm, Validator, ValidatorBuilder,
};
use axioms_testing::{AUDIENCE, TestIssuer};

use super::{ISSUER, NOT_LOOPBACK, config_error, from_vars, lets_through, local, told};
use crate::common::{BACKENDS, verdict};

/// A configuration with one problem, and how that is told: setting, value, remedy.
type Bad = (&'static str, ValidatorBuilder, Setting, Option<&'static str>, &'static str);

fn assert_told(rows: Vec<Bad>) {
    for (what, builder, setting, value, remedy) in rows {
        let found = told(builder);
        let [(found_setting, found_value, found_remedy)] = found.as_slice() else {
            panic!("{what}: one problem is expected: {found:?}");
        };
        assert_eq!((*found_setting, found_value.as_deref()), (setting, value), "{what}");
        assert!(found_remedy.contains(remedy), "{what}: {found_remedy}");
    }
}

#[test]
fn h8_who_issues_and_for_whom_must_be_said() {
    let any = || Validator::builder().audience(AUDIENCE).any_issuer(true);
    assert_told(vec![
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
    assert_told(vec![
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
    assert_told(vec![
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
    assert!(told(replaced).is_empty(), "a later value replaces the first");
}

/// A file of which a part cannot be read would be trusted less far than its author thinks.
#[test]
fn authorities_that_cannot_be_read_are_named() {
    const BROKEN: &str = "1 of its PEM blocks cannot be read";
    let rows = [
        ("nothing", "", "-----BEGIN CERTIFICATE-----"),
        ("text", "no PEM", "-----BEGIN CERTIFICATE-----"),
        ("nonsense", "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n", BROKEN),
        ("cut off", "-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n", BROKEN),
    ];
    let setting = Setting::CertificateAuthorities;
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
        for (setting, builder) in [(Setting::Issuer, as_issuer), (Setting::JwksUrl, as_jwks_url)] {
            let shown = match url.rsplit_once('@') {
                Some((before, _)) if before.contains('?') => "https://***".to_owned(),
                Some((before, host)) => format!("{}://***@{host}", before.split_once("://").unwrap().0),
                // What is no port may be a password.
                None if url.ends_with(":80a") || url.ends_with(":99999") => {
                    format!("{}:***", url.rsplit_once(':').unwrap().0)
                }
                None => url.to_owned(),
            };
            // An issuer may be http where a JWKS URL is not, and is told so besides.
            let expected = |(of, value, found): &(Setting, Option<String>, String)| {
                *of == setting && value.as_ref() == Some(&shown) && found.starts_with(remedy)
            };
            assert!(told(builder).iter().any(expected), "{setting} {url}");
        }
    }
    for url in ["https://issuer.example.com/?a", "https://issuer.example.com/#a"] {
        let found = told(Validator::builder().audience(AUDIENCE).issuer(url));
        assert!(found[0].2.contains("query or a fragment"), "{found:?}");
    }
}

#[test]
fn f15_plain_http_needs_a_call_that_says_so() {
    let builder = || Validator::builder().audience(AUDIENCE).issuer(NOT_LOOPBACK).prefetch(false);
    assert!(builder().build().is_err());
    assert!(builder().dangerous_allow_http(true).build().is_ok());
    let other_scheme = Validator::builder().audience(AUDIENCE).issuer("ftp://issuer.example.com");
    assert!(other_scheme.dangerous_allow_http(true).build().is_err());
    for (variable, value, allowed) in [
        ("AXIOMS_DANGEROUS_ALLOW_HTTP", "true", true),
        ("AXIOMS_DANGEROUS_ALLOW_HTTP", "false", false),
        ("AXIOMS_DANGEROUS_ALLOW_HTTP", "", false),
        ("AXIOMS_ALLOW_HTTP", "true", false),
    ] {
        let built = from_vars([("AXIOMS_ISS_URL", NOT_LOOPBACK), (variable, value)]).build();
        assert_eq!(built.is_ok(), allowed, "{variable}={value}");
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
    let mut settings: Vec<&str> = told(builder).into_iter().map(|(setting, ..)| setting.name()).collect();
    settings.sort_unstable();
    assert_eq!(settings, ["algorithms", "audience", "issuer", "leeway", "prefetch", "realm"]);
}

/// One form for every message, and the cause for a program.
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

/// What the environment said, later calls override, switches included; a call replaces what an earlier one said.
#[test]
fn the_last_word_counts() {
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

    // An issuer brings its own settings along, and leaves the others.
    let whole = builder.clone().issuer(Issuer::new(issuer.url()).audiences(["six"])).build().unwrap();
    assert_eq!(verdict(&whole, &token("six")), Ok(()));
    assert!(verdict(&whole, &token("three")).is_err());

    // A preset names an issuer, so that of the environment does not count.
    let okta = Provider::okta("example.okta.com", "default");
    let validator = builder.issuer(okta).jwks_url(jwks_url).build().unwrap();
    let of_okta = issuer.token().issuer("https://example.okta.com/oauth2/default").audience("three");
    assert_eq!(verdict(&validator, &of_okta.header("typ", "JWT").sign()), Ok(()));
    assert!(verdict(&validator, &token("three")).is_err());
}

#[test]
fn an_algorithm_that_the_backend_lacks_is_not_dropped_in_silence() {
    for backend in BACKENDS {
        let listed = told(local().backend(*backend).algorithms([Algorithm::ES256, Algorithm::ES512]));
        let lacks = !format!("{backend:?}").starts_with("Aws");
        let expected = if lacks { vec![(Setting::Algorithms, Some("ES512".to_owned()))] } else { vec![] };
        let found: Vec<_> = listed.into_iter().map(|(setting, value, _)| (setting, value)).collect();
        assert_eq!(found, expected, "{backend:?}");
        assert!(told(local().backend(*backend)).is_empty(), "unless it was asked for");
    }
}

#[test]
fn the_domain_stands_for_its_https_issuer() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    for domain in [
        "issuer.example.com",
        "https://issuer.example.com",
        "issuer.example.com/",
        "HTTPS://issuer.example.com//",
    ] {
        let builder = Validator::builder().audience(AUDIENCE).domain(domain).jwks_url(issuer.jwks_url());
        let validator = builder.build().unwrap();
        assert_eq!(verdict(&validator, &issuer.token().issuer(ISSUER).sign()), Ok(()), "{domain}");
    }
    for domain in ["", "/", "a b", "user@issuer.example.com", "issuer.example.com/?a"] {
        assert!(!told(Validator::builder().audience(AUDIENCE).domain(domain)).is_empty(), "{domain:?}");
    }
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

/// Values that would be taken for something else, or for nothing.
#[test]
fn what_cannot_be_meant_is_a_problem() {
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
            "make them on the added issuer (Issuer::audience)",
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
    assert_told(rows);
    for typ in ["at+jwt", "application/at+jwt", "vnd.example.token+jwt", "example/token"] {
        assert_eq!(told(types(typ)), [], "{typ}");
    }
}
