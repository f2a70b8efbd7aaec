//! The guard that `#[requires]` writes into a handler's signature, and the filter that extracts it.

use std::fmt;
use std::marker::PhantomData;

use axioms_core::http::Method;
use axioms_core::{AccessToken, HasPolicy, Validator};
use warp::{Filter, Rejection};

use crate::Refused;
use crate::request::{Head, head};

/// The proof that a request, or a token, met the policy `P`. As a handler's first argument it lets
/// no other request in.
///
/// [`authorized`] extracts it, [`check`](Self::check) makes one of a token, and both evaluate `P`.
/// `#[requires]` writes it; by hand it looks like this:
///
/// ```
/// use axioms_warp::{Authorized, HasPolicy, Policy};
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
///
/// # fn routes(validator: axioms_warp::Validator) {
/// # use warp::Filter;
/// let route = warp::path!("me").and(axioms_warp::authorized(&validator)).then(handler);
/// # let _ = route.recover(axioms_warp::recover);
/// # }
/// ```
pub struct Authorized<P> {
    token: Option<AccessToken>,
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
    /// use axioms_warp::{AccessToken, Authorized, Refused, requires};
    ///
    /// #[requires(any_scopes = "read:messages")]
    /// async fn messages(token: AccessToken) -> String {
    ///     format!("messages of {}", token.subject().unwrap_or("a service"))
    /// }
    ///
    /// #[requires(any_scopes = "read:everything")]
    /// async fn everything(token: AccessToken) -> Result<String, Refused> {
    ///     Ok(messages(Authorized::check(&token)?, token).await)
    /// }
    /// ```
    pub fn check(token: &AccessToken) -> Result<Self, Refused> {
        const {
            assert!(
                !P::POLICY.differs_by_method(),
                "the policy of this handler differs by method: write `Authorized::check_for(&method, Some(&token))`"
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
    /// use axioms_warp::{AccessToken, Authorized, Refused, requires};
    /// use warp::http::Method;
    ///
    /// #[requires(GET(public), POST(any_scopes = "write:messages"))]
    /// async fn messages(token: Option<AccessToken>) -> String {
    ///     format!("messages of {}", token.as_ref().and_then(|token| token.subject()).unwrap_or("all"))
    /// }
    ///
    /// async fn front_page(token: Option<AccessToken>) -> Result<String, Refused> {
    ///     let guard = Authorized::check_for(&Method::GET, token.as_ref())?;
    ///     Ok(messages(guard, token).await)
    /// }
    /// ```
    pub fn check_for(method: &Method, token: Option<&AccessToken>) -> Result<Self, Refused> {
        let token = P::POLICY.check(method, token)?;
        Ok(Self { token, policy: PhantomData })
    }
}

impl<P> Authorized<P> {
    /// The request's token; `None` only where the policy makes the request's method public.
    #[must_use]
    pub fn token(&self) -> Option<&AccessToken> {
        self.token.as_ref()
    }
}

/// Not derived, since that would demand `Debug` of the policy's type.
impl<P> fmt::Debug for Authorized<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized").field("token", &self.token).finish_non_exhaustive()
    }
}

/// Guards a handler by the policy that its `#[requires]` states.
///
/// The policy is inferred from the handler's first argument, so the two cannot come apart, and a
/// handler mounted without this filter does not compile. Requests that do not meet it are rejected
/// with [`Refused`].
///
/// Put it after the path and the method, which tell whether the route is meant at all, and before
/// everything else: a request is then refused before its query is parsed and before its body is
/// read.
///
/// # Examples
/// ```
/// use axioms_warp::{Validator, authorized, requires};
/// use std::convert::Infallible;
/// use warp::{Filter, Rejection, Reply};
///
/// #[requires(any_scopes = "write:messages")]
/// async fn post(message: serde_json::Value) -> Result<impl Reply, Infallible> {
///     Ok(warp::reply::json(&message))
/// }
///
/// fn routes(validator: Validator) -> impl Filter<Extract = (impl Reply,), Error = Rejection> + Clone {
///     warp::path!("messages")
///         .and(warp::post())
///         .and(authorized(&validator))
///         .and(warp::body::json())
///         .and_then(post)
///         .recover(axioms_warp::recover)
/// }
/// ```
///
/// Without the guard, or with the body in front of it, the same route does not compile:
///
/// ```compile_fail
/// # use axioms_warp::requires;
/// # use std::convert::Infallible;
/// # use warp::{Filter, Reply};
/// # #[requires(any_scopes = "write:messages")]
/// # async fn post(message: serde_json::Value) -> Result<impl Reply, Infallible> {
/// #     Ok(warp::reply::json(&message))
/// # }
/// let open = warp::path!("messages").and(warp::post()).and(warp::body::json()).and_then(post);
/// ```
///
/// ```compile_fail
/// # use axioms_warp::{Validator, authorized, requires};
/// # use std::convert::Infallible;
/// # use warp::{Filter, Reply};
/// # #[requires(any_scopes = "write:messages")]
/// # async fn post(message: serde_json::Value) -> Result<impl Reply, Infallible> {
/// #     Ok(warp::reply::json(&message))
/// # }
/// # fn routes(validator: &Validator) {
/// let late = warp::path!("messages").and(warp::body::json()).and(authorized(validator)).and_then(post);
/// # }
/// ```
///
/// # Path parameters
/// The guard is a handler's first argument, so it comes before the path's parameters. Match the
/// fixed part first, with `/ ..` at its end, and the rest behind the guard:
///
/// ```
/// # use axioms_warp::{Validator, authorized, requires};
/// # use warp::Filter;
/// #[requires(any_scopes = "read:articles")]
/// async fn article(id: u32) -> String {
///     format!("article {id}")
/// }
///
/// # fn routes(validator: &Validator) {
/// let route = warp::path!("articles" / ..).and(authorized(validator)).and(warp::path!(u32)).then(article);
/// # let _ = route;
/// # }
/// ```
///
/// Where routes with *different* policies share that fixed part, each would refuse on behalf of the
/// others. Match the whole path first there, and pass the guard on by hand:
///
/// ```
/// # use axioms_warp::{Validator, authorized, requires};
/// # use warp::Filter;
/// # #[requires(any_scopes = "read:articles")]
/// # async fn article(id: u32) -> String {
/// #     format!("article {id}")
/// # }
/// # fn routes(validator: &Validator) {
/// let route = warp::path!("articles" / u32).and(authorized(validator)).then(|id, guard| article(guard, id));
/// # let _ = route;
/// # }
/// ```
#[must_use]
pub fn authorized<P: HasPolicy>(
    validator: &Validator,
) -> impl Filter<Extract = (Authorized<P>,), Error = Rejection> + Clone + use<P> {
    let validator = validator.clone();
    head().and_then(move |head| authorize(validator.clone(), head))
}

/// Guards a handler as [`authorized`] does, and extracts the token too, for a handler that takes it
/// as its second argument. The signature is verified once for both.
///
/// Where the policy makes the request's method public, the token is demanded all the same; a
/// handler that does without takes `authorized` and
/// [`optional_access_token`](crate::optional_access_token).
///
/// # Examples
/// ```
/// use axioms_warp::{AccessToken, Validator, authorized_with_token, requires};
/// use warp::Filter;
///
/// #[requires(any_scopes = "read:messages")]
/// async fn messages(token: AccessToken) -> String {
///     format!("messages of {}", token.subject().unwrap_or("a service"))
/// }
///
/// # fn routes(validator: &Validator) {
/// let route = warp::path!("messages").and(authorized_with_token(validator)).then(messages);
/// # let _ = route.recover(axioms_warp::recover);
/// # }
/// ```
#[must_use]
pub fn authorized_with_token<P: HasPolicy>(
    validator: &Validator,
) -> impl Filter<Extract = (Authorized<P>, AccessToken), Error = Rejection> + Clone + use<P> {
    let validator = validator.clone();
    head().and_then(move |head| authorize_with_token(validator.clone(), head)).untuple_one()
}

async fn authorize<P: HasPolicy>(validator: Validator, head: Head) -> Result<Authorized<P>, Rejection> {
    check(&validator, &head).await.map_err(Rejection::from)
}

async fn authorize_with_token<P: HasPolicy>(
    validator: Validator,
    head: Head,
) -> Result<(Authorized<P>, AccessToken), Rejection> {
    let guard = check(&validator, &head).await?;
    let token = match guard.token() {
        Some(token) => token.clone(),
        None => validator.authenticate_async(&head).await.map_err(Refused::from)?,
    };
    Ok((guard, token))
}

async fn check<P: HasPolicy>(validator: &Validator, head: &Head) -> Result<Authorized<P>, Refused> {
    let token = validator.authorize_async(head, P::POLICY).await?;
    Ok(Authorized { token, policy: PhantomData })
}
