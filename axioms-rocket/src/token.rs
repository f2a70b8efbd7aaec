//! The access token as a request guard.

use std::ops::Deref;

use axioms_core::{Owned, Policy};
use rocket::http::Method;
use rocket::request::{FromRequest, Outcome};
use rocket::{Ignite, Request, Rocket, Sentinel};
use serde::Deserialize;

use crate::Refused;
use crate::check::{authenticate, authenticate_if_present, of_core};
use crate::installed::is_incomplete;
use crate::record::outcome;

/// The request's access token, which passed every check. It dereferences to
/// [`axioms_core::AccessToken`].
///
/// As a request guard, it refuses requests without a valid token. A refusal is an error, never a
/// forward, so Rocket does not try routes with a lower rank. For routes with optional tokens, use
/// [`OptionalAccessToken`].
///
/// # Examples
/// ```
/// use axioms_rocket::AccessToken;
/// use rocket::get;
///
/// #[get("/whoami")]
/// fn whoami(token: AccessToken) -> String {
///     format!("you are {}", token.subject().unwrap_or("a service"))
/// }
/// ```
#[derive(Debug, Clone)]
pub struct AccessToken(axioms_core::AccessToken);

impl AccessToken {
    /// Requires more of the token than its route does: [`axioms_core::AccessToken::require`].
    ///
    /// # Errors
    /// [`Refused`] with 403 if the token does not meet the policy.
    pub fn require(&self, policy: &Policy) -> Result<(), Refused> {
        Ok(self.0.require(policy)?)
    }

    /// Requires what the policy demands for `method`: [`axioms_core::AccessToken::require_for`].
    ///
    /// # Errors
    /// [`Refused`] with 403 if the token does not meet the policy, or if the policy refuses the
    /// method.
    pub fn require_for(&self, method: Method, policy: &Policy) -> Result<(), Refused> {
        Ok(self.0.require_for(&of_core(method), policy)?)
    }

    /// Requires that the token's subject owns `object`:
    /// [`axioms_core::AccessToken::require_owner`].
    ///
    /// # Errors
    /// [`Refused`] with 403 if it does not.
    pub fn require_owner<T: Owned + ?Sized>(&self, object: &T) -> Result<(), Refused> {
        Ok(self.0.require_owner(object)?)
    }

    /// Accepts safe methods, and requires ownership for all others:
    /// [`axioms_core::AccessToken::require_owner_or_safe`].
    ///
    /// # Errors
    /// As [`AccessToken::require_owner`].
    pub fn require_owner_or_safe<T: Owned + ?Sized>(
        &self,
        method: Method,
        object: &T,
    ) -> Result<(), Refused> {
        Ok(self.0.require_owner_or_safe(&of_core(method), object)?)
    }

    /// Reads one claim, by its literal name: [`axioms_core::AccessToken::claim`].
    ///
    /// # Errors
    /// [`Refused`] with 403 if the claim is present and is not a `T`.
    pub fn claim<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, Refused> {
        Ok(self.0.claim(name)?)
    }

    /// Reads all claims: [`axioms_core::AccessToken::claims`].
    ///
    /// # Errors
    /// [`Refused`] with 403 if they are not a `T`.
    pub fn claims<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Refused> {
        Ok(self.0.claims()?)
    }

    /// Returns core's token, for code that does not depend on Rocket.
    #[must_use]
    pub fn into_inner(self) -> axioms_core::AccessToken {
        self.0
    }
}

/// Converts core's token, mainly for unit tests of handlers.
impl From<axioms_core::AccessToken> for AccessToken {
    fn from(token: axioms_core::AccessToken) -> Self {
        Self(token)
    }
}

impl Deref for AccessToken {
    type Target = axioms_core::AccessToken;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AccessToken {
    type Error = Refused;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refused> {
        let token = authenticate(request).await;
        outcome(request, token.map(Self))
    }
}

/// The request's access token, if it has one. A request without credentials passes; a request with
/// bad credentials is refused.
///
/// Rocket's `Option<AccessToken>` is `None` in both cases, which cannot be changed. For bad
/// credentials, the [`ValidatorFairing`](crate::ValidatorFairing) replaces the handler's response
/// with the refusal, but the handler has run as if there were no credentials. With this guard, the
/// handler does not run.
///
/// # Examples
/// ```
/// use axioms_rocket::OptionalAccessToken;
/// use rocket::get;
///
/// #[get("/whoami")]
/// fn whoami(token: OptionalAccessToken) -> String {
///     match token.as_ref() {
///         Some(token) => format!("you are {}", token.subject().unwrap_or("a service")),
///         None => "you are nobody".to_owned(),
///     }
/// }
/// ```
#[derive(Debug, Clone)]
pub struct OptionalAccessToken(Option<AccessToken>);

impl OptionalAccessToken {
    /// The token, or `None` if the request has no credentials.
    #[must_use]
    pub fn into_inner(self) -> Option<AccessToken> {
        self.0
    }
}

/// `None` represents a request without credentials.
impl From<Option<axioms_core::AccessToken>> for OptionalAccessToken {
    fn from(token: Option<axioms_core::AccessToken>) -> Self {
        Self(token.map(AccessToken))
    }
}

impl Deref for OptionalAccessToken {
    type Target = Option<AccessToken>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for OptionalAccessToken {
    type Error = Refused;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refused> {
        let token = authenticate_if_present(request).await;
        outcome(request, token.map(|token| Self(token.map(AccessToken))))
    }
}

/// Without a validator no guarded route is launched.
impl Sentinel for AccessToken {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_incomplete(rocket)
    }
}

impl Sentinel for OptionalAccessToken {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_incomplete(rocket)
    }
}
