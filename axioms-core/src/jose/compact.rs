//! The compact serialization of a JWS (RFC 7515 section 7.1): three segments of strict base64url, and nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The longest token that is looked at, in bytes. Servers commonly cap all headers together at 8 to 64 KiB.
pub(crate) const MAX_TOKEN_BYTES: usize = 16 * 1024;

/// Why a text is not the compact form of a token.
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
pub(crate) struct Compact<'a> {
    pub(crate) header: String,
    pub(crate) payload: String,
    pub(crate) signature: Vec<u8>,
    /// What the signature covers: the first two segments as they were sent, with the dot between them.
    pub(crate) signing_input: &'a [u8],
}

impl<'a> Compact<'a> {
    pub(crate) fn parse(token: &'a str) -> Result<Self, NotCompact> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(NotCompact::TooLarge);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(NotCompact::Segments)?;
        let (header, payload) = signed.split_once('.').ok_or(NotCompact::Segments)?;
        // A fourth or fifth segment leaves a dot in the payload, which is not in the alphabet.
        let (header, payload, signature) = (bytes(header)?, bytes(payload)?, bytes(signature)?);
        Ok(Self {
            header: String::from_utf8(header).map_err(|_| NotCompact::HeaderIsNoText)?,
            payload: String::from_utf8(payload).map_err(|_| NotCompact::PayloadIsNoText)?,
            signature,
            signing_input: signed.as_bytes(),
        })
    }
}

/// The text of one segment alone.
pub(crate) fn text_of(segment: &str) -> Option<String> {
    String::from_utf8(bytes(segment).ok()?).ok()
}

/// Strict: no padding, no character outside the alphabet, no non-zero trailing bits. Otherwise one signed token
/// would have many spellings, and whatever is keyed by a token's text could be dodged.
fn bytes(segment: &str) -> Result<Vec<u8>, NotCompact> {
    if segment.is_empty() {
        return Err(NotCompact::Segments);
    }
    URL_SAFE_NO_PAD.decode(segment).map_err(|_| NotCompact::Segments)
}
