//! RSA key pairs, which are slow to make, lent out so that a test run makes few of them.

use std::ops::Deref;
use std::sync::{Mutex, PoisonError};

use jwt_simple::algorithms::RS256KeyPair;

/// Key pairs that are not in use. Kept in memory alone: a key in the repository would let its readers forge tokens.
static IDLE: Mutex<Vec<RS256KeyPair>> = Mutex::new(Vec::new());

/// An RSA key pair of 2048 bits that no other holder in this process has; it goes back to the pool when dropped.
pub(super) struct RsaKeyPair(RS256KeyPair);

impl RsaKeyPair {
    /// An idle key pair, or else a new one.
    pub(super) fn take() -> Self {
        let idle = IDLE.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Self(idle.unwrap_or_else(generate))
    }
}

impl Deref for RsaKeyPair {
    type Target = RS256KeyPair;

    fn deref(&self) -> &RS256KeyPair {
        &self.0
    }
}

impl Drop for RsaKeyPair {
    fn drop(&mut self) {
        IDLE.lock().unwrap_or_else(PoisonError::into_inner).push(self.0.clone());
    }
}

#[cfg(feature = "aws-lc-rs")]
fn generate() -> RS256KeyPair {
    use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
    use aws_lc_rs::rsa::{KeyPair, KeySize};

    let made = KeyPair::generate(KeySize::Rsa2048).expect("AWS-LC makes an RSA key");
    let pkcs8: Pkcs8V1Der<'_> = made.as_der().expect("an RSA key has a PKCS#8 form");
    RS256KeyPair::from_der(pkcs8.as_ref()).expect("jwt-simple reads PKCS#8")
}

#[cfg(not(feature = "aws-lc-rs"))]
fn generate() -> RS256KeyPair {
    RS256KeyPair::generate(2048).expect("jwt-simple makes an RSA key")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_holders_have_the_same_key() {
        let (one, two) = (RsaKeyPair::take(), RsaKeyPair::take());
        assert_ne!(one.jwk_thumbprint(), two.jwk_thumbprint());
    }
}
