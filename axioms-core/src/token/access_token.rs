//! The proof that a token passed every check.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::Method;
use serde::Deserialize;

use super::claim_error::ClaimError;
use super::claims::CheckedClaims;
use super::granted::Granted;
use super::issuer_policy::IssuerPolicy;
use crate::crypto::{Algorithm, SignatureVerified};
use crate::json::{self, Object, member, type_of};
use crate::policy::{Demand, Policy, Requirement};
use crate::refusal::Denied;
use crate::resource_server::ResourceServer;
use crate::text::{logged, logged_issuer};

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
pub struct AccessToken(pub(super) Arc<Verified>);

pub(super) struct Verified {
    pub(super) inner: Inner,
    granted: Granted,
}

/// All that a token's header and payload came to.
pub(super) struct Inner {
    /// The claims, as the issuer wrote them: JSON that was checked for repeated members and for depth.
    pub(super) payload: String,
    pub(super) claims: CheckedClaims,
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<Box<str>>,
    pub(super) server: Arc<ResourceServer>,
}

impl AccessToken {
    /// The only way to make one: it takes the proof of the signature. What the token grants is read here, and not for
    /// tokens that anybody can write.
    pub(super) fn new(_: SignatureVerified, inner: Inner, rules: &IssuerPolicy) -> Self {
        let granted = Granted::read(&Object::checked(&inner.payload), rules);
        Self(Arc::new(Verified { inner, granted }))
    }

    /// Whether its times are still right; everything else about it stays as it was checked.
    pub(crate) fn is_timely(&self, rules: &IssuerPolicy, now: Duration) -> bool {
        self.0.inner.claims.times.check(rules, now).is_ok()
    }

    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let Verified { inner: Inner { payload, claims, key_id, .. }, granted } = &*self.0;
        let subject = claims.subject.as_deref().map_or(0, str::len);
        // Where any issuer is accepted, it is the token's own.
        let issuer = claims.issuer.as_deref().map_or(0, str::len);
        let key_id = key_id.as_deref().map_or(0, str::len);
        size_of::<Verified>() + payload.capacity() + key_id + subject + issuer + granted.bytes()
    }

    /// What policies look at.
    #[cfg(feature = "doctor")]
    pub(crate) fn granted(&self) -> &Granted {
        &self.0.granted
    }

    /// `sub`: whom the token is about (RFC 7519 section 4.1.2). Tokens of some issuers have none.
    #[must_use]
    pub fn subject(&self) -> Option<&str> {
        self.0.inner.claims.subject.as_deref()
    }

    /// `iss`: who issued it (RFC 7519 section 4.1.1). `None` only with a validator built with `any_issuer`.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.0.inner.claims.issuer.as_deref()
    }

    /// `aud`: every audience it is meant for, of which at least one is this resource server.
    #[must_use]
    pub fn audiences(&self) -> Vec<Cow<'_, str>> {
        member(&self.0.inner.payload, "aud").and_then(|aud| json::identifiers(aud).ok()).unwrap_or_default()
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

    /// `exp`: when it expires. The configured leeway is not in it.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        self.0.inner.claims.times.expires_at.into()
    }

    /// `iat`: when it was issued, where the token says so.
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.0.inner.claims.times.issued_at.map(Into::into)
    }

    /// The algorithm of its signature; `None` where the token was checked in another way than by its signature.
    #[must_use]
    pub fn algorithm(&self) -> Option<Algorithm> {
        Some(self.0.inner.algorithm)
    }

    /// `kid`: the id of the key that verified it, where the token names one (RFC 7515 section 4.1.4).
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.0.inner.key_id.as_deref()
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

    /// One claim, by its literal name, as any type that deserializes: `Ok(None)` if the token has no such claim.
    /// `T` may borrow from the token, as `&str` does where the claim's text holds no escape.
    ///
    /// # Errors
    /// [`ClaimError`] when the claim is there and is not a `T`.
    pub fn claim<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, ClaimError> {
        let value = member(&self.0.inner.payload, name);
        value
            .map(serde_json::from_str)
            .transpose()
            .map_err(|error| self.claim_error(name, value.map_or("absent", type_of), &error))
    }

    /// All claims, as any type that deserializes.
    ///
    /// # Errors
    /// [`ClaimError`] when the claims are not a `T`.
    ///
    /// # Examples
    /// ```
    /// # use axioms_core::{AccessToken, ClaimError};
    /// #[derive(serde::Deserialize)]
    /// struct Profile {
    ///     tenant: String,
    ///     #[serde(default)]
    ///     plan: Option<String>,
    /// }
    ///
    /// fn tenant(token: &AccessToken) -> Result<String, ClaimError> {
    ///     Ok(token.claims::<Profile>()?.tenant)
    /// }
    /// ```
    pub fn claims<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ClaimError> {
        serde_json::from_str(&self.0.inner.payload)
            .map_err(|error| self.claim_error("the claims", "object", &error))
    }

    /// Demands more of the token than its route did, for instance because of what the request asks for.
    ///
    /// A policy that differs by method is refused here, since there is no method to look at: use
    /// [`AccessToken::require_for`].
    ///
    /// # Errors
    /// [`Denied`], which turns into a 403 `insufficient_scope`.
    ///
    /// # Examples
    /// ```
    /// # use axioms_core::{AccessToken, Denied, Policy, PolicyErrors};
    /// fn export(token: &AccessToken, policy: &Policy) -> Result<String, Denied> {
    ///     token.require(policy)?;
    ///     Ok("all of it".to_owned())
    /// }
    /// ```
    pub fn require(&self, policy: &Policy) -> Result<(), Denied> {
        self.check(policy.demand_of_every_method(), policy)
    }

    /// Whether the token grants what the policy demands of every method: [`AccessToken::require`] as a question, for
    /// answers that differ by what the caller may see.
    #[must_use]
    pub fn grants(&self, policy: &Policy) -> bool {
        match policy.demand_of_every_method() {
            Some(Demand::Public) => true,
            Some(Demand::Token(requirement)) => requirement.is_met_by(&self.0.granted),
            None => false,
        }
    }

    /// Demands what the policy asks for `method`.
    ///
    /// # Errors
    /// [`Denied`], which turns into a 403 `insufficient_scope`, when the token does not grant it or the policy does
    /// not name the method.
    pub fn require_for(&self, method: &Method, policy: &Policy) -> Result<(), Denied> {
        self.check(policy.demand(method), policy)
    }

    pub(super) fn string(&self, claim: &str) -> Option<Cow<'_, str>> {
        json::string(member(&self.0.inner.payload, claim)?).ok()
    }

    /// Demands `demand`, which is what `policy` asks for the request's method, if anything.
    pub(crate) fn check(&self, demand: Option<&Demand>, policy: &Policy) -> Result<(), Denied> {
        match demand {
            Some(Demand::Public) => Ok(()),
            Some(Demand::Token(requirement)) if requirement.is_met_by(&self.0.granted) => Ok(()),
            Some(Demand::Token(requirement)) => Err(self.lacks(requirement)),
            None => {
                let whole = format!("this method; the policy is {policy}");
                Err(self.denied(Demanded { whole, missing: None, read: None }, &[]))
            }
        }
    }

    fn lacks(&self, requirement: &Requirement) -> Denied {
        let grants: Vec<_> = requirement.kinds().into_iter().map(|kind| self.0.granted.of(kind)).collect();
        let claims = grants.iter().map(|grant| &*grant.claim).collect::<Vec<_>>().join(", ");
        let types = grants.iter().map(|grant| grant.found).collect::<Vec<_>>().join(", ");
        let demanded = Demanded {
            whole: requirement.to_string(),
            missing: Some(requirement.missing_in(&self.0.granted)),
            read: Some((&claims, &types)),
        };
        self.denied(demanded, &requirement.scopes())
    }

    pub(super) fn denied(&self, demanded: Demanded<'_>, scopes: &[&str]) -> Denied {
        let Demanded { whole: demanded, missing, read } = demanded;
        let (claim_read, claim_type) = read.unzip();
        self.0.inner.server.counters.refuse("denied");
        tracing::info!(
            name: "axioms.refused",
            target: "axioms",
            cause = "denied",
            demanded,
            missing,
            claim_read,
            claim_type,
            issuer = self.issuer().map(logged_issuer),
            subject = self.subject().map(logged),
            kid = self.key_id().map(logged),
            jti = self.jwt_id().map(|id| logged(&id)),
            "a token does not grant what is demanded"
        );
        Denied::new(&self.0.inner.server.realm, demanded, scopes)
    }

    fn claim_error(&self, what: &str, found: &'static str, error: &serde_json::Error) -> ClaimError {
        ClaimError::new(what, found, error, self)
    }
}

/// What a token was asked for in vain, in words for the log.
pub(super) struct Demanded<'a> {
    pub(super) whole: String,
    /// The part of it that the token lacks.
    pub(super) missing: Option<String>,
    /// The claims that were looked at, and their JSON types.
    pub(super) read: Option<(&'a str, &'a str)>,
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
