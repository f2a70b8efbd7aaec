//! Extractors: the guard, and the token.

use std::marker::PhantomData;
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use axioms_core::HasPolicy;
use axioms_core::http::Method;
use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use crate::Refused;
use crate::guards::{authenticate, check};

/// The guard that `#[requires]` makes a handler's first argument: the proof that the policy `P` was
/// met.
pub struct Authorized<P> {
    token: Option<axioms_core::AccessToken>,
    policy: PhantomData<fn() -> P>,
}

impl<P> Authorized<P> {
    /// The request's token; `None` only where the policy makes the request's method public.
    pub fn token(&self) -> Option<&axioms_core::AccessToken> {
        self.token.as_ref()
    }
}

impl<P: HasPolicy> Authorized<P> {
    /// Makes the guard of a validated token, for unit tests and for handlers that call each other.
    pub fn check(
        method: &Method,
        token: Option<&axioms_core::AccessToken>,
    ) -> Result<Self, Refused> {
        Ok(Self { token: P::POLICY.check(method, token)?, policy: PhantomData })
    }
}

impl<P: HasPolicy> FromRequest for Authorized<P> {
    type Error = Refused;
    type Future = LocalBoxFuture<'static, Result<Self, Refused>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let check = check(request, Some(P::POLICY));
        async { Ok(Self { token: check.await?, policy: PhantomData }) }.boxed_local()
    }
}

/// The request's access token. A request without a valid one is refused.
#[derive(Debug, Clone)]
pub struct AccessToken(axioms_core::AccessToken);

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

impl FromRequest for AccessToken {
    type Error = Refused;
    type Future = LocalBoxFuture<'static, Result<Self, Refused>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (check, request) = (check(request, None), request.clone());
        let token = async move {
            match check.await? {
                Some(token) => Ok(Self(token)),
                None => Ok(Self(authenticate(&request).await?)),
            }
        };
        token.boxed_local()
    }
}

/// The request's access token, or `None` where it has no credentials. Bad ones are refused.
#[derive(Debug, Clone)]
pub struct OptionalAccessToken(pub Option<AccessToken>);

impl FromRequest for OptionalAccessToken {
    type Error = Refused;
    type Future = LocalBoxFuture<'static, Result<Self, Refused>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let check = check(request, None);
        async { Ok(Self(check.await?.map(AccessToken))) }.boxed_local()
    }
}
