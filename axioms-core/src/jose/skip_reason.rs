//! Why a key of a JWK Set is skipped, and the limits on the number of keys.

/// How many keys of a set are read. Issuers publish two to ten.
pub(crate) const MAX_KEYS: usize = 100;

/// How many keys of one issuer may share a key id and an algorithm. Each is tried, and each try
/// costs a verification.
pub(super) const MAX_ALIKE: usize = 4;

/// Why a key is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SkipReason {
    #[error("it is not a JSON object with unique members")]
    NotAnObject,
    #[error("{0} is missing or malformed")]
    Malformed(&'static str),
    #[error("it contains private key material, which the issuer must withdraw and replace at once")]
    Private,
    #[error("its type, curve or algorithm is not supported or not allowed here")]
    Unsupported,
    #[error("it is for encryption (use, key_ops, alg)")]
    ForEncryption,
    #[error("it is not for verifying signatures (use, key_ops)")]
    NotForSignatures,
    #[error(
        "its RSA modulus must be odd with 2048 to 8192 bits, and its exponent must be odd, at \
            least 65537, and at most 33 bits"
    )]
    WeakRsa,
    #[error("its Ed25519 point has a small order, so signatures can be forged")]
    SmallOrder,
    #[error(
        "the signature library refuses it: the point is not on the curve, or the size is not \
        supported"
    )]
    Refused,
    #[error("it is a duplicate of another key in the set")]
    Duplicate,
    #[error("the set already has {MAX_ALIKE} other keys with its kid and algorithm")]
    TooManyAlike,
    #[error("the set has more than {MAX_KEYS} keys")]
    TooMany,
}
