//! Decodes the numbers of a public key in a JWK (RFC 7518 section 6, RFC 8037 section 2).

use base64::Engine as _;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::jwk::{Jwk, KeyType};
use super::skip_reason::SkipReason;
use crate::crypto::Material;

/// RFC 7518 section 2 requires no padding. Padding is accepted, because some issuers write it and
/// it does not change the key.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The numbers of a key, decoded and checked for size.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Numbers {
    Rsa { n: Vec<u8>, e: Vec<u8> },
    Ec { point: Vec<u8> },
    Ed25519 { x: Vec<u8> },
}

impl Numbers {
    pub(super) fn read(jwk: &Jwk<'_>, kind: KeyType) -> Result<Self, SkipReason> {
        match kind {
            KeyType::Rsa => rsa(jwk),
            KeyType::P256 => ec(jwk, 32),
            KeyType::P384 => ec(jwk, 48),
            KeyType::P521 => ec(jwk, 66),
            KeyType::Ed25519 => ed25519(jwk),
        }
    }

    pub(super) fn material(&self) -> Material<'_> {
        match self {
            Self::Rsa { n, e } => Material::Rsa { n, e },
            Self::Ec { point } => Material::Ec { point },
            Self::Ed25519 { x } => Material::Ed25519 { x },
        }
    }
}

/// RFC 7518 section 3.3 requires at least 2048 bits. The upper limits keep a verification cheap. An
/// exponent under 65537 is only useful for attacks on bad padding checks.
fn rsa(jwk: &Jwk<'_>) -> Result<Numbers, SkipReason> {
    let n = unsigned(jwk, "n")?;
    let e = unsigned(jwk, "e")?;
    let odd = |number: &[u8]| number.last().is_some_and(|byte| byte & 1 == 1);
    let is_valid = odd(&n) && odd(&e) && (2048..=8192).contains(&bits(&n)) && (17..=33).contains(&bits(&e));
    if is_valid { Ok(Numbers::Rsa { n, e }) } else { Err(SkipReason::WeakRsa) }
}

fn ec(jwk: &Jwk<'_>, size: usize) -> Result<Numbers, SkipReason> {
    let mut point = vec![4];
    for name in ["x", "y"] {
        let coordinate = unsigned(jwk, name)?;
        let zeros = size.checked_sub(coordinate.len()).ok_or(SkipReason::Malformed(name))?;
        point.resize(point.len() + zeros, 0);
        point.extend(coordinate);
    }
    Ok(Numbers::Ec { point })
}

fn ed25519(jwk: &Jwk<'_>) -> Result<Numbers, SkipReason> {
    // A byte string, not a number (RFC 8032 section 5.1.2), so zeros are significant.
    let x = decoded(jwk, "x")?;
    match x.len() {
        32 if has_small_order(&x) => Err(SkipReason::SmallOrder),
        32 => Ok(Numbers::Ed25519 { x }),
        _ => Err(SkipReason::Malformed("x")),
    }
}

/// Whether the point is one of the eight whose order divides the cofactor (RFC 8032 section 5.1),
/// in any encoding. Not every library checks this, and with such a key, one in eight forged
/// signatures verifies.
fn has_small_order(point: &[u8]) -> bool {
    /// The y coordinates of the points of order 8, little-endian: the first byte, the middle and
    /// the last byte.
    const ORDER_8: [(u8, [u8; 30], u8); 2] = [
        (
            0x26,
            [
                0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
                0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc,
            ],
            0x05,
        ),
        (
            0xc7,
            [
                0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
                0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03,
            ],
            0x7a,
        ),
    ];
    let [first, middle @ .., last] = point else { return false };
    let last = last & 0x7f; // The highest bit is the sign of x.
    match first {
        // y is 0 or 1.
        0 | 1 => last == 0 && middle.iter().all(|byte| *byte == 0),
        // y is -1, or the prime or the prime plus 1, which encode 0 and 1.
        0xec..=0xee => last == 0x7f && middle.iter().all(|byte| *byte == 0xff),
        _ => ORDER_8.iter().any(|(low, rest, high)| (low, rest.as_slice(), *high) == (first, middle, last)),
    }
}

/// Decodes the bytes of a member; at least one.
fn decoded(jwk: &Jwk<'_>, name: &'static str) -> Result<Vec<u8>, SkipReason> {
    let text = jwk.string(name)?.ok_or(SkipReason::Malformed(name))?;
    let bytes = BASE64URL.decode(&*text).map_err(|_| SkipReason::Malformed(name))?;
    if bytes.is_empty() { Err(SkipReason::Malformed(name)) } else { Ok(bytes) }
}

/// Decodes a big-endian number and removes leading zeros. Some issuers add a leading zero, as in
/// ASN.1, and others omit those that RFC 7518 section 6.2.1.2 requires.
fn unsigned(jwk: &Jwk<'_>, name: &'static str) -> Result<Vec<u8>, SkipReason> {
    let mut bytes = decoded(jwk, name)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    Ok(bytes)
}

fn bits(number: &[u8]) -> usize {
    number.first().map_or(0, |top| number.len() * 8 - top.leading_zeros() as usize)
}
