//! The data of a token that passed every check.

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
/// It is a proof. Nothing but a [`Validator`](crate::Validator) makes one, so a function that takes an
/// `AccessToken` cannot be reached without. A clone costs one reference count. The token's text is not in it, so
/// it cannot leak from here.
///
/// # Examples
/// ```
/// # use axioms_core::{AccessToken, ClaimError};
/// fn greet(token: &AccessToken) -> Result<String, ClaimError> {
///     let name: Option<&str> = token.claim("given_name")?;
///     Ok(format!("Hello, {}", name.or(token.subject()).unwrap_or("whoever you are")))
/// }
/// ```
#[derive(Clone)]
pub struct AccessToken(Arc<Inner>);

struct Inner {
    /// The claims, as the issuer wrote them: JSON that was checked for repeated members and for depth.
    payload: String,
    claims: CheckedClaims<'static>,
    granted: Granted,
    proof: Proof,
    server: Arc<ResourceServer>,
}

impl AccessToken {
    /// The only way to make one: it takes the proof.
    pub(super) fn new(
        proof: Proof,
        payload: String,
        claims: CheckedClaims<'static>,
        granted: Granted,
        server: Arc<ResourceServer>,
    ) -> Self {
        Self(Arc::new(Inner { payload, claims, granted, proof, server }))
    }

    /// Whether its times are still right; everything else about it stays as it was checked.
    pub(crate) fn is_timely(&self, rules: &IssuerPolicy, now: Duration) -> bool {
        self.0.claims.times.check(rules, now).is_ok()
    }

    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let Inner { payload, claims, granted, .. } = &*self.0;
        let subject = claims.subject.as_deref().map_or(0, str::len);
        // Where any issuer is accepted, it is the token's own.
        let issuer = claims.issuer.as_deref().map_or(0, str::len);
        let key_id = self.key_id().map_or(0, str::len);
        size_of::<Inner>() + payload.capacity() + key_id + subject + issuer + granted.bytes()
    }

    /// What policies look at.
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

    /// `sub`: whom the token is about (RFC 7519 section 4.1.2). Tokens of some issuers have none.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.0.claims.subject.as_deref()
    }

    /// `iss`: who issued it (RFC 7519 section 4.1.1). `None` only with a validator built with `any_issuer`.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.0.claims.issuer.as_deref()
    }

    /// `aud`: every audience it is meant for, of which at least one is this resource server.
    #[must_use]
    pub fn audiences(&self) -> Vec<Cow<'_, str>> {
        self.raw("aud").and_then(|aud| json::identifiers(aud).ok()).unwrap_or_default()
    }

    /// `client_id`: the client that it was issued to (RFC 9068 section 2.2), where the token says so.
    #[must_use]
    pub fn client_id(&self) -> Option<Cow<'_, str>> {
        self.string("client_id")
    }

    /// `jti`: the token's own id (RFC 7519 section 4.1.7).
    #[must_use]
    pub fn jwt_id(&self) -> Option<Cow<'_, str>> {
        self.string("jti")
    }

    /// `exp`: when it expires. The configured leeway is not in it. `None` where the token was checked in another way than by
    /// its signature, and has no such time.
    #[must_use]
    pub fn expires_at(&self) -> Option<SystemTime> {
        Some(self.0.claims.times.expires_at.into())
    }

    /// `iat`: when it was issued, where the token says so.
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.0.claims.times.issued_at.map(Into::into)
    }

    /// The algorithm of its signature; `None` where the token was checked in another way than by its signature.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        match &self.0.proof {
            Proof::Signature { verified, .. } => Some(verified.algorithm()),
        }
    }

    /// `kid`: the id of the key that verified it, where the token names one (RFC 7515 section 4.1.4).
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        match &self.0.proof {
            Proof::Signature { key_id, .. } => key_id.as_deref(),
        }
    }

    /// The scopes it grants, in the order of the token.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.0.granted.scopes.values.iter()
    }

    /// The roles of its subject.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.0.granted.roles.values.iter()
    }

    /// The permissions it grants.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.0.granted.permissions.values.iter()
    }

    /// All of them, as JSON text.
    pub(super) fn payload(&self) -> &str {
        &self.0.payload
    }

    fn string(&self, claim: &str) -> Option<Cow<'_, str>> {
        json::string(self.raw(claim)?).ok()
    }
}

/// Shows whose token it is and until when, and no other claim.
impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("issuer", &self.issuer())
            .field("subject", &self.subject())
            .field("expires_at", &self.expires_at())
            .finish_non_exhaustive()
    }
}
