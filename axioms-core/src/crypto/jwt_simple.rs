//! jwt-simple, without C: a backend, also used in differential tests.
//!
//! jwt-simple's `verify_token` parses header and claims by its own rules. To avoid a second
//! interpretation of tokens, only its key types are used, with their limits, and the signature is
//! verified with the primitives that they wrap.

use ::jwt_simple::algorithms::{P256PublicKey, P384PublicKey, RSAPublicKey};
use ed25519_compact::PublicKey as Ed25519PublicKey;
use p256::ecdsa::signature::Verifier as _;
use superboring::hash::MessageDigest;
use superboring::pkey::{PKey, Public};
use superboring::rsa::Padding;
use superboring::sign::Verifier;

use super::algorithm::Algorithm;
use super::material::{BadSignature, Material, UnusableKey};

pub(super) enum JwtSimpleKey {
    Rsa { key: Box<PKey<Public>>, digest: MessageDigest, padding: Padding },
    P256(P256PublicKey),
    P384(P384PublicKey),
    Ed25519(Ed25519PublicKey),
}

impl JwtSimpleKey {
    pub(super) fn new(algorithm: Algorithm, material: Material<'_>) -> Result<Self, UnusableKey> {
        match (algorithm, material) {
            (Algorithm::ES256, Material::Ec { point }) => {
                P256PublicKey::from_bytes(point).map(Self::P256).map_err(|_| UnusableKey)
            }
            (Algorithm::ES384, Material::Ec { point }) => {
                P384PublicKey::from_bytes(point).map(Self::P384).map_err(|_| UnusableKey)
            }
            (Algorithm::EdDSA, Material::Ed25519 { x }) => {
                Ed25519PublicKey::from_slice(x).map(Self::Ed25519).map_err(|_| UnusableKey)
            }
            (algorithm, Material::Rsa { n, e }) => {
                let (digest, padding) = rsa_scheme(algorithm).ok_or(UnusableKey)?;
                let key = RSAPublicKey::from_components(n, e).map_err(|_| UnusableKey)?;
                let key = PKey::from_rsa(key.as_ref().clone()).map_err(|_| UnusableKey)?;
                Ok(Self::Rsa { key: Box::new(key), digest, padding })
            }
            _ => Err(UnusableKey),
        }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match self {
            Self::Rsa { key, digest, padding } => {
                verify_rsa(key, digest.clone(), *padding, message, signature)
            }
            Self::P256(key) => p256::ecdsa::Signature::from_slice(signature)
                .and_then(|signature| key.as_ref().verify(message, &signature))
                .map_err(|_| BadSignature),
            Self::P384(key) => p384::ecdsa::Signature::from_slice(signature)
                .and_then(|signature| key.as_ref().verify(message, &signature))
                .map_err(|_| BadSignature),
            Self::Ed25519(key) => ed25519_compact::Signature::from_slice(signature)
                .and_then(|signature| key.verify(message, &signature))
                .map_err(|_| BadSignature),
        }
    }
}

fn rsa_scheme(algorithm: Algorithm) -> Option<(MessageDigest, Padding)> {
    Some(match algorithm {
        Algorithm::RS256 => (MessageDigest::sha256(), Padding::PKCS1),
        Algorithm::RS384 => (MessageDigest::sha384(), Padding::PKCS1),
        Algorithm::RS512 => (MessageDigest::sha512(), Padding::PKCS1),
        Algorithm::PS256 => (MessageDigest::sha256(), Padding::PKCS1_PSS),
        Algorithm::PS384 => (MessageDigest::sha384(), Padding::PKCS1_PSS),
        Algorithm::PS512 => (MessageDigest::sha512(), Padding::PKCS1_PSS),
        Algorithm::ES256 | Algorithm::ES384 | Algorithm::ES512 | Algorithm::EdDSA => return None,
    })
}

fn verify_rsa(
    key: &PKey<Public>,
    digest: MessageDigest,
    padding: Padding,
    message: &[u8],
    signature: &[u8],
) -> Result<(), BadSignature> {
    let verify = || {
        let mut verifier = Verifier::new(digest, key)?;
        verifier.set_rsa_padding(padding)?;
        verifier.update(message)?;
        verifier.verify(signature)
    };
    match verify() {
        Ok(true) => Ok(()),
        Ok(false) | Err(_) => Err(BadSignature),
    }
}

impl std::fmt::Debug for JwtSimpleKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rsa { .. } => "Rsa",
            Self::P256(_) => "P256",
            Self::P384(_) => "P384",
            Self::Ed25519(_) => "Ed25519",
        })
    }
}
