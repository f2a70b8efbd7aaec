//! Changes to a token that no honest library offers.

use axioms_testing::{SigningKey, TokenBuilder, base64url};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The base64url alphabet, in the order of its values.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The segments of a compact token: header, payload, signature.
pub(crate) fn segments(token: &str) -> [&str; 3] {
    let parts: Vec<&str> = token.split('.').collect();
    parts.try_into().expect("a minted token has three segments")
}

pub(crate) fn decoded(segment: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(segment).expect("a minted segment is base64url")
}

pub(crate) fn text(segment: &str) -> String {
    String::from_utf8(decoded(segment)).expect("a minted header or payload is text")
}

/// The token with another signature.
pub(crate) fn with_signature(token: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> String {
    let [header, payload, signature] = segments(token);
    format!("{header}.{payload}.{}", base64url(change(decoded(signature))))
}

/// The token with another payload and the old signature.
pub(crate) fn with_payload(token: &str, change: impl FnOnce(String) -> String) -> String {
    let [header, payload, signature] = segments(token);
    format!("{header}.{}.{signature}", base64url(change(text(payload))))
}

/// The token with another header and the old signature.
pub(crate) fn with_header(token: &str, change: impl FnOnce(String) -> String) -> String {
    let [header, payload, signature] = segments(token);
    format!("{}.{payload}.{signature}", base64url(change(text(header))))
}

/// A signed payload with `members` at the end of the object.
pub(crate) fn signed_with_members(base: &TokenBuilder, members: &str) -> String {
    signed_payload(base, |payload| with_members(&payload, members))
}

/// A signed payload after this change to its text.
pub(crate) fn signed_payload(base: &TokenBuilder, change: impl FnOnce(String) -> String) -> String {
    let token = base.sign();
    base.clone().raw_payload(change(text(segments(&token)[1]))).sign()
}

/// A signed header after this change to its text.
pub(crate) fn signed_header(base: &TokenBuilder, change: impl FnOnce(String) -> String) -> String {
    let token = base.sign();
    base.clone().raw_header(change(text(segments(&token)[0]))).sign()
}

/// A signed claim with exactly this JSON text.
pub(crate) fn signed_with_claim(base: &TokenBuilder, name: &str, json: &str) -> String {
    signed_with_members(&base.clone().without(name), &format!(r#""{name}":{json}"#))
}

/// The object's text with more members at its end.
pub(crate) fn with_members(object: &str, members: &str) -> String {
    let open = object.strip_suffix('}').expect("an object ends with a brace");
    format!("{open},{members}}}")
}

/// The token with its segments encoded differently and then signed, so that only the encoding is
/// wrong.
pub(crate) fn respelt(base: &TokenBuilder, key: &SigningKey, spell: impl Fn(Part, &str) -> String) -> String {
    let token = base.clone().signed_with(key).sign();
    let [header, payload, _] = segments(&token);
    let signed = key.sign_segments(&spell(Part::Header, header), &spell(Part::Payload, payload));
    let (input, signature) = signed.rsplit_once('.').expect("a token has a signature");
    format!("{input}.{}", spell(Part::Signature, signature))
}

/// The name of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Header,
    Payload,
    Signature,
}

impl Part {
    pub(crate) const ALL: [Self; 3] = [Self::Header, Self::Payload, Self::Signature];
}

/// Other text for the same bytes: sets one of the unused bits in the last character. `None` if a
/// segment of this length has no unused bit.
pub(crate) fn with_trailing_bit(segment: &str) -> Option<String> {
    if segment.len().is_multiple_of(4) {
        return None;
    }
    let (last, rest) = segment.as_bytes().split_last()?;
    let value = ALPHABET.iter().position(|letter| letter == last)?;
    let respelt = [rest, &[ALPHABET[value | 1]]].concat();
    String::from_utf8(respelt).ok().filter(|respelt| respelt != segment)
}

/// An ECDSA signature in the form of X.509: a DER sequence of two integers.
pub(crate) fn der(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let body = [integer(r), integer(s)].concat();
    [&[0x30, length(&body)], body.as_slice()].concat()
}

fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let mut bytes = number[zeros..].to_vec();
    if bytes.first().is_none_or(|byte| byte & 0x80 != 0) {
        bytes.insert(0, 0);
    }
    [&[0x02, length(&bytes)], bytes.as_slice()].concat()
}

fn length(bytes: &[u8]) -> u8 {
    u8::try_from(bytes.len()).ok().filter(|length| *length < 0x80).expect("the numbers of P-256 are short")
}

/// The points of edwards25519 whose order is 1, 2, 4 or 8, each in every encoding that fits 32
/// bytes.
pub(crate) fn small_order_points() -> Vec<Vec<u8>> {
    const ORDER_8: [&str; 2] =
        ["JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU", "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o"];
    let small = |low: u8| [vec![low], vec![0; 31]].concat();
    let near_the_prime = |low: u8| [vec![low], vec![0xff; 30], vec![0x7f]].concat();
    let positive: Vec<Vec<u8>> = [0, 1]
        .map(small)
        .into_iter()
        .chain([0xec, 0xed, 0xee].map(near_the_prime))
        .chain(ORDER_8.map(decoded))
        .collect();
    let negative = positive.clone().into_iter().map(|mut point| {
        point[31] |= 0x80;
        point
    });
    negative.chain(positive.clone()).collect()
}
