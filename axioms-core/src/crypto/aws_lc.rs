//! aws-lc-rs, the default backend. Keys are parsed once, when the JWK Set is parsed.

use aws_lc_rs::signature::{
    self, ParsedPublicKey, RsaParameters, RsaPublicKeyComponents, VerificationAlgorithm,
};

use super::algorithm::Algorithm;
use super::material::{BadSignature, Material, UnusableKey};

#[derive(Debug)]
pub(super) struct AwsLcKey(ParsedPublicKey);

impl AwsLcKey {
    pub(super) fn new(algorithm: Algorithm, material: Material<'_>) -> Result<Self, UnusableKey> {
        match (scheme(algorithm), material) {
            (SignatureScheme::Rsa(scheme), Material::Rsa { n, e }) => {
                RsaPublicKeyComponents { n, e }.to_parsed_public_key(scheme)
            }
            (SignatureScheme::Ec(scheme), Material::Ec { point: bytes })
            | (SignatureScheme::Ed25519(scheme), Material::Ed25519 { x: bytes }) => {
                ParsedPublicKey::new(scheme, bytes)
            }
            _ => return Err(UnusableKey),
        }
        .map(Self)
        .map_err(|_| UnusableKey)
    }

    pub(super) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), BadSignature> {
        self.0.verify_sig(message, signature).map_err(|_| BadSignature)
    }
}

enum SignatureScheme {
    Rsa(&'static RsaParameters),
    Ec(&'static dyn VerificationAlgorithm),
    Ed25519(&'static dyn VerificationAlgorithm),
}

fn scheme(algorithm: Algorithm) -> SignatureScheme {
    match algorithm {
        Algorithm::RS256 => SignatureScheme::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256),
        Algorithm::RS384 => SignatureScheme::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384),
        Algorithm::RS512 => SignatureScheme::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512),
        Algorithm::PS256 => SignatureScheme::Rsa(&signature::RSA_PSS_2048_8192_SHA256),
        Algorithm::PS384 => SignatureScheme::Rsa(&signature::RSA_PSS_2048_8192_SHA384),
        Algorithm::PS512 => SignatureScheme::Rsa(&signature::RSA_PSS_2048_8192_SHA512),
        Algorithm::ES256 => SignatureScheme::Ec(&signature::ECDSA_P256_SHA256_FIXED),
        Algorithm::ES384 => SignatureScheme::Ec(&signature::ECDSA_P384_SHA384_FIXED),
        Algorithm::ES512 => SignatureScheme::Ec(&signature::ECDSA_P521_SHA512_FIXED),
        Algorithm::EdDSA => SignatureScheme::Ed25519(&signature::ED25519),
    }
}
