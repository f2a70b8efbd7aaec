//! Private keys, made by the signature library that axioms-core verifies with. With several in a
//! build, the first one in this file is used.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc;
#[cfg(all(feature = "graviola", not(feature = "aws-lc-rs")))]
mod graviola;
#[cfg(not(any(feature = "aws-lc-rs", feature = "graviola")))]
mod jwt_simple;
mod pool;

use std::sync::Arc;

#[cfg(feature = "aws-lc-rs")]
use aws_lc as library;
use axioms_core::Algorithm;
#[cfg(all(feature = "graviola", not(feature = "aws-lc-rs")))]
use graviola as library;
#[cfg(not(any(feature = "aws-lc-rs", feature = "graviola")))]
use jwt_simple as library;
pub(super) use library::hmac_sha256;
use pool::POOL;
use serde_json::{Value, json};

use super::base64url;

/// The default size of an RSA key: the smallest that verifiers accept, and so the fastest.
const RSA_BITS: usize = 2048;

/// The type of a key, which decides the algorithms that it supports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyType {
    Rsa,
    P256,
    P384,
    P521,
    Ed25519,
}

impl KeyType {
    fn of(algorithm: Algorithm) -> Option<Self> {
        Some(match algorithm {
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512 => Self::Rsa,
            Algorithm::ES256 => Self::P256,
            Algorithm::ES384 => Self::P384,
            Algorithm::ES512 => Self::P521,
            Algorithm::EdDSA => Self::Ed25519,
            _ => return None,
        })
    }
}

/// A private key. Clones share it.
#[derive(Clone)]
pub(super) struct Secret {
    key_type: KeyType,
    /// The size of an RSA key.
    bits: Option<usize>,
    key: Arc<library::Key>,
}

impl Secret {
    /// Whether the library supports `algorithm`.
    pub(super) fn exists_for(algorithm: Algorithm) -> bool {
        KeyType::of(algorithm).is_some_and(|key_type| library::KEY_TYPES.contains(&key_type))
    }

    /// Generates a key for `algorithm`.
    pub(super) fn generate(algorithm: Algorithm) -> Self {
        let key_type = KeyType::of(algorithm).filter(|key_type| library::KEY_TYPES.contains(key_type));
        let key_type = key_type.unwrap_or_else(|| panic!("{} does not sign by {algorithm}", library::NAME));
        if key_type == KeyType::Rsa {
            return Self::generate_rsa(RSA_BITS);
        }
        let key = library::Key::generate(key_type).expect("only missing random numbers make this fail");
        Self { key_type, bits: None, key: Arc::new(key) }
    }

    /// Generates an RSA key of this size.
    pub(super) fn generate_rsa(bits: usize) -> Self {
        assert!(
            [2048, 3072, 4096].contains(&bits),
            "an RSA key has 2048, 3072 or 4096 bits here, not {bits}"
        );
        let make = || library::Key::generate_rsa(bits).expect("only missing random numbers make this fail");
        Self { key_type: KeyType::Rsa, bits: Some(bits), key: POOL.take(bits, make) }
    }

    /// Whether this key supports `algorithm`.
    pub(super) fn fits(&self, algorithm: Algorithm) -> bool {
        KeyType::of(algorithm) == Some(self.key_type)
    }

    /// The JWS signature (RFC 7518 section 3, RFC 8037 section 3.1) over `message`, with an
    /// algorithm that this key supports.
    pub(super) fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Vec<u8> {
        self.key.sign(algorithm, message).expect("a key signs by the algorithms that it fits")
    }

    /// The public key as an X.509 `SubjectPublicKeyInfo`.
    pub(super) fn public_der(&self) -> Vec<u8> {
        self.key.public_der().expect("a public key has a DER form")
    }

    /// The public key as a JWK, with the members of its key type (RFC 7518 section 6, RFC 8037
    /// section 2).
    pub(super) fn public_jwk(&self) -> Value {
        // The numbers are at the end of a `SubjectPublicKeyInfo`, in the form of a JWK.
        let der = self.public_der();
        let curve = |name: &str, coordinate: usize| {
            let (x, y) = der[der.len() - 2 * coordinate..].split_at(coordinate);
            json!({ "kty": "EC", "crv": name, "x": base64url(x), "y": base64url(y) })
        };
        match self.key_type {
            KeyType::Rsa => {
                let (n, e) = rsa_numbers(&der);
                json!({ "kty": "RSA", "n": base64url(n), "e": base64url(e) })
            }
            KeyType::P256 => curve("P-256", 32),
            KeyType::P384 => curve("P-384", 48),
            KeyType::P521 => curve("P-521", 66),
            KeyType::Ed25519 => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(&der[der.len() - 32..]) })
            }
        }
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        if let Some(bits) = self.bits {
            POOL.put_back(bits, &self.key);
        }
    }
}

/// Modulus and exponent of an RSA key of 2048 to 4096 bits. In this range every length field has a
/// fixed size, except that of the exponent, which is 65537 (RFC 8017 appendix A.1.1, RFC 5280
/// section 4.1).
fn rsa_numbers(der: &[u8]) -> (&[u8], &[u8]) {
    const BEFORE_MODULUS: usize = 33;
    const EXPONENT: [u8; 5] = [0x02, 3, 1, 0, 1];

    let numbers = der[BEFORE_MODULUS..].strip_suffix(&EXPONENT);
    (numbers.expect("RSA keys are made with the exponent 65537"), &EXPONENT[2..])
}
