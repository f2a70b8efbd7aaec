//! The guard that `#[requires]` writes into a handler's signature.

use std::marker::PhantomData;

use axioms_core::HasPolicy;
use axioms_core::http::request::Parts;
use axum_core::extract::FromRequestParts;

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
        let token = axioms_tower::authorize(parts, P::POLICY).await?;
        Ok(Self { token, policy: PhantomData })
    }
}
