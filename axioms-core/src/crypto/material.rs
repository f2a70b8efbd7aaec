//! The input of the signature libraries, and their errors.

/// The numbers of a public key, from a JWK (RFC 7518 section 6, RFC 8037 section 2).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Material<'a> {
    /// Modulus and exponent, big-endian, without leading zeros.
    Rsa { n: &'a [u8], e: &'a [u8] },
    /// An uncompressed SEC 1 point: 4, x, y.
    Ec { point: &'a [u8] },
    /// An Ed25519 public key of 32 bytes.
    Ed25519 { x: &'a [u8] },
}

/// The library cannot use this key for this algorithm: the point is not on the curve, or the size
/// or the algorithm is not supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnusableKey;

/// The signature does not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadSignature;
