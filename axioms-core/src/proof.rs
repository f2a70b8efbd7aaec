//! The proof that an access token is valid: a verified signature. (A `DPoP` proof is something
//! else: part of a request's credentials.)

use crate::crypto::SignatureVerified;

/// The proof that a token is valid. A token exposes the facts of its signature as `Option`s.
#[derive(Debug)]
pub(crate) enum Proof {
    /// A verified signature, and the id of the key if the token names one.
    Signature { verified: SignatureVerified, key_id: Option<Box<str>> },
}
