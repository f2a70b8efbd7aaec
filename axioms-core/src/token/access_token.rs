//! The proof that a token passed every check.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::Method;
use serde::Deserialize;

use super::claims::Checked;
use super::granted::Granted;
use super::json::{self, member};
use super::rules::Rules;
use super::{shown, shown_issuer};
use crate::crypto::{Algorithm, SignatureVerified};
use crate::policy::{Demand, Owned, Policy, Requirement};
use crate::refusal::Denied;
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

/// All that a token's header and payload came to.
pub(super) struct Inner {
    /// The claims, as the issuer wrote them: JSON that was checked for repeated members and for depth.
    pub(super) payload: String,
    pub(super) claims: Checked,
    pub(super) granted: Granted,
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<Box<str>>,
    pub(super) server: Arc<ResourceServer>,
}

impl AccessToken {
    /// The only way to make one: it takes the proof of the signature.
    pub(super) fn new(_: SignatureVerified, inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    /// Whether its times are still right; everything else about it stays as it was checked.
    pub(crate) fn is_timely(&self, rules: &Rules, now: Duration) -> bool {
        self.0.claims.times.check(rules, now).is_ok()
    }

    /// About how much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        let Inner { payload, claims, granted, key_id, .. } = &*self.0;
        let subject = claims.subject.as_deref().map_or(0, str::len);
        // Where any issuer is accepted, it is the token's own.
        let issuer = claims.issuer.as_deref().map_or(0, str::len);
        let key_id = key_id.as_deref().map_or(0, str::len);
        size_of::<Inner>() + payload.capacity() + key_id + subject + issuer + granted.bytes()
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
        let aud = member::<&serde_json::value::RawValue>(&self.0.payload, "aud").ok().flatten();
        aud.and_then(|aud| json::string_or_strings(aud.get()).ok()).unwrap_or_default()
    }

    /// `client_id`: the client that it was issued to (RFC 9068 section 2.2), where the token says so.
    #[must_use]
    pub fn client_id(&self) -> Option<Cow<'_, str>> {
        self.string("client_id")
    }

    /// `jti`: the token's own id (RFC 7519 section 4.1.7).
    #[must_use]
    pub fn token_id(&self) -> Option<Cow<'_, str>> {
        self.string("jti")
    }

    /// `exp`: when it expires. The configured leeway is not in it.
    #[must_use]
    pub fn expires_at(&self) -> SystemTime {
        UNIX_EPOCH + self.0.claims.times.expires_at
    }

    /// `iat`: when it was issued, where the token says so.
    #[must_use]
    pub fn issued_at(&self) -> Option<SystemTime> {
        self.0.claims.times.issued_at.map(|since| UNIX_EPOCH + since)
    }

    /// The algorithm of its signature.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.0.algorithm
    }

    /// `kid`: the id of the key that verified it, where the token names one (RFC 7515 section 4.1.4).
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.0.key_id.as_deref()
    }

    /// The scopes it grants, in the order of the token.
    pub fn scopes(&self) -> impl Iterator<Item = &str> {
        self.0.granted.scopes.iter()
    }

    /// The roles of its subject.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.0.granted.roles.iter()
    }

    /// The permissions it grants.
    pub fn permissions(&self) -> impl Iterator<Item = &str> {
        self.0.granted.permissions.iter()
    }

    /// One claim, by its literal name, as any type that deserializes: `Ok(None)` if the token has no such claim.
    /// `T` may borrow from the token, as `&str` does where the claim's text holds no escape.
    ///
    /// # Errors
    /// [`ClaimError`] when the claim is there and is not a `T`.
    pub fn claim<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, ClaimError> {
        member(&self.0.payload, name)
            .map_err(|error| ClaimError { what: name.to_owned(), error: error.to_string() })
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
        serde_json::from_str(&self.0.payload)
            .map_err(|error| ClaimError { what: "the claims".to_owned(), error: error.to_string() })
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

    /// Demands that the token's subject own `object`; see [`Owned`].
    ///
    /// # Errors
    /// [`Denied`], which turns into a 403, when it does not, or when the token lacks the claim that names an owner.
    pub fn require_owner<T: Owned + ?Sized>(&self, object: &T) -> Result<(), Denied> {
        let claim = if T::OWNER_CLAIM == "sub" {
            self.subject().map(Cow::Borrowed)
        } else {
            self.string(T::OWNER_CLAIM)
        };
        match claim {
            Some(value) if object.is_owned_by(&value) => Ok(()),
            _ => Err(self.denied(format!("ownership of the object by the claim {}", T::OWNER_CLAIM), &[])),
        }
    }

    /// Lets safe methods (`GET`, `HEAD`, `OPTIONS`, `TRACE`; RFC 9110 section 9.2.1) pass, and demands ownership
    /// for all others.
    ///
    /// # Errors
    /// As [`AccessToken::require_owner`].
    pub fn require_owner_or_safe<T: Owned + ?Sized>(
        &self,
        method: &Method,
        object: &T,
    ) -> Result<(), Denied> {
        // Not `Method::is_safe`: which methods pass must not change with the version of a library, as it did for QUERY.
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => Ok(()),
            _ => self.require_owner(object),
        }
    }

    fn string(&self, claim: &str) -> Option<Cow<'_, str>> {
        let value = member::<&serde_json::value::RawValue>(&self.0.payload, claim).ok()??;
        json::string(value.get()).ok()
    }

    /// Demands `demand`, which is what `policy` asks for the request's method, if anything.
    pub(crate) fn check(&self, demand: Option<&Demand>, policy: &Policy) -> Result<(), Denied> {
        match demand {
            Some(Demand::Public) => Ok(()),
            Some(Demand::Token(requirement)) if requirement.is_met_by(&self.0.granted) => Ok(()),
            Some(Demand::Token(requirement)) => Err(self.lacks(requirement)),
            None => Err(self.denied(format!("this method; the policy is {policy}"), &[])),
        }
    }

    fn lacks(&self, requirement: &Requirement) -> Denied {
        self.denied(requirement.to_string(), &requirement.scopes())
    }

    fn denied(&self, demanded: String, scopes: &[&str]) -> Denied {
        self.0.server.counters.refuse("denied");
        tracing::info!(
            name: "axioms.refused",
            target: "axioms",
            cause = "denied",
            demanded,
            issuer = self.issuer().map(shown_issuer),
            subject = self.subject().map(shown),
            kid = self.key_id().map(shown),
            jti = self.token_id().map(|id| shown(&id)),
            "a token does not grant what is demanded"
        );
        Denied::new(&self.0.server.realm, demanded, scopes)
    }
}

/// Shows whose token it is and until when, and no other claim.
impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("issuer", &self.issuer())
            .field("subject", &self.subject())
            .field("expires_at", &self.0.claims.times.expires_at)
            .finish_non_exhaustive()
    }
}

/// A claim is not of the type that the program asked for.
///
/// The text may quote the claim: it is for the program's own log, not for an answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {error}; look at what the issuer sends, and at the type that the code asks for")]
pub struct ClaimError {
    what: String,
    error: String,
}
