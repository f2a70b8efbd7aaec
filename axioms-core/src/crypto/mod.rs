//! Signature verification, behind one seam. The only module that names a signature library.
//!
//! The seam is two functions: make a [`VerificationKey`] of the numbers in a JWK, and verify with it. Each key is
//! made for one algorithm, so a token can never choose how its key is used.

mod algorithm;
#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(feature = "graviola")]
mod graviola;
#[cfg(feature = "jwt-simple")]
mod jwt_simple;
pub(crate) mod tls;

use std::sync::Arc;

pub use algorithm::{Algorithm, UnknownAlgorithm};
use rustls::crypto::CryptoProvider;

#[cfg(not(any(feature = "aws-lc-rs", feature = "graviola", feature = "jwt-simple")))]
compile_error!(
    "axioms-core needs a signature backend: enable the feature `aws-lc-rs` (default), `graviola` or `jwt-simple`"
);

/// The library that verifies signatures. Keys are fetched with its TLS too, unless the program has installed a
/// [`CryptoProvider`](rustls::crypto::CryptoProvider) of its choice.
///
/// Where several features are enabled, the first one here is used unless [`ValidatorBuilder::backend`] asks for another:
/// enabling `graviola` or `jwt-simple` beside the default changes nothing by itself.
///
/// [`ValidatorBuilder::backend`]: crate::ValidatorBuilder::backend
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// [aws-lc-rs](https://docs.rs/aws-lc-rs): every algorithm, RSA keys of 2048 to 8192 bits. It needs a C compiler.
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs,
    /// [Graviola](https://docs.rs/graviola), in Rust and its assembler: no C compiler, a smaller program that is built in
    /// less time, nearly as fast but for P-384. No ES512, RSA keys of 2048 to 8192 bits with exponents of 32 bits.
    /// It is young, and runs on `x86_64` and `aarch64` alone, on processors of about the last ten years.
    #[cfg(feature = "graviola")]
    Graviola,
    /// [jwt-simple](https://docs.rs/jwt-simple), in Rust alone: no ES512, RSA keys of 2048 to 4096 bits with the
    /// exponent 65537. Several times slower, and without TLS.
    #[cfg(feature = "jwt-simple")]
    JwtSimple,
}

impl Backend {
    /// The algorithms that the library does not verify.
    pub(crate) fn lacks(self) -> &'static [Algorithm] {
        match self {
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs => &[],
            #[cfg(feature = "graviola")]
            Self::Graviola => &[Algorithm::ES512],
            #[cfg(feature = "jwt-simple")]
            Self::JwtSimple => &[Algorithm::ES512],
        }
    }

    /// Whether it runs on this processor; where not, a call into it panics.
    pub(crate) fn runs_here(self) -> bool {
        match self {
            #[cfg(feature = "graviola")]
            Self::Graviola => ::graviola::util::is_cpu_supported(),
            #[allow(unreachable_patterns, reason = "the others of this build, if any")]
            _ => true,
        }
    }

    /// What the client takes its TLS from: what the host program installed, else this library, else the default one.
    pub(crate) fn crypto_provider(self) -> Option<Arc<CryptoProvider>> {
        CryptoProvider::get_default().cloned().or_else(|| match self {
            #[cfg(feature = "aws-lc-rs")]
            Self::AwsLcRs => Some(Arc::new(rustls::crypto::aws_lc_rs::default_provider())),
            #[cfg(feature = "graviola")]
            Self::Graviola => Some(Arc::new(rustls_graviola::default_provider())),
            #[cfg(feature = "jwt-simple")]
            Self::JwtSimple => match Self::default() {
                Self::JwtSimple => None,
                #[allow(unreachable_patterns, reason = "the others of this build, if any")]
                other => other.runs_here().then_some(other)?.crypto_provider(),
            },
        })
    }
}

#[allow(clippy::derivable_impls, reason = "the first of those that this build has")]
impl Default for Backend {
    fn default() -> Self {
        #[cfg(feature = "aws-lc-rs")]
        return Self::AwsLcRs;
        #[cfg(all(feature = "graviola", not(feature = "aws-lc-rs")))]
        return Self::Graviola;
        #[cfg(not(any(feature = "graviola", feature = "aws-lc-rs")))]
        return Self::JwtSimple;
    }
}

/// The numbers of a public key, as a JWK gives them (RFC 7518 section 6, RFC 8037 section 2).
#[derive(Debug, Clone, Copy)]
pub(crate) enum Material<'a> {
    /// Modulus and exponent, big-endian, without leading zeros.
    Rsa { n: &'a [u8], e: &'a [u8] },
    /// An uncompressed SEC 1 point: 4, x, y.
    Ec { point: &'a [u8] },
    /// An Ed25519 public key of 32 bytes.
    Ed25519 { x: &'a [u8] },
}

/// The library cannot use this key for this algorithm: a point off the curve, a size or an algorithm that it
/// does not support.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct UnusableKey;

/// A public key, parsed, and bound to the one algorithm that it verifies.
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

/// The proof that a signature was verified. Only [`VerificationKey::verify`] makes it.
#[derive(Debug)]
pub(crate) struct SignatureVerified(Algorithm);

impl SignatureVerified {
    /// The algorithm of the key that verified it.
    pub(crate) fn algorithm(&self) -> Algorithm {
        self.0
    }
}

/// The signature does not verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct BadSignature;

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
