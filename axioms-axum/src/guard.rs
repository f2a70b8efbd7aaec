//! The guard that `#[requires]` writes into a handler's signature, and the token as an extractor.

use std::marker::PhantomData;
use std::ops::Deref;

use axioms_core::http::request::Parts;
use axioms_core::{HasPolicy, Refusal, Validator};
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};

use crate::Refused;

/// The proof that a request met the policy `P`. As a handler's first argument it lets no other request in.
///
/// `#[requires]` writes it; by hand it looks like this:
///
/// ```
/// use axioms_axum::{Authorized, HasPolicy, Policy};
///
/// struct Authenticated;
///
/// impl HasPolicy for Authenticated {
///     const POLICY: &'static Policy = &Policy::VALID_TOKEN;
/// }
///
/// async fn handler(guard: Authorized<Authenticated>) -> String {
///     guard.token().and_then(|token| token.subject()).unwrap_or_default().to_owned()
/// }
/// # let router: axum::Router = axum::Router::new().route("/", axum::routing::get(handler));
/// ```
#[derive(Debug)]
pub struct Authorized<P> {
    token: Option<axioms_core::AccessToken>,
    policy: PhantomData<fn() -> P>,
}

impl<P> Authorized<P> {
    /// The request's token; `None` only where the policy makes the request's method public.
    #[must_use]
    pub fn token(&self) -> Option<&axioms_core::AccessToken> {
        self.token.as_ref()
    }
}

impl<S: Sync, P: HasPolicy> FromRequestParts<S> for Authorized<P> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refused> {
        let token = validator(parts)?.authorize_async(&*parts, P::POLICY).await?;
        Ok(Self { token, policy: PhantomData })
    }
}

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
#[derive(Debug, Clone)]
pub struct AccessToken(axioms_core::AccessToken);

impl AccessToken {
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
        authenticate(parts).await.map(Self)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for AccessToken {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Refused> {
        let token = validator(parts)?.authenticate_if_present_async(&*parts).await?;
        Ok(token.map(Self))
    }
}

pub(crate) fn validator(parts: &Parts) -> Result<&Validator, Refused> {
    parts.extensions.get().ok_or_else(|| {
        Refusal::not_configured("add .layer(ValidatorLayer::new(validator)) to the router, after its routes")
            .into()
    })
}

pub(crate) async fn authenticate(parts: &Parts) -> Result<axioms_core::AccessToken, Refused> {
    Ok(validator(parts)?.authenticate_async(parts).await?)
}
