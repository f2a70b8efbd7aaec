//! The guard that `#[requires]` inserts into a handler's signature, and the filters that extract
//! it.

use std::fmt;
use std::marker::PhantomData;

use axioms_core::http::Method;
use axioms_core::{AccessToken, HasPolicy, Validator};
use warp::{Filter, Rejection};

use crate::Refused;
use crate::request::{Head, head};

/// The proof that a request or a token met the policy `P`. A handler with this first argument runs
/// only for such requests.
///
/// [`authorized`] extracts it and [`check`](Self::check) creates it from a token; both evaluate
/// `P`. `#[requires]` inserts it. Without the macro, write:
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

    /// Creates the guard as [`check`](Self::check) does, for a request with `method`. If the policy
    /// makes the method public, no token is needed and none is checked.
    ///
    /// # Errors
    /// [`Refused`]: 401 if the policy requires a token and there is none; 403 if the token does not
    /// meet the policy, or if the policy refuses the method.
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

/// Not derived, because that would require `P: Debug`.
impl<P> fmt::Debug for Authorized<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized").field("token", &self.token).finish_non_exhaustive()
    }
}

/// Guards a handler with the policy of its `#[requires]`.
///
/// The policy is inferred from the handler's first argument, so the two always agree, and a handler
/// mounted without this filter does not compile. Requests that do not meet the policy are rejected
/// with [`Refused`].
///
/// Put it after the path and the method, which decide whether the route matches, and before
/// everything else. A request is then refused before its query is parsed and before its body is
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
/// Without the guard, or with the body before it, the same route does not compile:
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
/// The guard is the handler's first argument, so it comes before the path's parameters. Match the
/// fixed part first, with `/ ..` at its end, and the rest after the guard:
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
/// If routes with *different* policies share the fixed part, one route would refuse requests for
/// the others. In that case, match the whole path first and pass the guard explicitly:
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

/// Guards a handler as [`authorized`] does, and also extracts the token, for a handler that takes
/// it as its second argument. The signature is verified only once.
///
/// A token is required even if the policy makes the request's method public. If it should be
/// optional, use `authorized` and [`optional_access_token`](crate::optional_access_token).
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
