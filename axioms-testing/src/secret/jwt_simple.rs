//! Keys of jwt-simple. It signs only headers and claims that it builds itself, so this module uses
//! the primitives behind its key types.

use ::jwt_simple::algorithms::{
    ECDSAP256KeyPairLike, ECDSAP384KeyPairLike, ES256KeyPair, ES384KeyPair, Ed25519KeyPair, EdDSAKeyPairLike,
    HS256Key, MACLike, RS256KeyPair, RSAKeyPairLike,
};
use axioms_core::Algorithm;
use p256::ecdsa::signature::Signer as _;
use superboring::hash::MessageDigest;
use superboring::pkey::PKey;
use superboring::rsa::Padding;
use superboring::sign::Signer as RsaSigner;

use super::KeyType;

pub(super) const NAME: &str = "jwt-simple";

pub(super) const KEY_TYPES: &[KeyType] = &[KeyType::Rsa, KeyType::P256, KeyType::P384, KeyType::Ed25519];

pub(super) enum Key {
    Rsa(RS256KeyPair),
    P256(ES256KeyPair),
    P384(ES384KeyPair),
    Ed25519(Ed25519KeyPair),
}

impl Key {
    /// A key of a type that has one size.
    pub(super) fn generate(key_type: KeyType) -> Option<Self> {
        match key_type {
            KeyType::P256 => Some(Self::P256(ES256KeyPair::generate())),
            KeyType::P384 => Some(Self::P384(ES384KeyPair::generate())),
            KeyType::Ed25519 => Some(Self::Ed25519(Ed25519KeyPair::generate())),
            KeyType::Rsa | KeyType::P521 => None,
        }
    }

    pub(super) fn generate_rsa(bits: usize) -> Option<Self> {
        RS256KeyPair::generate(bits).ok().map(Self::Rsa)
    }

    pub(super) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => sign_rsa(key, algorithm, message),
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature = key.key_pair().as_ref().sign(message);
                Some(signature.to_bytes().to_vec())
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature = key.key_pair().as_ref().sign(message);
                Some(signature.to_bytes().to_vec())
            }
            Self::Ed25519(key) => Some(key.key_pair().as_ref().sk.sign(message, None).to_vec()),
        }
    }

    pub(super) fn public_der(&self) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => key.public_key().to_der().ok(),
            Self::P256(key) => key.public_key().to_der().ok(),
            Self::P384(key) => key.public_key().to_der().ok(),
            Self::Ed25519(key) => Some(key.public_key().to_der()),
        }
    }
}

/// The hash and the padding of an RSA algorithm. The verifier has its own table, so that one
/// mistake does not affect both.
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

fn sign_rsa(key: &RS256KeyPair, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
    let (hash, padding) = rsa_parameters(algorithm)?;
    let key = PKey::from_rsa(key.key_pair().as_ref().clone()).ok()?;
    let mut signer = RsaSigner::new(hash, &key).ok()?;
    signer.set_rsa_padding(padding).ok()?;
    signer.update(message).ok()?;
    signer.sign_to_vec().ok()
}

pub(in super::super) fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    HS256Key::from_bytes(key).authentication_tag(message)
}
