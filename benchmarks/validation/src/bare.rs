//! The signature alone, verified by aws-lc-rs with a parsed key: the unit of all ratios.

use std::hint::black_box;

use aws_lc_rs::signature::{self, ParsedPublicKey, RsaPublicKeyComponents};
use axioms_core::Algorithm;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::{Field, Result};

/// A token's signature, and the key that verifies it.
pub struct Bare {
    key: ParsedPublicKey,
    signed: String,
    signature: Vec<u8>,
}

impl Bare {
    /// The signature of one of the field's tokens.
    pub fn new(field: &Field, algorithm: Algorithm) -> Result<Self> {
        let token = field.token(algorithm).sign();
        let (signed, signature) = token.rsplit_once('.').ok_or("a token has dots")?;
        let signature = URL_SAFE_NO_PAD.decode(signature)?;
        Ok(Self { key: key(field, algorithm)?, signed: signed.to_owned(), signature })
    }

    /// Verifies the signature.
    #[must_use]
    pub fn verify(&self) -> bool {
        self.key.verify_sig(black_box(self.signed.as_bytes()), black_box(&self.signature)).is_ok()
    }
}

fn key(field: &Field, algorithm: Algorithm) -> Result<ParsedPublicKey> {
    let jwk = field.issuer.key(algorithm).public_jwk();
    let number = |name: &str| -> Result<Vec<u8>> {
        let text = jwk.get(name).and_then(|value| value.as_str()).ok_or("a JWK has its numbers")?;
        Ok(URL_SAFE_NO_PAD.decode(text)?)
    };
    Ok(match algorithm {
        Algorithm::RS256 => RsaPublicKeyComponents { n: number("n")?, e: number("e")? }
            .to_parsed_public_key(&signature::RSA_PKCS1_2048_8192_SHA256)?,
        Algorithm::PS256 => RsaPublicKeyComponents { n: number("n")?, e: number("e")? }
            .to_parsed_public_key(&signature::RSA_PSS_2048_8192_SHA256)?,
        Algorithm::ES256 => {
            let point = [vec![4], number("x")?, number("y")?].concat();
            ParsedPublicKey::new(&signature::ECDSA_P256_SHA256_FIXED, point)?
        }
        _ => ParsedPublicKey::new(&signature::ED25519, number("x")?)?,
    })
}
