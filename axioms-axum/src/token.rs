//! The token as an extractor.

use std::ops::Deref;

use axioms_core::http::Method;
use axioms_core::http::request::Parts;
use axioms_core::{Owned, Policy};
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use serde::Deserialize;

use crate::Refused;

/// The request's access token, which passed every check. It dereferences to [`axioms_core::AccessToken`].
///
/// As an extractor it refuses requests without a valid token; `Option<AccessToken>` lets those without credentials
/// through, and refuses those with bad ones.
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
/// What the token refuses in a handler is a [`Refused`], as what an extractor refuses is, so one conversion takes both into
/// an error type of the program; see [`Refused`].
#[derive(Debug, Clone)]
pub struct AccessToken(axioms_core::AccessToken);

impl AccessToken {
    /// Demands more of the token than its route did: [`axioms_core::AccessToken::require`].
    ///
    /// # Errors
    /// [`Refused`] with 403 where the token does not grant it.
    pub fn require(&self, policy: &Policy) -> Result<(), Refused> {
        Ok(self.0.require(policy)?)
    }

    /// Demands what the policy asks for `method`: [`axioms_core::AccessToken::require_for`].
    ///
    /// # Errors
    /// [`Refused`] with 403 where the token does not grant it, or the policy does not name the method.
    pub fn require_for(&self, method: &Method, policy: &Policy) -> Result<(), Refused> {
        Ok(self.0.require_for(method, policy)?)
    }

    /// Demands that the token's subject own `object`: [`axioms_core::AccessToken::require_owner`].
    ///
    /// # Errors
    /// [`Refused`] with 403 where it does not.
    pub fn require_owner<T: Owned + ?Sized>(&self, object: &T) -> Result<(), Refused> {
        Ok(self.0.require_owner(object)?)
    }

    /// Lets safe methods pass, and demands ownership for all others:
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

    /// One claim, by its literal name: [`axioms_core::AccessToken::claim`].
    ///
    /// # Errors
    /// [`Refused`] with 403 where the claim is there and is not a `T`.
    pub fn claim<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, Refused> {
        Ok(self.0.claim(name)?)
    }

    /// All claims: [`axioms_core::AccessToken::claims`].
    ///
    /// # Errors
    /// [`Refused`] with 403 where they are not a `T`.
    pub fn claims<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Refused> {
        Ok(self.0.claims()?)
    }

    /// The token itself, for code that knows nothing of axum.
    #[must_use]
    pub fn into_inner(self) -> axioms_core::AccessToken {
        self.0
    }
}

/// For callers that have core's token: unit tests of handlers, above all.
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
