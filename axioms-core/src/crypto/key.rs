//! A public key that verifies signatures of one algorithm.

use super::algorithm::Algorithm;
#[cfg(feature = "aws-lc-rs")]
use super::aws_lc;
use super::backend::Backend;
#[cfg(feature = "graviola")]
use super::graviola;
#[cfg(feature = "jwt-simple")]
use super::jwt_simple;
use super::material::{BadSignature, Material, UnusableKey};

/// A parsed public key, bound to one algorithm.
#[derive(Debug)]
pub(crate) struct VerificationKey {
    algorithm: Algorithm,
    parsed: Parsed,
}

#[derive(Debug)]
enum Parsed {
    #[cfg(feature = "aws-lc-rs")]
    AwsLc(aws_lc::AwsLcKey),
    #[cfg(feature = "graviola")]
    Graviola(graviola::GraviolaKey),
    #[cfg(feature = "jwt-simple")]
    JwtSimple(jwt_simple::JwtSimpleKey),
}

/// The proof that a signature was verified. Only [`VerificationKey::verify`] creates it.
#[derive(Debug)]
pub(crate) struct SignatureVerified(Algorithm);

impl SignatureVerified {
    /// The algorithm of the key that verified it.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.0
    }
}

impl VerificationKey {
    pub(crate) fn new(
        backend: Backend,
        algorithm: Algorithm,
        material: Material<'_>,
    ) -> Result<Self, UnusableKey> {
        let parsed = match backend {
            #[cfg(feature = "aws-lc-rs")]
            Backend::AwsLcRs => Parsed::AwsLc(aws_lc::AwsLcKey::new(algorithm, material)?),
            #[cfg(feature = "graviola")]
            Backend::Graviola => Parsed::Graviola(graviola::GraviolaKey::new(algorithm, material)?),
            #[cfg(feature = "jwt-simple")]
            Backend::JwtSimple => Parsed::JwtSimple(jwt_simple::JwtSimpleKey::new(algorithm, material)?),
        };
        Ok(Self { algorithm, parsed })
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<SignatureVerified, BadSignature> {
        match &self.parsed {
            #[cfg(feature = "aws-lc-rs")]
            Parsed::AwsLc(key) => key.verify(message, signature)?,
            #[cfg(feature = "graviola")]
            Parsed::Graviola(key) => key.verify(message, signature)?,
            #[cfg(feature = "jwt-simple")]
            Parsed::JwtSimple(key) => key.verify(message, signature)?,
        }
        Ok(SignatureVerified(self.algorithm))
    }
}
