//! What makes an access token valid: a signature that was verified. (A `DPoP` proof is part of a request's credentials.)

use crate::crypto::SignatureVerified;

/// The proof that a token is valid. What it tells of the signature, a token tells as optional facts.
#[derive(Debug)]
pub(crate) enum Proof {
    /// Its signature was verified, by the key that it names if it names one.
    Signature { verified: SignatureVerified, key_id: Option<Box<str>> },
}
