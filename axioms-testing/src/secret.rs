//! Private keys by family: how each signs, and what it publishes of itself.

use std::sync::Arc;

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs::signature::EcdsaKeyPair;
use axioms_core::Algorithm;
use jwt_simple::algorithms::{
    ECDSAP256KeyPairLike, ECDSAP384KeyPairLike, ES256KeyPair, ES384KeyPair, Ed25519KeyPair, EdDSAKeyPairLike,
    RSAKeyPairLike,
};
use p256::ecdsa::signature::Signer as _;
use serde_json::Value;
use superboring::hash::MessageDigest;
use superboring::pkey::PKey;
use superboring::rsa::Padding;
use superboring::sign::Signer as RsaSigner;

use super::rsa_pool::RsaKeyPair;

/// A private key. Clones share it.
///
/// The key types are jwt-simple's; signing goes to the primitives behind them, since jwt-simple signs only
/// headers and claims of its own making, and attacks need others.
#[derive(Clone)]
pub(super) enum Secret {
    Rsa(Arc<RsaKeyPair>),
    P256(Arc<ES256KeyPair>),
    P384(Arc<ES384KeyPair>),
    #[cfg(feature = "aws-lc-rs")]
    P521(Arc<EcdsaKeyPair>),
    Ed25519(Arc<Ed25519KeyPair>),
}

impl Secret {
    /// A key that fits `algorithm`.
    pub(super) fn generate(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512 => Self::Rsa(Arc::new(RsaKeyPair::take())),
            Algorithm::ES256 => Self::P256(Arc::new(ES256KeyPair::generate())),
            Algorithm::ES384 => Self::P384(Arc::new(ES384KeyPair::generate())),
            #[cfg(feature = "aws-lc-rs")]
            Algorithm::ES512 => Self::P521(Arc::new(p521::generate())),
            Algorithm::EdDSA => Self::Ed25519(Arc::new(Ed25519KeyPair::generate())),
            other => panic!("no signature library of this build signs by {other}"),
        }
    }

    /// The JWS signature (RFC 7518 section 3, RFC 8037 section 3.1) over `message`, or `None` if the algorithm is
    /// not one of this family.
    pub(super) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        Some(match (self, algorithm) {
            (Self::Rsa(key), _) => return sign_rsa(key, algorithm, message),
            (Self::P256(key), Algorithm::ES256) => {
                let signature: p256::ecdsa::Signature = key.key_pair().as_ref().sign(message);
                signature.to_bytes().to_vec()
            }
            (Self::P384(key), Algorithm::ES384) => {
                let signature: p384::ecdsa::Signature = key.key_pair().as_ref().sign(message);
                signature.to_bytes().to_vec()
            }
            #[cfg(feature = "aws-lc-rs")]
            (Self::P521(key), Algorithm::ES512) => p521::sign(key, message),
            (Self::Ed25519(key), Algorithm::EdDSA) => key.key_pair().as_ref().sk.sign(message, None).to_vec(),
            _ => return None,
        })
    }

    /// Whether this key can sign by `algorithm`.
    pub(super) fn fits(&self, algorithm: Algorithm) -> bool {
        match self {
            Self::Rsa(_) => rsa_parameters(algorithm).is_some(),
            Self::P256(_) => algorithm == Algorithm::ES256,
            Self::P384(_) => algorithm == Algorithm::ES384,
            #[cfg(feature = "aws-lc-rs")]
            Self::P521(_) => algorithm == Algorithm::ES512,
            Self::Ed25519(_) => algorithm == Algorithm::EdDSA,
        }
    }

    /// The public half as a JWK, with the members of its key type (RFC 7518 section 6).
    pub(super) fn public_jwk(&self) -> Value {
        let text = match self {
            Self::Rsa(key) => key.public_key().to_jwk(),
            Self::P256(key) => key.public_key().to_jwk(),
            Self::P384(key) => key.public_key().to_jwk(),
            #[cfg(feature = "aws-lc-rs")]
            Self::P521(key) => return p521::public_jwk(key),
            Self::Ed25519(key) => key.public_key().to_jwk(),
        };
        serde_json::from_str(&text).expect("jwt-simple writes JSON")
    }

    /// The public half as an X.509 `SubjectPublicKeyInfo`.
    pub(super) fn public_der(&self) -> Vec<u8> {
        match self {
            Self::Rsa(key) => key.public_key().to_der(),
            Self::P256(key) => key.public_key().to_der(),
            Self::P384(key) => key.public_key().to_der(),
            #[cfg(feature = "aws-lc-rs")]
            Self::P521(key) => return p521::public_der(key),
            Self::Ed25519(key) => return key.public_key().to_der(),
        }
        .expect("a public key has a DER form")
    }
}

/// The hash and the padding of an RSA algorithm. The verifier has a table of its own, so that one mistake does not pass both.
fn rsa_parameters(algorithm: Algorithm) -> Option<(MessageDigest, Padding)> {
    Some(match algorithm {
        Algorithm::RS256 => (MessageDigest::sha256(), Padding::PKCS1),
        Algorithm::RS384 => (MessageDigest::sha384(), Padding::PKCS1),
        Algorithm::RS512 => (MessageDigest::sha512(), Padding::PKCS1),
        Algorithm::PS256 => (MessageDigest::sha256(), Padding::PKCS1_PSS),
        Algorithm::PS384 => (MessageDigest::sha384(), Padding::PKCS1_PSS),
        Algorithm::PS512 => (MessageDigest::sha512(), Padding::PKCS1_PSS),
        _ => return None,
    })
}

fn sign_rsa(key: &RsaKeyPair, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
    let (hash, padding) = rsa_parameters(algorithm)?;
    let key = PKey::from_rsa(key.key_pair().as_ref().clone()).ok()?;
    let mut signer = RsaSigner::new(hash, &key).ok()?;
    signer.set_rsa_padding(padding).ok()?;
    signer.update(message).ok()?;
    signer.sign_to_vec().ok()
}

/// P-521, which jwt-simple does not have.
#[cfg(feature = "aws-lc-rs")]
mod p521 {
    use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use serde_json::{Value, json};

    use crate::base64url;

    /// The bytes of one coordinate: 521 bits, rounded up.
    const COORDINATE: usize = 66;

    pub(super) fn generate() -> EcdsaKeyPair {
        EcdsaKeyPair::generate(&ECDSA_P521_SHA512_FIXED_SIGNING).expect("AWS-LC makes a P-521 key")
    }

    pub(super) fn sign(key: &EcdsaKeyPair, message: &[u8]) -> Vec<u8> {
        key.sign(&SystemRandom::new(), message).expect("AWS-LC signs").as_ref().to_vec()
    }

    pub(super) fn public_jwk(key: &EcdsaKeyPair) -> Value {
        // The key is an uncompressed SEC 1 point: a tag byte, then the coordinates.
        let (x, y) = key.public_key().as_ref()[1..].split_at(COORDINATE);
        json!({ "kty": "EC", "crv": "P-521", "x": base64url(x), "y": base64url(y) })
    }

    pub(super) fn public_der(key: &EcdsaKeyPair) -> Vec<u8> {
        let der: PublicKeyX509Der<'_> = key.public_key().as_der().expect("a public key has a DER form");
        der.as_ref().to_vec()
    }
}
