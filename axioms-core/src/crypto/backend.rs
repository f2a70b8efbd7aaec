//! The library that verifies signatures and provides TLS for fetching keys.

use std::sync::Arc;

use rustls::crypto::CryptoProvider;

use super::algorithm::Algorithm;

/// The library that verifies signatures. Its TLS is also used to fetch keys, unless the program has
/// installed a [`CryptoProvider`](rustls::crypto::CryptoProvider).
///
/// If several features are enabled, the first variant listed here is used unless
/// [`ValidatorBuilder::backend`] selects another. So enabling `graviola` or `jwt-simple` in
/// addition to the default changes nothing by itself.
///
/// [`ValidatorBuilder::backend`]: crate::ValidatorBuilder::backend
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Backend {
    /// [aws-lc-rs](https://docs.rs/aws-lc-rs): every algorithm, RSA keys with 2048 to 8192 bits.
    /// Building it requires a C compiler.
    #[cfg(feature = "aws-lc-rs")]
    AwsLcRs,
    /// [Graviola](https://docs.rs/graviola), in Rust with inline assembly: no C compiler, shorter
    /// builds and smaller programs, nearly as fast except for P-384. No ES512; RSA keys with 2048
    /// to 8192 bits and exponents up to 32 bits. It is new, and runs only on `x86_64` and
    /// `aarch64`, on processors of about the last ten years.
    #[cfg(feature = "graviola")]
    Graviola,
    /// [jwt-simple](https://docs.rs/jwt-simple), in pure Rust: no ES512; RSA keys with 2048 to 4096
    /// bits and the exponent 65537. Several times slower, and without TLS.
    #[cfg(feature = "jwt-simple")]
    JwtSimple,
}

impl Backend {
    /// The algorithms that the library does not support.
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

    /// Whether it runs on this processor. If not, calling it panics.
    pub(crate) fn runs_here(self) -> bool {
        match self {
            #[cfg(feature = "graviola")]
            Self::Graviola => ::graviola::util::is_cpu_supported(),
            #[allow(unreachable_patterns, reason = "the others of this build, if any")]
            _ => true,
        }
    }

    /// The TLS provider of the client: the one that the program installed, or else that of this
    /// library, or else that of the default library.
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
