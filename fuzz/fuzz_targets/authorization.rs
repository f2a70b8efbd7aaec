//! Any `Authorization` and `DPoP` lines. Credentials are exactly one line with one scheme, one
//! space and one token68; every such line is accepted as credentials; and no validator
//! authenticates any of them.
#![no_main]

use std::sync::LazyLock;

use axioms_core::http::header::AUTHORIZATION;
use axioms_core::http::{HeaderMap, HeaderName, Method};
use axioms_core::{BadCredentials, Policy, RequestHead, Scheme, Validator};
use axioms_fuzz::{header_map, watch_log};
use axioms_testing::{AUDIENCE, ISSUER, jwks};
use libfuzzer_sys::fuzz_target;

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| Validator::builder().issuer(ISSUER).audience(AUDIENCE).jwks(jwks()).build().unwrap());

const DPOP: HeaderName = HeaderName::from_static("dpop");

fuzz_target!(|text: &[u8]| {
    let headers = header_map(text, &AUTHORIZATION, &[&DPOP]);
    let head = RequestHead::new(&Method::GET, &headers);
    let (lines, proofs) = (lines(&headers, &AUTHORIZATION), lines(&headers, &DPOP));
    let found =
        head.credentials().and_then(|found| found.map(|found| Ok((found, found.token()?))).transpose());
    match found {
        Ok(None) => assert!(lines.is_empty() || lines.len() == 1 && credentials(lines[0]).is_none()),
        Ok(Some((found, token))) => {
            let [line] = lines.as_slice() else { panic!("credentials of {} lines", lines.len()) };
            assert_eq!(credentials(line), Some((found.scheme(), token)));
            assert_eq!(found.proof().map(str::as_bytes), proofs.first().copied());
            assert!(proofs.len() < 2 && proofs.first().is_none_or(|proof| token68(proof).is_some()));
            assert_eq!(format!("{found:?}"), format!("Credentials {{ scheme: {:?}, .. }}", found.scheme()));
        }
        Err(BadCredentials::SeveralHeaders) => assert!(lines.len() > 1),
        Err(BadCredentials::Proof) => {
            assert!(proofs.len() > 1 || proofs.iter().any(|proof| token68(proof).is_none()));
        }
        Err(_) => assert!(lines.len() == 1 && credentials(lines[0]).is_none()),
    }
    let (refused, logged) = watch_log(|| VALIDATOR.authorize(head, &Policy::VALID_TOKEN));
    assert!(refused.unwrap_err().status().is_client_error());
    if let Some((_, token)) =
        lines.first().and_then(|line| credentials(line)).filter(|(_, token)| token.len() > 40)
    {
        assert!(!logged.contains(token));
    }
});

fn lines<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Vec<&'h [u8]> {
    headers.get_all(name).iter().map(|value| value.as_bytes()).collect()
}

fn credentials(line: &[u8]) -> Option<(Scheme, &str)> {
    let space = line.iter().position(|byte| *byte == b' ')?;
    let (name, token) = (&line[..space], &line[space + 1..]);
    let scheme = match name.to_ascii_lowercase().as_slice() {
        b"bearer" => Scheme::Bearer,
        b"dpop" => Scheme::Dpop,
        _ => return None,
    };
    Some((scheme, token68(token)?))
}

fn token68(text: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(text).ok()?;
    let body = text.trim_end_matches('=');
    let is_sound = |c: char| c.is_ascii_alphanumeric() || "-._~+/".contains(c);
    (!body.is_empty() && body.chars().all(is_sound)).then_some(text)
}
