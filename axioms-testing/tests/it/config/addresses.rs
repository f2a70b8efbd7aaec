//! Addresses of keys: which are allowed, and how they are written.

use axioms_core::{Algorithm, Setting, Validator};
use axioms_testing::{AUDIENCE, TestIssuer};

use super::{ISSUER, NOT_LOOPBACK, from_vars, reported};
use crate::common::verdict;

/// F15: keys come over https, or from this machine.
#[test]
fn f15_addresses_that_keys_must_not_come_from() {
    const INSECURE: &str = "http is for loopback hosts only; use https";
    const SCHEME: &str = "its scheme is neither https nor http";
    const RELATIVE: &str =
        "it is not an absolute URL; write it with its scheme, as in https://issuer.example.com";
    const USER: &str = "it contains a user name or password; remove it (write an `@` in the path as %40)";
    const CHARACTERS: &str = "it contains white space, a control character, a backslash or a non-ASCII character; percent-encode it, and write an international host name in its xn-- form";
    const HOST: &str = "its host is not a host name or an IP address";
    const NUMBER: &str = "its host is a number, which some systems read as an IPv4 address; write four decimal numbers, as in 192.0.2.1";
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
                // Text in the place of a port may be a password.
                None if url.ends_with(":80a") || url.ends_with(":99999") => {
                    format!("{}:***", url.rsplit_once(':').unwrap().0)
                }
                None => url.to_owned(),
            };
            // An issuer has a second problem here, because unlike a JWK Set URL it may be http.
            let expected = |(of, value, found): &(Setting, Option<String>, String)| {
                *of == setting && value.as_ref() == Some(&shown) && found.starts_with(remedy)
            };
            assert!(reported(builder).iter().any(expected), "{setting} {url}");
        }
    }
    for url in ["https://issuer.example.com/?a", "https://issuer.example.com/#a"] {
        let found = reported(Validator::builder().audience(AUDIENCE).issuer(url));
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
        assert!(!reported(Validator::builder().audience(AUDIENCE).domain(domain)).is_empty(), "{domain:?}");
    }
}
