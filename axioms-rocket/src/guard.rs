//! The guard that `#[requires]` inserts into a handler's signature.

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

/// The proof that a request or a token met the policy `P`. A handler with this first argument runs
/// only for such requests.
///
/// `#[requires]` inserts it. Without the macro, write:
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
    /// Creates the guard from a validated token, for a unit test of the handler, or for a handler
    /// that calls another one. The policy is that of the called handler, inferred from its first
    /// parameter.
    ///
    /// If the policy differs by method, this call does not compile; use
    /// [`check_for`](Self::check_for).
    ///
    /// The token may come from any validator of the program. If several validators guard different
    /// resources, check with [`Validator::accepted`](axioms_core::Validator::accepted) first.
    ///
    /// # Errors
    /// [`Refused`] with 403 if the token does not meet the policy.
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

    /// Creates the guard as [`check`](Self::check) does, for a request with `method`. If the policy
    /// makes the method public, no token is needed and none is checked.
    ///
    /// # Errors
    /// [`Refused`]: 401 if the policy requires a token and there is none; 403 if the token does not
    /// meet the policy, or if the policy refuses the method.
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

/// Not derived, because that would require `P: Debug`.
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

/// Prevents the launch of guarded routes without a validator.
impl<P> Sentinel for Authorized<P> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_incomplete(rocket)
    }
}
