//! The guard that `#[requires]` writes into a handler's signature, and the token as a request guard.

use std::marker::PhantomData;
use std::ops::Deref;

use axioms_core::{HasPolicy, Refusal};
use rocket::request::{FromRequest, Outcome};
use rocket::{Ignite, Request, Rocket, Sentinel};

use crate::check::{authenticate, authenticate_if_present, authorize};
use crate::fairing::is_missing;
use crate::{Refused, record};

/// The proof that a request met the policy `P`. As a handler's first argument it lets no other request in.
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

#[rocket::async_trait]
impl<'r, P: HasPolicy> FromRequest<'r> for Authorized<P> {
    type Error = Refused;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refused> {
        let token = authorize(request, P::POLICY).await;
        outcome(request, token.map(|token| Self { token, policy: PhantomData }))
    }
}

/// The request's access token, which passed every check. It dereferences to [`axioms_core::AccessToken`].
///
/// As a request guard it refuses requests without a valid token. A refusal is an error and never a forward, so Rocket
/// does not try routes of a lower rank. For routes that are open to guests, there is [`OptionalAccessToken`].
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
    /// The token itself, for code that knows nothing of Rocket.
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

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AccessToken {
    type Error = Refused;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refused> {
        let token = authenticate(request).await;
        outcome(request, token.map(Self))
    }
}

/// The request's access token, if it carries one: a request without credentials passes as a guest's, and one with bad
/// credentials is refused.
///
/// Rocket's own `Option<AccessToken>` is `None` in both cases, and nothing can keep it from being so. The
/// [`ValidatorFairing`](crate::ValidatorFairing) then puts the refusal in place of what the handler answered, but the
/// handler has run, as a guest's. With this guard it does not run.
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
    /// The token, or `None` where the request has no credentials.
    #[must_use]
    pub fn into_inner(self) -> Option<AccessToken> {
        self.0
    }
}

/// `None` is a guest.
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

fn outcome<T>(request: &Request<'_>, result: Result<T, Refusal>) -> Outcome<T, Refused> {
    match result {
        Ok(guard) => Outcome::Success(guard),
        Err(refusal) => record::refuse(request, refusal, |refused| refused),
    }
}

/// Without a validator no guarded route is launched.
impl<P> Sentinel for Authorized<P> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_missing(rocket)
    }
}

impl Sentinel for AccessToken {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_missing(rocket)
    }
}

impl Sentinel for OptionalAccessToken {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_missing(rocket)
    }
}
