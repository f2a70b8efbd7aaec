//! Any text as a token. It is split only if it is the canonical encoding of its three segments, it
//! is never accepted, and neither answer nor log repeats it.
#![no_main]

use std::sync::LazyLock;

use axioms_core::{InvalidToken, RefusalCause, Validator, fuzzing};
use axioms_fuzz::watch_log;
use axioms_testing::{AUDIENCE, ISSUER, jwks};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;

static VALIDATOR: LazyLock<Validator> =
    LazyLock::new(|| Validator::builder().issuer(ISSUER).audience(AUDIENCE).jwks(jwks()).build().unwrap());

fuzz_target!(|token: &str| {
    match fuzzing::compact(token) {
        Ok((header, payload, signature, signing_input)) => {
            let [header, payload, signature] = [header.as_bytes(), payload.as_bytes(), signature.as_slice()]
                .map(|part| URL_SAFE_NO_PAD.encode(part));
            assert_eq!(format!("{header}.{payload}.{signature}"), token);
            assert_eq!(format!("{header}.{payload}").as_bytes(), signing_input);
            assert!(token.len() <= 16 * 1024);
        }
        Err("too large") => assert!(token.len() > 16 * 1024),
        Err("segments") => assert!(!is_compact(token), "three segments of base64url"),
        Err(_) => assert!(is_compact(token)),
    }
    let (refused, logged) = watch_log(|| VALIDATOR.validate(token));
    let refusal = refused.unwrap_err();
    let RefusalCause::InvalidToken(reason) = refusal.cause() else { panic!("{refusal}") };
    assert!(fuzzing::compact(token).is_ok() || !matches!(reason, InvalidToken::Issuer));
    // A token may equal a word of the log.
    let is_sent = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if token.len() > 40 && token.chars().all(is_sent) {
        assert!(!logged.contains(token) && !format!("{refusal:?} {refusal}").contains(token));
    }
});

/// RFC 7515 section 7.1, RFC 4648 section 5.
fn is_compact(token: &str) -> bool {
    let segments: Vec<&str> = token.split('.').collect();
    segments.len() == 3 && segments.iter().all(|segment| is_base64url(segment.as_bytes()))
}

fn is_base64url(segment: &[u8]) -> bool {
    let value = |byte: u8| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    };
    let in_alphabet = segment.iter().all(|byte| value(*byte).is_some());
    let last = segment.last().and_then(|byte| value(*byte));
    // The bits after the last whole byte are zero.
    in_alphabet
        && match (segment.len() % 4, last) {
            (_, None) | (1, _) => false,
            (2, Some(last)) => last & 0b1111 == 0,
            (3, Some(last)) => last & 0b11 == 0,
            _ => true,
        }
}
