//! The guard that `#[requires]` writes into a handler's signature.

use std::fmt;
use std::marker::PhantomData;

use axioms_core::HasPolicy;
use rocket::http::Method;
use rocket::request::{FromRequest, Outcome};
use rocket::{Ignite, Request, Rocket, Sentinel};

use crate::Refused;
use crate::check::{authorize, of_core};
use crate::installed::is_incomplete;
use crate::record::outcome;

/// The proof that a request, or a token, met the policy `P`. As a handler's first argument it lets
/// no other request in.
///
/// `#[requires]` writes it; by hand it looks like this:
///
/// ```
/// use axioms_rocket::{Authorized, HasPolicy, Policy};
/// use rocket::get;
///
/// struct Authenticated;
///
/// impl HasPolicy for Authenticated {
///     const POLICY: &'static Policy = &Policy::VALID_TOKEN;
/// }
///
/// #[get("/")]
/// fn handler(guard: Authorized<Authenticated>) -> String {
///     guard.token().and_then(|token| token.subject()).unwrap_or_default().to_owned()
/// }
/// ```
pub struct Authorized<P> {
    token: Option<axioms_core::AccessToken>,
    policy: PhantomData<fn() -> P>,
}

impl<P: HasPolicy> Authorized<P> {
    /// Makes the guard from a token that was validated already, for a unit test of the handler, and
    /// for a handler that calls another one. The handler's own policy, inferred from its first
    /// parameter, decides.
    ///
    /// A policy that differs by method needs the method: with one, this call does not compile, and
    /// [`check_for`](Self::check_for) does.
    ///
    /// Any validator of the program may have accepted the token. Where several guard different resources, ask
    /// [`Validator::accepted`](axioms_core::Validator::accepted) first.
    ///
    /// # Errors
    /// [`Refused`] with 403, where the token does not grant what the policy demands.
    ///
    /// # Examples
    /// ```
    /// use axioms_rocket::{AccessToken, Authorized, Refused, requires};
    /// use rocket::get;
    ///
    /// #[requires(any_scopes = "read:messages")]
    /// #[get("/messages")]
    /// fn messages(token: AccessToken) -> String {
    ///     format!("messages of {}", token.subject().unwrap_or("a service"))
    /// }
    ///
    /// #[requires(any_scopes = "read:everything")]
    /// #[get("/everything")]
    /// fn everything(token: AccessToken) -> Result<String, Refused> {
    ///     Ok(messages(Authorized::check(&token)?, token))
    /// }
    /// ```
    pub fn check(token: &axioms_core::AccessToken) -> Result<Self, Refused> {
        const {
            assert!(
                !P::POLICY.differs_by_method(),
                "the policy of this handler differs by method: write `Authorized::check_for(method, Some(&token))`"
            );
        }
        token.require(P::POLICY)?;
        Ok(Self { token: Some(token.clone()), policy: PhantomData })
    }

    /// Makes the guard as [`check`](Self::check) does, for a request of `method`. Where the policy
    /// makes the method public, no token is needed, and none is looked at.
    ///
    /// # Errors
    /// [`Refused`]: 401 where the policy demands a token and there is none, 403 where the token
    /// does not grant what is demanded or the policy does not name the method.
    ///
    /// # Examples
    /// ```
    /// use axioms_rocket::{Authorized, OptionalAccessToken, Refused, requires};
    /// use rocket::{get, http::Method};
    ///
    /// #[requires(GET(public))]
    /// #[get("/messages")]
    /// fn messages(token: OptionalAccessToken) -> String {
    ///     format!("messages of {}", token.as_ref().and_then(|token| token.subject()).unwrap_or("all"))
    /// }
    ///
    /// #[get("/")]
    /// fn front_page(token: OptionalAccessToken) -> Result<String, Refused> {
    ///     let guard = Authorized::check_for(Method::Get, token.as_deref())?;
    ///     Ok(messages(guard, token))
    /// }
    /// ```
    pub fn check_for(method: Method, token: Option<&axioms_core::AccessToken>) -> Result<Self, Refused> {
        let token = P::POLICY.check(&of_core(method), token)?;
        Ok(Self { token, policy: PhantomData })
    }
}

impl<P> Authorized<P> {
    /// The request's token; `None` only where the policy makes the request's method public.
    #[must_use]
    pub fn token(&self) -> Option<&axioms_core::AccessToken> {
        self.token.as_ref()
    }
}

/// Not derived, since that would demand `Debug` of the policy's type.
impl<P> fmt::Debug for Authorized<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized").field("token", &self.token).finish_non_exhaustive()
    }
}

#[rocket::async_trait]
impl<'r, P: HasPolicy> FromRequest<'r> for Authorized<P> {
    type Error = Refused;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refused> {
        let token = authorize(request, P::POLICY).await;
        outcome(request, token.map(|token| Self { token, policy: PhantomData }))
    }
}

/// Without a validator no guarded route is launched.
impl<P> Sentinel for Authorized<P> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_incomplete(rocket)
    }
}
