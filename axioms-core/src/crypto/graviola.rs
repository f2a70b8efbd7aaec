//! Graviola: signatures and TLS without a C compiler, nearly as fast as aws-lc-rs. Keys are parsed
//! once, when the JWK Set is parsed.

use ::graviola::Error;
use ::graviola::hashing::{Sha256, Sha384};
use ::graviola::signing::ecdsa::{Curve, P256, P384, VerifyingKey};
use ::graviola::signing::eddsa::Ed25519VerifyingKey;
use ::graviola::signing::rsa;

use super::algorithm::Algorithm;
use super::material::{BadSignature, Material, UnusableKey};

/// Large keys are boxed: RSA keys have space for 8192 bits, and EC keys contain tables of
/// multiples.
pub(super) enum GraviolaKey {
    Rsa(Box<rsa::VerifyingKey>, VerifyRsa),
    P256(Box<VerifyingKey<P256>>),
    P384(Box<VerifyingKey<P384>>),
    Ed25519(Ed25519VerifyingKey),
}

/// Takes a key, a signature and a message.
type VerifyRsa = fn(&rsa::VerifyingKey, &[u8], &[u8]) -> Result<(), Error>;

impl GraviolaKey {
    pub(super) fn new(algorithm: Algorithm, material: Material<'_>) -> Result<Self, UnusableKey> {
        match (algorithm, material) {
            (Algorithm::ES256, Material::Ec { point }) => ec_key(point).map(Self::P256),
            (Algorithm::ES384, Material::Ec { point }) => ec_key(point).map(Self::P384),
            (Algorithm::EdDSA, Material::Ed25519 { x }) => {
                Ed25519VerifyingKey::from_bytes(x).map(Self::Ed25519).map_err(|_| UnusableKey)
            }
            (algorithm, Material::Rsa { n, e }) => {
                let verify = rsa_scheme(algorithm).ok_or(UnusableKey)?;
                let der = rsa_public_key(n, e).ok_or(UnusableKey)?;
                let key = rsa::VerifyingKey::from_pkcs1_der(&der).map_err(|_| UnusableKey)?;
                Ok(Self::Rsa(Box::new(key), verify))
            }
            _ => Err(UnusableKey),
        }
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        match self {
            Self::Rsa(key, verify) => verify(key, signature, message),
            Self::P256(key) => key.verify::<Sha256>(&[message], signature),
            Self::P384(key) => key.verify::<Sha384>(&[message], signature),
            Self::Ed25519(key) => key.verify(signature, message),
        }
        .map_err(|_| BadSignature)
    }
}

fn ec_key<C: Curve>(bytes: &[u8]) -> Result<Box<VerifyingKey<C>>, UnusableKey> {
    VerifyingKey::from_x962_uncompressed(bytes).map(Box::new).map_err(|_| UnusableKey)
}

fn rsa_scheme(algorithm: Algorithm) -> Option<VerifyRsa> {
    Some(match algorithm {
        Algorithm::RS256 => rsa::VerifyingKey::verify_pkcs1_sha256,
        Algorithm::RS384 => rsa::VerifyingKey::verify_pkcs1_sha384,
        Algorithm::RS512 => rsa::VerifyingKey::verify_pkcs1_sha512,
        Algorithm::PS256 => rsa::VerifyingKey::verify_pss_sha256,
        Algorithm::PS384 => rsa::VerifyingKey::verify_pss_sha384,
        Algorithm::PS512 => rsa::VerifyingKey::verify_pss_sha512,
        Algorithm::ES256 | Algorithm::ES384 | Algorithm::ES512 | Algorithm::EdDSA => return None,
    })
}

/// Encodes `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }` in DER (RFC 8017
/// appendix A.1.1), the only format that Graviola accepts. Returns `None` if the numbers are longer
/// than Graviola supports.
fn rsa_public_key(n: &[u8], e: &[u8]) -> Option<Vec<u8>> {
    const INTEGER: u8 = 0x02;
    const SEQUENCE: u8 = 0x30;
    let unsigned = |number: &[u8]| {
        // A set first bit would make the number negative.
        let sign: &[u8] = if number.first().is_some_and(|first| *first < 0x80) { &[] } else { &[0] };
        tagged(INTEGER, &[sign, number].concat())
    };
    tagged(SEQUENCE, &[unsigned(n)?, unsigned(e)?].concat())
}

fn tagged(tag: u8, content: &[u8]) -> Option<Vec<u8>> {
    let [high, low] = u16::try_from(content.len()).ok()?.to_be_bytes();
    let length: &[u8] = match (high, low) {
        (0, ..0x80) => &[low],
        (0, _) => &[0x81, low],
        _ => &[0x82, high, low],
    };
    Some([&[tag], length, content].concat())
}

impl std::fmt::Debug for GraviolaKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Rsa(..) => "Rsa",
            Self::P256(_) => "P256",
            Self::P384(_) => "P384",
            Self::Ed25519(_) => "Ed25519",
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a broken test should stop where it broke")]

    use super::*;

    #[test]
    fn a_key_is_written_in_der() {
        assert_eq!(rsa_public_key(&[0x7f], &[3]).unwrap(), [0x30, 6, 2, 1, 0x7f, 2, 1, 3]);
        assert_eq!(rsa_public_key(&[0x80], &[1, 0, 1]).unwrap(), [0x30, 9, 2, 2, 0, 0x80, 2, 3, 1, 0, 1]);
        assert_eq!(rsa_public_key(&vec![1; 0xffff], &[3]), None, "the length exceeds two bytes");
    }

    #[test]
    fn a_length_takes_as_few_bytes_as_it_can() {
        let rows: [(usize, &[u8]); 6] = [
            (0, &[0]),
            (0x7f, &[0x7f]),
            (0x80, &[0x81, 0x80]),
            (0xff, &[0x81, 0xff]),
            (0x100, &[0x82, 1, 0]),
            (0xffff, &[0x82, 0xff, 0xff]),
        ];
        for (length, written) in rows {
            let content = vec![7; length];
            assert_eq!(tagged(2, &content).unwrap(), [&[2], written, &content].concat(), "{length}");
        }
    }
}
