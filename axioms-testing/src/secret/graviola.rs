//! Keys of Graviola.

use ::graviola::Error;
use ::graviola::hashing::hmac::Hmac;
use ::graviola::hashing::{Sha256, Sha384};
use ::graviola::signing::ecdsa::{P256, P384, SigningKey};
use ::graviola::signing::eddsa::Ed25519SigningKey;
use ::graviola::signing::rsa::{self, KeySize};
use axioms_core::Algorithm;

use super::KeyType;

pub(super) const NAME: &str = "Graviola";

pub(super) const KEY_TYPES: &[KeyType] = &[KeyType::Rsa, KeyType::P256, KeyType::P384, KeyType::Ed25519];

/// Larger than any signature or public key.
const ROOM: usize = 1024;

pub(super) enum Key {
    Rsa(Box<rsa::SigningKey>),
    P256(SigningKey<P256>),
    P384(SigningKey<P384>),
    Ed25519(Ed25519SigningKey),
}

impl Key {
    /// A key of a type that has one size.
    pub(super) fn generate(key_type: KeyType) -> Option<Self> {
        match key_type {
            KeyType::P256 => SigningKey::generate().map(Self::P256).ok(),
            KeyType::P384 => SigningKey::generate().map(Self::P384).ok(),
            KeyType::Ed25519 => Ed25519SigningKey::generate().map(Self::Ed25519).ok(),
            KeyType::Rsa | KeyType::P521 => None,
        }
    }

    pub(super) fn generate_rsa(bits: usize) -> Option<Self> {
        let size = match bits {
            2048 => KeySize::Rsa2048,
            3072 => KeySize::Rsa3072,
            4096 => KeySize::Rsa4096,
            _ => return None,
        };
        rsa::SigningKey::generate(size).ok().map(Box::new).map(Self::Rsa)
    }

    pub(super) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::Rsa(key) => {
                let sign = rsa_signer(algorithm)?;
                written(|room| sign(key, room, message))
            }
            Self::P256(key) => written(|room| key.sign::<Sha256>(&[message], room)),
            Self::P384(key) => written(|room| key.sign::<Sha384>(&[message], room)),
            Self::Ed25519(key) => Some(key.sign(message).to_vec()),
        }
    }

    pub(super) fn public_der(&self) -> Option<Vec<u8>> {
        written(|room| match self {
            Self::Rsa(key) => key.public_key().to_spki_der(room),
            Self::P256(key) => key.to_spki_der(room),
            Self::P384(key) => key.to_spki_der(room),
            Self::Ed25519(key) => key.public_key().to_spki_der(room),
        })
    }
}

/// The part of the buffer that was written.
fn written(write: impl FnOnce(&mut [u8]) -> Result<&[u8], Error>) -> Option<Vec<u8>> {
    write(&mut [0; ROOM]).ok().map(<[u8]>::to_vec)
}

/// The arguments: key, room for the signature, and message.
type SignRsa = for<'a> fn(&rsa::SigningKey, &'a mut [u8], &[u8]) -> Result<&'a [u8], Error>;

/// The hash and the padding of an RSA algorithm. The verifier has its own table, so that one
/// mistake does not affect both.
fn rsa_signer(algorithm: Algorithm) -> Option<SignRsa> {
    Some(match algorithm {
        Algorithm::RS256 => rsa::SigningKey::sign_pkcs1_sha256,
        Algorithm::RS384 => rsa::SigningKey::sign_pkcs1_sha384,
        Algorithm::RS512 => rsa::SigningKey::sign_pkcs1_sha512,
        Algorithm::PS256 => rsa::SigningKey::sign_pss_sha256,
        Algorithm::PS384 => rsa::SigningKey::sign_pss_sha384,
        Algorithm::PS512 => rsa::SigningKey::sign_pss_sha512,
        _ => return None,
    })
}

pub(in super::super) fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut hmac = Hmac::<Sha256>::new(key);
    hmac.update(message);
    hmac.finish().as_ref().to_vec()
}
