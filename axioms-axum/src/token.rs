//! The access token as an extractor.

use std::ops::Deref;

use axioms_core::http::Method;
use axioms_core::http::request::Parts;
use axioms_core::{Owned, Policy};
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use serde::Deserialize;

use crate::Refused;

/// The request's access token, which passed every check. It dereferences to
/// [`axioms_core::AccessToken`].
///
/// As an extractor, it refuses requests without a valid token. `Option<AccessToken>` accepts
/// requests without credentials, and refuses requests with bad credentials.
///
/// # Examples
/// ```
/// use axioms_axum::AccessToken;
///
/// async fn whoami(token: Option<AccessToken>) -> String {
///     match token {
///         Some(token) => format!("you are {}", token.subject().unwrap_or("a service")),
///         None => "you are nobody".to_owned(),
///     }
/// }
/// # let router: axum::Router = axum::Router::new().route("/", axum::routing::get(whoami));
/// ```
///
/// Its methods return [`Refused`], like the extractors, so a program's error type needs only one
/// conversion; see [`Refused`].
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
    pub fn require_for(&self, method: &Method, policy: &Policy) -> Result<(), Refused> {
        Ok(self.0.require_for(method, policy)?)
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
        method: &Method,
        object: &T,
    ) -> Result<(), Refused> {
        Ok(self.0.require_owner_or_safe(method, object)?)
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

    /// Returns core's token, for code that does not depend on axum.
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

impl<S: Sync> FromRequestParts<S> for AccessToken {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        Ok(Self(axioms_tower::authenticate(parts).await?))
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for AccessToken {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Refused> {
        let token = axioms_tower::authenticate_if_present(parts).await?;
        Ok(token.map(Self))
    }
}
