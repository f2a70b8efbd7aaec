//! Why a key of a JWK Set is not used, and how many of a set are.

/// How many keys of one set are looked at. Issuers publish two to ten.
pub(crate) const MAX_KEYS: usize = 100;

/// How many keys of one issuer may share a key id and an algorithm: each is tried, and each try costs a verification.
pub(super) const MAX_ALIKE: usize = 4;

/// Why a key is skipped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SkipReason {
    #[error("it is not a JSON object with unique members")]
    NotAnObject,
    #[error("{0} is missing or malformed")]
    Malformed(&'static str),
    #[error("it holds private key material, which the issuer must withdraw and replace at once")]
    Private,
    #[error("its type, curve or algorithm is not supported or not allowed here")]
    Unsupported,
    #[error("it is for encryption (use, key_ops, alg)")]
    ForEncryption,
    #[error("it is not for verifying signatures (use, key_ops)")]
    NotForSignatures,
    #[error(
        "its RSA modulus is not odd and of 2048 to 8192 bits, or its exponent not odd and of 65537 to 33 bits"
    )]
    WeakRsa,
    #[error("its Ed25519 point has a small order, so that signatures can be made without a secret")]
    SmallOrder,
    #[error("the signature library refuses it: a point off the curve, or a size that it does not support")]
    Refused,
    #[error("the set has this key already")]
    Duplicate,
    #[error("the set has {MAX_ALIKE} other keys of its kid and algorithm already")]
    TooManyAlike,
    #[error("the set has more than {MAX_KEYS} keys")]
    TooMany,
}
