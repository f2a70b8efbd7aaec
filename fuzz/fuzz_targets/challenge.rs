//! A realm and the scopes of a policy, one per line. They are refused, or a strict reader of RFC
//! 9110 section 11 finds them unchanged in every challenge.
#![no_main]

use std::sync::LazyLock;

use axioms_core::http::header::{AUTHORIZATION, WWW_AUTHENTICATE};
use axioms_core::http::{HeaderMap, HeaderValue, Method};
use axioms_core::{AccessToken, Policy, Refusal, RequestHead, Validator};
use axioms_fuzz::first_line;
use axioms_testing::{AUDIENCE, ISSUER, access_token, jwks};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static KEYS: LazyLock<String> = LazyLock::new(jwks);
static TOKEN: LazyLock<AccessToken> = LazyLock::new(|| access_token().validated());

fuzz_target!(|text: &str| {
    let (realm, scopes) = first_line(text);
    let scopes: Vec<&str> = scopes.split('\n').collect();
    let built =
        Validator::builder().issuer(ISSUER).audience(AUDIENCE).jwks(KEYS.clone()).realm(realm).build();
    let policy = Policy::builder().all_scopes(scopes.iter().copied()).build();
    if let Ok(policy) = &policy {
        let refusal = Refusal::from(policy.check(&Method::GET, Some(&TOKEN)).unwrap_err());
        check(&refusal, "api", &scopes);
    }
    let (Ok(validator), Ok(policy)) = (built, policy) else { return };
    let mut headers = HeaderMap::new();
    for credentials in [None, Some("Bearer"), Some("Bearer a.b.c")] {
        headers.remove(AUTHORIZATION);
        headers.extend(credentials.map(|value| (AUTHORIZATION, HeaderValue::from_static(value))));
        let refusal = validator.authorize(RequestHead::new(&Method::GET, &headers), &policy).unwrap_err();
        check(&refusal, realm, &scopes);
    }
});

fn check(refusal: &Refusal, realm: &str, scopes: &[&str]) {
    let headers = refusal.headers();
    let lines: Vec<&str> =
        headers.get_all(WWW_AUTHENTICATE).iter().map(|line| line.to_str().unwrap()).collect();
    let challenges = refusal.challenges();
    assert!(lines.len() == challenges.len() && !lines.is_empty());
    for (line, challenge) in lines.into_iter().zip(challenges) {
        let (scheme, parameters) = line.split_once(' ').expect("a scheme and its parameters");
        assert_eq!(scheme, challenge.scheme().name());
        let expected = [
            ("realm", Some(realm)),
            ("error", challenge.error_code()),
            ("error_description", challenge.error_description()),
            ("scope", challenge.scope()),
        ];
        let expected: Vec<_> =
            expected.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        assert_eq!(read(parameters), expected);
        // Scopes help a client without a token, or with a token that grants too little.
        let is_told = matches!(challenge.error_code(), None | Some("insufficient_scope"));
        assert_eq!(challenge.scope().is_some(), is_told);
        let named: Option<Vec<&str>> = challenge.scope().map(|scope| scope.split(' ').collect());
        assert!(named.is_none_or(|named| {
            scopes.iter().all(|scope| named.contains(scope))
                && named.iter().all(|scope| scopes.contains(scope))
        }));
    }
    let body: Value = serde_json::from_str(&refusal.body()).unwrap();
    assert_eq!(body["error"], refusal.error_code());
    assert_eq!(body["error_description"], refusal.error_description());
}

/// `token "=" quoted-string`, separated by commas. Nothing in these strings may need an escape.
fn read(mut rest: &str) -> Vec<(&str, &str)> {
    let mut parameters = Vec::new();
    loop {
        let (name, after) = rest.split_once("=\"").expect("a name and a quoted string");
        assert!(!name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        let (value, after) = after.split_once('"').expect("a closing quote");
        assert!(value.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'\\'));
        parameters.push((name, value));
        if after.is_empty() {
            return parameters;
        }
        rest = after.strip_prefix(", ").expect("a comma");
    }
}
