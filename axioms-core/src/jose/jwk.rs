//! A key of a JWK Set (RFC 7517 section 4): whether it can verify signatures, and for which
//! algorithms.

use std::borrow::Cow;

use serde::de::IgnoredAny;

use super::key_issuer::KeyIssuer;
use super::skip_reason::SkipReason;
use crate::crypto::Algorithm;
use crate::json::{self, Object};

/// The longest accepted `kid`, in bytes. Logs and health show it in full.
const MAX_KEY_ID: usize = 512;

/// The members of a JWK. A `null` member counts as absent, because many serializers write unset
/// members as `null`.
pub(super) struct Jwk<'a>(Object<'a>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyType {
    Rsa,
    P256,
    P384,
    P521,
    Ed25519,
}

impl<'a> Jwk<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, SkipReason> {
        Object::parse(text).map(Self).map_err(|_| SkipReason::NotAnObject)
    }

    fn raw(&self, name: &str) -> Option<&'a str> {
        self.0.raw(name).filter(|value| *value != "null")
    }

    /// Reads a member that must be a string if it is present.
    pub(super) fn string(&self, name: &'static str) -> Result<Option<Cow<'a, str>>, SkipReason> {
        self.raw(name).map(json::string).transpose().map_err(|_| SkipReason::Malformed(name))
    }

    /// Refuses a symmetric key (`k`) and a private member. In a public document, they are a leak,
    /// which is logged as an error.
    pub(super) fn refuse_private(&self) -> Result<(), SkipReason> {
        const PRIVATE: [&str; 8] = ["d", "p", "q", "dp", "dq", "qi", "k", "oth"];
        let is_empty = |value| serde_json::from_str::<Vec<IgnoredAny>>(value).is_ok_and(|oth| oth.is_empty());
        // `oth` lists further primes; an empty list contains none.
        let private = |name: &str| self.raw(name).is_some_and(|value| name != "oth" || !is_empty(value));
        if PRIVATE.into_iter().any(private) { Err(SkipReason::Private) } else { Ok(()) }
    }

    /// Refuses a key that is not for signatures, according to `use`, `key_ops` and `alg` (RFC 7517
    /// sections 4.2 to 4.4). An empty `key_ops` is ignored.
    pub(super) fn refuse_other_uses(&self) -> Result<(), SkipReason> {
        match self.string("use")?.as_deref() {
            None | Some("sig") => {}
            Some("enc") => return Err(SkipReason::ForEncryption),
            Some(_) => return Err(SkipReason::NotForSignatures),
        }
        let operations = self.raw("key_ops").map_or(Ok(Vec::new()), json::strings);
        let operations = operations.map_err(|_| SkipReason::Malformed("key_ops"))?;
        if !operations.is_empty() && !operations.iter().any(|operation| operation == "verify") {
            let encrypts = operations.iter().all(|operation| is_encryption(operation));
            return Err(if encrypts { SkipReason::ForEncryption } else { SkipReason::NotForSignatures });
        }
        match self.string("alg")? {
            Some(alg) if is_key_management(&alg) => Err(SkipReason::ForEncryption),
            _ => Ok(()),
        }
    }

    pub(super) fn kind(&self) -> Result<KeyType, SkipReason> {
        let kty = self.string("kty")?.ok_or(SkipReason::Malformed("kty"))?;
        if kty == "RSA" {
            return Ok(KeyType::Rsa);
        }
        let crv = self.string("crv")?;
        match (&*kty, crv.as_deref()) {
            ("EC", Some("P-256")) => Ok(KeyType::P256),
            ("EC", Some("P-384")) => Ok(KeyType::P384),
            ("EC", Some("P-521")) => Ok(KeyType::P521),
            ("OKP", Some("Ed25519")) => Ok(KeyType::Ed25519),
            _ => Err(SkipReason::Unsupported),
        }
    }

    /// The allowed algorithms of the key: the one in `alg`, or, without `alg`, all that fit its
    /// type.
    pub(super) fn algorithms(
        &self,
        kind: KeyType,
        allowed: &[Algorithm],
    ) -> Result<Vec<Algorithm>, SkipReason> {
        let named = match self.string("alg")? {
            Some(name) => Some(Algorithm::from_name(&name).ok_or(SkipReason::Unsupported)?),
            None => None,
        };
        let usable: Vec<_> = kind
            .algorithms()
            .iter()
            .copied()
            .filter(|fit| named.is_none_or(|named| named == *fit) && allowed.contains(fit))
            .collect();
        if usable.is_empty() { Err(SkipReason::Unsupported) } else { Ok(usable) }
    }

    pub(super) fn key_id(&self) -> Result<Option<Cow<'a, str>>, SkipReason> {
        match self.string("kid")? {
            Some(id) if id.len() > MAX_KEY_ID => Err(SkipReason::Malformed("kid")),
            id => Ok(id),
        }
    }

    /// The only issuer whose tokens the key verifies, if the JWK names one.
    pub(super) fn issuer(&self) -> Result<Option<KeyIssuer>, SkipReason> {
        match self.string("issuer")? {
            Some(issuer) if issuer.is_empty() => Err(SkipReason::Malformed("issuer")),
            issuer => Ok(issuer.map(|issuer| KeyIssuer::parse(&issuer))),
        }
    }
}

/// The operations of RFC 7517 section 4.3 that are not for signatures.
fn is_encryption(operation: &str) -> bool {
    matches!(operation, "encrypt" | "decrypt" | "wrapKey" | "unwrapKey" | "deriveKey" | "deriveBits")
}

/// The algorithms of RFC 7518 section 4 with asymmetric keys.
fn is_key_management(alg: &str) -> bool {
    alg == "RSA1_5" || alg.starts_with("RSA-OAEP") || alg.starts_with("ECDH-ES")
}

impl KeyType {
    fn algorithms(self) -> &'static [Algorithm] {
        match self {
            Self::Rsa => &[
                Algorithm::RS256,
                Algorithm::RS384,
                Algorithm::RS512,
                Algorithm::PS256,
                Algorithm::PS384,
                Algorithm::PS512,
            ],
            Self::P256 => &[Algorithm::ES256],
            Self::P384 => &[Algorithm::ES384],
            Self::P521 => &[Algorithm::ES512],
            Self::Ed25519 => &[Algorithm::EdDSA],
        }
    }
}
