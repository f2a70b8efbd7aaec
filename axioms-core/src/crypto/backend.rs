//! Which library verifies signatures, and brings the TLS that keys are fetched with.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

use super::algorithm::Algorithm;

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
