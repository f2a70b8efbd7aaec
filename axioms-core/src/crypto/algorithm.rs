//! The supported signature algorithms. `none` and HMAC have no variant, so they cannot be selected
//! by mistake.

use std::fmt;
use std::str::FromStr;

/// A digital signature algorithm for JWS, by its registered name (RFC 7518 section 3.1, RFC 8037,
/// RFC 9864).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    RS256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    RS384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    RS512,
    /// RSASSA-PSS with SHA-256.
    PS256,
    /// RSASSA-PSS with SHA-384.
    PS384,
    /// RSASSA-PSS with SHA-512.
    PS512,
    /// ECDSA on P-256 with SHA-256.
    ES256,
    /// ECDSA on P-384 with SHA-384.
    ES384,
    /// ECDSA on P-521 with SHA-512. Supported only by aws-lc-rs.
    ES512,
    /// Ed25519, named `EdDSA` (RFC 8037) or `Ed25519` (RFC 9864).
    EdDSA,
}

impl Algorithm {
    /// Every algorithm; within a family, in order of hash size.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::Algorithm;
    ///
    /// let names: Vec<&str> = Algorithm::ALL.iter().map(|algorithm| algorithm.name()).collect();
    /// assert!(names.contains(&"ES256") && !names.contains(&"HS256"));
    /// ```
    pub const ALL: &'static [Self] = &[
        Self::RS256,
        Self::RS384,
        Self::RS512,
        Self::PS256,
        Self::PS384,
        Self::PS512,
        Self::ES256,
        Self::ES384,
        Self::ES512,
        Self::EdDSA,
    ];

    /// The registered name, as in a token's `alg`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::RS256 => "RS256",
            Self::RS384 => "RS384",
            Self::RS512 => "RS512",
            Self::PS256 => "PS256",
            Self::PS384 => "PS384",
            Self::PS512 => "PS512",
            Self::ES256 => "ES256",
            Self::ES384 => "ES384",
            Self::ES512 => "ES512",
            Self::EdDSA => "EdDSA",
        }
    }

    /// The algorithm with this registered name. Names are case-sensitive.
    pub(crate) fn from_name(alg: &str) -> Option<Self> {
        if alg == "Ed25519" {
            return Some(Self::EdDSA);
        }
        Self::ALL.iter().copied().find(|algorithm| algorithm.name() == alg)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = UnknownAlgorithm;

    fn from_str(alg: &str) -> Result<Self, Self::Err> {
        Self::from_name(alg).ok_or(UnknownAlgorithm { _private: () })
    }
}

/// The name is not that of a supported algorithm: it is unknown, symmetric, or `none`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a supported signature algorithm; use RS256, RS384, RS512, PS256, PS384, PS512, ES256, \
        ES384, ES512 or EdDSA"
)]
pub struct UnknownAlgorithm {
    _private: (),
}
