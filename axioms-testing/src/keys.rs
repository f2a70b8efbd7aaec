//! Signing keys, each bound to an algorithm and a key id.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

use axioms_core::Algorithm;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::base64url;
use super::secret::Secret;

/// A key pair that signs tokens with one algorithm and one key id.
///
/// Two keys share a secret only if one was derived from the other. Keys exist only in memory and
/// are new in each process.
///
/// # Examples
/// A token that was signed with another key, under a key id of the issuer's:
/// ```
/// use axioms_core::Algorithm;
/// use axioms_testing::{SigningKey, TestIssuer};
///
/// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
/// let stranger = SigningKey::generate(Algorithm::ES256).with_kid(issuer.key(Algorithm::ES256).kid());
/// let forged = issuer.token().signed_with(&stranger).sign();
/// ```
#[derive(Clone)]
pub struct SigningKey {
    algorithm: Algorithm,
    kid: String,
    secret: Secret,
}

impl SigningKey {
    /// Generates a key with a key id that is unique in this process. An RSA key has 2048 bits.
    ///
    /// # Panics
    /// For [`Algorithm::ES512`] without the feature `aws-lc-rs`, because no other library supports
    /// it.
    #[must_use]
    pub fn generate(algorithm: Algorithm) -> Self {
        Self { algorithm, kid: fresh_kid(algorithm), secret: Secret::generate(algorithm) }
    }

    /// Generates an RSA key with 2048, 3072 or 4096 bits.
    ///
    /// # Panics
    /// For another size, and for an algorithm that does not use RSA.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::Algorithm;
    /// use axioms_testing::{SigningKey, TestIssuer};
    ///
    /// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    /// let key = SigningKey::generate_rsa(Algorithm::RS256, 3072);
    /// issuer.add_jwk(key.public_jwk());
    /// let token = issuer.token().signed_with(&key).sign();
    /// ```
    #[must_use]
    pub fn generate_rsa(algorithm: Algorithm, bits: usize) -> Self {
        let secret = Secret::generate_rsa(bits);
        assert!(secret.fits(algorithm), "{algorithm} does not sign with an RSA key");
        Self { algorithm, kid: fresh_kid(algorithm), secret }
    }

    /// Every algorithm that [`SigningKey::generate`] supports: all of them, except ES512 without
    /// `aws-lc-rs`.
    pub fn algorithms() -> impl Iterator<Item = Algorithm> {
        Algorithm::ALL.iter().copied().filter(|algorithm| Secret::exists_for(*algorithm))
    }

    /// Returns the same key with another key id.
    #[must_use]
    pub fn with_kid(mut self, kid: impl Into<String>) -> Self {
        self.kid = kid.into();
        self
    }

    /// Returns the same key for another algorithm of its family: one RSA key serves RS256 to PS512.
    ///
    /// The key id is unchanged, so that a token can name a key that was published for another
    /// algorithm.
    ///
    /// # Panics
    /// If the key has another type or curve than `algorithm` needs.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: Algorithm) -> Self {
        assert!(
            self.secret.fits(algorithm),
            "a key made for {} cannot sign by {algorithm}; make one with SigningKey::generate",
            self.algorithm,
        );
        self.algorithm = algorithm;
        self
    }

    /// This key's secret for another algorithm, with a new id, if the secret fits that algorithm.
    pub(super) fn sibling(&self, algorithm: Algorithm) -> Option<Self> {
        let fits = self.algorithm != algorithm && self.secret.fits(algorithm);
        fits.then(|| Self { algorithm, kid: fresh_kid(algorithm), secret: self.secret.clone() })
    }

    /// The algorithm that this key signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The key id, as in the key set and in the headers of tokens.
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public key as a JWK ([RFC 7517 section
    /// 4](https://www.rfc-editor.org/rfc/rfc7517#section-4)), with `kid`, `alg` and `use`.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        let mut jwk = self.secret.public_jwk();
        jwk["kid"] = self.kid.as_str().into();
        jwk["alg"] = self.algorithm.name().into();
        jwk["use"] = "sig".into();
        jwk
    }

    /// The public key as a DER `SubjectPublicKeyInfo`. Attackers use these public bytes as the
    /// "secret" of forged HS256 tokens.
    #[must_use]
    pub fn public_der(&self) -> Vec<u8> {
        self.secret.public_der()
    }

    /// [`SigningKey::public_der`] as PEM.
    #[must_use]
    pub fn public_pem(&self) -> String {
        let text = STANDARD.encode(self.public_der());
        let mut pem = String::from("-----BEGIN PUBLIC KEY-----\n");
        for (n, character) in text.chars().enumerate() {
            if n > 0 && n % 64 == 0 {
                pem.push('\n');
            }
            pem.push(character);
        }
        pem + "\n-----END PUBLIC KEY-----\n"
    }

    /// Signs `message`. The signature has the form of a JWS: for ECDSA, `r` followed by `s`.
    ///
    /// # Panics
    /// If the signature library fails, which it does not for keys made here.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.secret.sign(self.algorithm, message)
    }

    /// Signs a token of two given segments. Nothing is encoded or checked, so the segments may be
    /// any text.
    #[must_use]
    pub fn sign_segments(&self, header: &str, payload: &str) -> String {
        let input = format!("{header}.{payload}");
        let signature = base64url(self.sign(input.as_bytes()));
        format!("{input}.{signature}")
    }
}

/// Shows the key id and the algorithm. The secret stays out of logs and panics.
impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("kid", &self.kid)
            .field("algorithm", &self.algorithm)
            .finish_non_exhaustive()
    }
}

fn fresh_kid(algorithm: Algorithm) -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    format!("{}-{}", algorithm.name().to_lowercase(), NEXT.fetch_add(1, Ordering::Relaxed))
}

#[cfg(test)]
mod tests {
    use axioms_core::Validator;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::json;

    use super::*;

    /// Whether core verifies it with the published key. Another test covers that the signature
    /// libraries agree.
    fn verifies(key: &SigningKey, token: &str) -> bool {
        let key_set = json!({ "keys": [key.public_jwk()] }).to_string();
        let validator = Validator::builder().any_issuer(true).audience("a").jwks(key_set).build().unwrap();
        validator.validate(token).is_ok()
    }

    fn token(key: &SigningKey) -> String {
        let header = json!({ "alg": key.algorithm().name() }).to_string();
        key.sign_segments(&base64url(header), &base64url(r#"{"aud":"a","exp":4102444800}"#))
    }

    #[test]
    fn every_algorithm_signs_what_its_published_key_verifies() {
        for algorithm in SigningKey::algorithms() {
            let key = SigningKey::generate(algorithm);
            let good = token(&key);
            assert!(verifies(&key, &good), "{algorithm}");

            let (header, rest) = good.split_once('.').unwrap();
            let (_, signature) = rest.split_once('.').unwrap();
            let changed = format!(
                "{header}.{}.{signature}",
                base64url(r#"{"aud":"a","exp":4102444800,"sub":"admin"}"#)
            );
            assert!(!verifies(&key, &changed), "{algorithm}");
        }
    }

    #[test]
    fn keys_of_one_algorithm_differ_and_so_do_their_ids() {
        for algorithm in SigningKey::algorithms() {
            let (one, two) = (SigningKey::generate(algorithm), SigningKey::generate(algorithm));
            assert_ne!(one.public_der(), two.public_der(), "{algorithm}");
            assert_ne!(one.kid(), two.kid());
        }
    }

    #[test]
    fn a_jwk_says_what_the_key_is_for_and_nothing_private() {
        let shapes = [
            (Algorithm::PS384, "RSA", None, vec!["n", "e"]),
            (Algorithm::ES256, "EC", Some("P-256"), vec!["crv", "x", "y"]),
            (Algorithm::ES384, "EC", Some("P-384"), vec!["crv", "x", "y"]),
            (Algorithm::ES512, "EC", Some("P-521"), vec!["crv", "x", "y"]),
            (Algorithm::EdDSA, "OKP", Some("Ed25519"), vec!["crv", "x"]),
        ];
        for (algorithm, kty, crv, own) in shapes {
            if !SigningKey::algorithms().any(|available| available == algorithm) {
                continue;
            }
            let jwk = SigningKey::generate(algorithm).with_kid("k").public_jwk();
            assert_eq!(jwk["kty"], kty);
            assert_eq!(jwk.get("crv").and_then(Value::as_str), crv);
            assert_eq!(
                (&jwk["alg"], &jwk["use"], &jwk["kid"]),
                (&json!(algorithm.name()), &json!("sig"), &json!("k"))
            );
            let mut members: Vec<_> = own.into_iter().chain(["kty", "alg", "use", "kid"]).collect();
            members.sort_unstable();
            assert_eq!(jwk.as_object().unwrap().keys().collect::<Vec<_>>(), members);
        }
    }

    #[test]
    fn one_rsa_key_signs_by_every_rsa_algorithm() {
        let key = SigningKey::generate(Algorithm::RS256);
        let other = key.clone().with_algorithm(Algorithm::PS512);
        assert_eq!((key.kid(), key.public_der()), (other.kid(), other.public_der()));
        assert!(verifies(&other, &token(&other)));
    }

    #[test]
    #[should_panic(expected = "a key made for ES256 cannot sign by ES384")]
    fn a_key_does_not_sign_by_an_algorithm_of_another_curve() {
        let _ = SigningKey::generate(Algorithm::ES256).with_algorithm(Algorithm::ES384);
    }

    #[test]
    fn rsa_keys_have_the_size_that_was_asked_for() {
        for bits in [2048, 3072, 4096] {
            let key = SigningKey::generate_rsa(Algorithm::PS256, bits);
            let modulus = URL_SAFE_NO_PAD.decode(key.public_jwk()["n"].as_str().unwrap()).unwrap();
            assert_eq!(modulus.len() * 8, bits);
            assert!(modulus[0] >= 0x80, "its first bit is set");
            assert_eq!(key.public_jwk()["e"], "AQAB");
            assert!(verifies(&key, &token(&key)), "{bits}");
        }
    }

    #[test]
    #[should_panic(expected = "an RSA key has 2048, 3072 or 4096 bits here, not 1024")]
    fn an_rsa_key_of_another_size_is_not_made() {
        let _ = SigningKey::generate_rsa(Algorithm::RS256, 1024);
    }

    #[test]
    fn the_pem_is_the_der_in_lines_of_64_characters() {
        for algorithm in SigningKey::algorithms() {
            let key = SigningKey::generate(algorithm);
            let pem = key.public_pem();
            let lines: Vec<&str> = pem.lines().collect();
            let [first, text @ .., last] = lines.as_slice() else { panic!("{pem}") };
            assert_eq!((*first, *last), ("-----BEGIN PUBLIC KEY-----", "-----END PUBLIC KEY-----"));
            assert!(text.iter().rev().skip(1).all(|line| line.len() == 64), "{pem}");
            assert_eq!(STANDARD.decode(text.concat()).unwrap(), key.public_der());
        }
    }

    #[test]
    fn debug_shows_no_key_material() {
        let key = SigningKey::generate(Algorithm::EdDSA).with_kid("k");
        assert_eq!(format!("{key:?}"), r#"SigningKey { kid: "k", algorithm: EdDSA, .. }"#);
    }
}
