//! A token that passed every check, and its claims.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::claims::CheckedClaims;
use super::granted::Granted;
use super::issuer_policy::IssuerPolicy;
use crate::crypto::Algorithm;
use crate::json::{self, member};
use crate::proof::Proof;
use crate::resource_server::ResourceServer;

/// An access token that passed every check: signature, issuer, audience, time and type.
///
/// It is a proof: only a [`Validator`](crate::Validator) creates one, so a function that takes an
/// `AccessToken` can be called only with a validated token. Cloning only increments a reference
/// count. It does not contain the token's text, so it cannot leak it.
///
/// # Examples
/// ```
/// # use axioms_core::{AccessToken, ClaimError};
/// fn greet(token: &AccessToken) -> Result<String, ClaimError> {
///     let name: Option<&str> = token.claim("given_name")?;
///     Ok(format!("Hello, {}", name.or(token.subject()).unwrap_or("stranger")))
/// }
/// ```
#[derive(Clone)]
pub struct AccessToken(Arc<Inner>);

struct Inner {
    /// The claims as the issuer wrote them: JSON without repeated members and with limited depth.
    payload: String,
    claims: CheckedClaims<'static>,
    granted: Granted,
    proof: Proof,
    server: Arc<ResourceServer>,
}

impl AccessToken {
    /// The only constructor; it takes the proof.
    pub(super) fn new(
        proof: Proof,
        payload: String,
        claims: CheckedClaims<'static>,
        granted: Granted,
        server: Arc<ResourceServer>,
    ) -> Self {
        Self(Arc::new(Inner { payload, claims, granted, proof, server }))
    }

    /// Whether its times are still valid. Nothing else about a token changes.
    pub(crate) fn is_timely(&self, rules: &IssuerPolicy, now: Duration) -> bool {
        self.0.claims.times.check(rules, now).is_ok()
    }

    /// The approximate memory use, in bytes.
    pub(super) fn bytes(&self) -> usize {
        let Inner { payload, claims, granted, .. } = &*self.0;
        let subject = claims.subject.as_deref().map_or(0, str::len);
        // If any issuer is accepted, the token owns this text.
        let issuer = claims.issuer.as_deref().map_or(0, str::len);
        let key_id = self.key_id().map_or(0, str::len);
        size_of::<Inner>() + payload.capacity() + key_id + subject + issuer + granted.bytes()
    }

    /// The grants, which policies check.
    pub(crate) fn granted(&self) -> &Granted {
        &self.0.granted
    }

    /// The resource server whose validator accepted it.
    pub(crate) fn server(&self) -> &Arc<ResourceServer> {
        &self.0.server
    }

    /// A claim's value as JSON text, by the claim's literal name.
    pub(crate) fn raw(&self, claim: &str) -> Option<&str> {
        member(&self.0.payload, claim)
    }

    /// `sub`: the subject (RFC 7519 section 4.1.2). Some issuers omit it.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.0.claims.subject.as_deref()
    }

    /// `iss`: the issuer (RFC 7519 section 4.1.1). `None` only if the validator accepts any issuer
    /// and the token names none.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.0.claims.issuer.as_deref()
    }

    /// `aud`: all audiences. Unless the audience is read from another claim, at least one is this
    /// resource server.
    #[must_use]
    pub fn audiences(&self) -> Vec<Cow<'_, str>> {
        self.raw("aud").and_then(|aud| json::identifiers(aud).ok()).unwrap_or_default()
    }

    /// `client_id`: the client that the token was issued to (RFC 9068 section 2.2), if present.
    #[must_use]
    pub fn client_id(&self) -> Option<Cow<'_, str>> {
        self.string("client_id")
    }

    /// `jti`: the token's id (RFC 7519 section 4.1.7).
    #[must_use]
    pub fn jwt_id(&self) -> Option<Cow<'_, str>> {
        self.string("jti")
    }

    /// `exp`: the expiration time, without the configured leeway. It is `Some` for every token that
    /// was verified by its signature.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        Some(self.0.claims.times.expires_at.into())
    }

    /// `iat`: the time of issue, if present.
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.0.claims.times.issued_at.map(Into::into)
    }

    /// The algorithm of the signature. It is `Some` for every token that was verified by its
    /// signature.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        match &self.0.proof {
            Proof::Signature { verified, .. } => Some(verified.algorithm()),
        }
    }

    /// `kid`: the id of the key that verified the token, if the token names one (RFC 7515 section
    /// 4.1.4).
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        match &self.0.proof {
            Proof::Signature { key_id, .. } => key_id.as_deref(),
        }
    }

    /// The granted scopes, in the order of the token.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.0.granted.scopes.values.iter()
    }

    /// The subject's roles.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.0.granted.roles.values.iter()
    }

    /// The granted permissions.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.0.granted.permissions.values.iter()
    }

    /// All claims, as JSON text.
    pub(super) fn payload(&self) -> &str {
        &self.0.payload
    }

    fn string(&self, claim: &str) -> Option<Cow<'_, str>> {
        json::string(self.raw(claim)?).ok()
    }
}

/// Shows only the issuer, the subject and the expiration time.
impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("issuer", &self.issuer())
            .field("subject", &self.subject())
            .field("expires_at", &self.expires_at())
            .finish_non_exhaustive()
    }
}
