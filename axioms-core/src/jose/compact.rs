//! The compact serialization of a JWS (RFC 7515 section 7.1): exactly three segments of strict
//! base64url.

use base64::Engine as _;
#[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))))]
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use memchr::{memchr, memrchr};

/// Decodes with vector instructions, which the base64 library supports on these two architectures.
#[cfg(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon")))]
static BASE64URL: std::sync::LazyLock<base64::engine::Simd> =
    std::sync::LazyLock::new(|| base64::engine::Simd::url_safe(base64::engine::general_purpose::NO_PAD));

/// The longest accepted token, in bytes. Servers commonly limit all headers together to 8 to 64
/// KiB.
pub(crate) const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Why a text is not a token in compact form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NotCompact {
    /// It is longer than [`MAX_TOKEN_BYTES`].
    TooLarge,
    /// It is not three non-empty segments of strict base64url.
    Segments,
    /// The header is not UTF-8.
    HeaderIsNoText,
    /// The payload is not UTF-8.
    PayloadIsNoText,
}

/// A token's three segments, decoded. Nothing in it is verified.
#[derive(Clone, Copy)]
pub(crate) struct Compact<'a> {
    pub(crate) header: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) signature: &'a [u8],
    /// The signed bytes: the first two segments as sent, with the dot between them.
    pub(crate) signing_input: &'a [u8],
}

impl<'a> Compact<'a> {
    /// Decodes a token into `decoded`, which is empty: one allocation for the three segments.
    pub(crate) fn parse(token: &'a str, decoded: &'a mut Vec<u8>) -> Result<Self, NotCompact> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(NotCompact::TooLarge);
        }
        // Faster than `split_once` and `rsplit_once`: the segments are long.
        let dots = memchr(b'.', token.as_bytes()).zip(memrchr(b'.', token.as_bytes()));
        let (first, last) = dots.ok_or(NotCompact::Segments)?;
        let (header, payload) = (token.get(..first), token.get(first + 1..last));
        let (signed, signature) = (token.get(..last), token.get(last + 1..));
        let (Some(header), Some(payload), Some(signed), Some(signature)) =
            (header, payload, signed, signature)
        else {
            return Err(NotCompact::Segments);
        };
        decoded.reserve(token.len());
        decode(header, decoded)?;
        let header_end = decoded.len();
        // A fourth or fifth segment would leave a dot in the payload, which is not in the alphabet.
        decode(payload, decoded)?;
        let payload_end = decoded.len();
        decode(signature, decoded)?;
        let (texts, signature) = decoded.split_at(payload_end);
        let (header, payload) = texts.split_at(header_end);
        Ok(Self {
            header: str::from_utf8(header).map_err(|_| NotCompact::HeaderIsNoText)?,
            payload: str::from_utf8(payload).map_err(|_| NotCompact::PayloadIsNoText)?,
            signature,
            signing_input: signed.as_bytes(),
        })
    }
}

/// Decodes the text of one segment.
pub(crate) fn text_of(segment: &str) -> Option<String> {
    let mut decoded = Vec::new();
    decode(segment, &mut decoded).ok()?;
    String::from_utf8(decoded).ok()
}

/// Decodes a segment, and appends it. It is strict: no padding, no character outside the alphabet,
/// no non-zero trailing bits. Otherwise one signed token could be written in many ways, and checks
/// keyed by a token's text could be bypassed.
fn decode(segment: &str, decoded: &mut Vec<u8>) -> Result<(), NotCompact> {
    if segment.is_empty() {
        return Err(NotCompact::Segments);
    }
    BASE64URL.decode_vec(segment, decoded).map_err(|_| NotCompact::Segments)
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(segment: &str) -> Result<Vec<u8>, NotCompact> {
        let mut decoded = Vec::new();
        decode(segment, &mut decoded).map(|()| decoded)
    }

    /// C1, C2, C3. Long segments are decoded many bytes at a time, with the same strictness.
    #[test]
    fn a_byte_outside_the_alphabet_is_refused_wherever_it_is() {
        let is_of_alphabet = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        for length in [1, 2, 3, 4, 63, 64, 65, 66, 67, 96, 100, 128, 131] {
            for place in 0..length {
                for byte in 0..0x80 {
                    let mut segment = vec![b'A'; length];
                    segment[place] = byte;
                    let segment = String::from_utf8(segment).unwrap();
                    let decoded = bytes(&segment);
                    assert_eq!(decoded.clone().ok(), URL_SAFE_NO_PAD.decode(&segment).ok(), "{segment:?}");
                    let is_whole = length % 4 != 1 && place + 1 < length;
                    assert!(!is_whole || decoded.is_ok() == is_of_alphabet(byte), "{segment:?}");
                }
                let foreign = format!("{}é{}", "A".repeat(place), "A".repeat(length - place));
                assert_eq!(bytes(&foreign), Err(NotCompact::Segments), "{foreign:?}");
            }
        }
    }

    #[test]
    fn what_was_encoded_is_decoded() {
        let any: Vec<u8> = (0..=u8::MAX).map(|n| n.wrapping_mul(89)).collect();
        for length in 1..any.len() {
            assert_eq!(bytes(&URL_SAFE_NO_PAD.encode(&any[..length])).as_deref(), Ok(&any[..length]));
        }
    }
}
