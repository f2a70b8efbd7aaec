//! What makes an access token valid. Without a proof there is no [`AccessToken`](crate::AccessToken).

use crate::crypto::{Algorithm, SignatureVerified};

/// The proof that a token is valid.
#[derive(Debug)]
pub(crate) enum Proof {
    /// Its signature was verified, by the key that it names if it names one.
    Signature { verified: SignatureVerified, key_id: Option<Box<str>> },
}

impl Proof {
    /// The algorithm of the signature.
    pub(crate) fn algorithm(&self) -> Option<Algorithm> {
        match self {
            Self::Signature { verified, .. } => Some(verified.algorithm()),
        }
    }

    /// The id of the key that verified the signature.
    pub(crate) fn key_id(&self) -> Option<&str> {
        match self {
            Self::Signature { key_id, .. } => key_id.as_deref(),
        }
    }
}
