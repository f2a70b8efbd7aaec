//! Signature verification. Only this module refers to signature libraries.
//!
//! The interface has two functions: create a [`VerificationKey`] from the numbers in a JWK, and
//! verify with it. Each key is created for one algorithm, so a token cannot choose how its key is
//! used.

mod algorithm;
#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
mod backend;
#[cfg(feature = "graviola")]
mod graviola;
#[cfg(feature = "jwt-simple")]
mod jwt_simple;
mod key;
mod material;
pub(crate) mod tls;

pub use algorithm::{Algorithm, UnknownAlgorithm};
pub use backend::Backend;
pub(crate) use key::{SignatureVerified, VerificationKey};
pub(crate) use material::Material;

#[cfg(not(any(feature = "aws-lc-rs", feature = "graviola", feature = "jwt-simple")))]
compile_error!(
    "axioms-core needs a signature backend: enable the feature `aws-lc-rs` (default), `graviola` \
        or `jwt-simple`"
);
