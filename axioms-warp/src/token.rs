//! Filters that extract the request's access token.

use axioms_core::{AccessToken, Validator};
use serde::de::DeserializeOwned;
use warp::{Filter, Rejection};

use crate::Refused;
use crate::request::{Head, head};

/// Extracts the request's access token, which passed every check. Requests without a valid token
/// are rejected with [`Refused`].
///
/// # Examples
/// A handler that takes the token is closed to others without a guard. With a guard, it gets both:
/// ```
/// use axioms_warp::{AccessToken, Validator, access_token, authorized, requires};
/// use warp::Filter;
///
/// async fn whoami(token: AccessToken) -> String {
///     token.subject().unwrap_or("a service").to_owned()
/// }
///
/// #[requires(any_roles = "auditor")]
/// async fn audit(token: AccessToken) -> String {
///     format!("read by {}", token.subject().unwrap_or("a service"))
/// }
///
/// # fn routes(validator: &Validator) {
/// let whoami = warp::path!("whoami").and(access_token(validator)).then(whoami);
/// let audit =
///     warp::path!("audit").and(authorized(validator)).and(access_token(validator)).then(audit);
/// # let _ = whoami.or(audit).recover(axioms_warp::recover);
/// # }
/// ```
#[must_use]
pub fn access_token(
    validator: &Validator,
) -> impl Filter<Extract = (AccessToken,), Error = Rejection> + Clone + use<> {
    let validator = validator.clone();
    head().and_then(move |head| authenticate(validator.clone(), head))
}

/// Extracts the request's access token, or `None` if the request has no credentials. Bad
/// credentials are rejected with [`Refused`], because a client that sends a token expects it to be
/// used.
///
/// # Examples
/// ```
/// use axioms_warp::{AccessToken, Validator, optional_access_token};
/// use warp::Filter;
///
/// async fn greet(token: Option<AccessToken>) -> String {
///     match token {
///         Some(token) => format!("you are {}", token.subject().unwrap_or("a service")),
///         None => "you are nobody".to_owned(),
///     }
/// }
///
/// # fn routes(validator: &Validator) {
/// let route = warp::path!("greet").and(optional_access_token(validator)).then(greet);
/// # let _ = route.recover(axioms_warp::recover);
/// # }
/// ```
#[must_use]
pub fn optional_access_token(
    validator: &Validator,
) -> impl Filter<Extract = (Option<AccessToken>,), Error = Rejection> + Clone + use<> {
    let validator = validator.clone();
    head().and_then(move |head| authenticate_if_present(validator.clone(), head))
}

/// Extracts the claims of the request's access token, which passed every check, as any type that
/// deserializes.
///
/// # Errors
/// The filter rejects with [`Refused`]:
/// - 401 without a valid token, as [`access_token`] does;
/// - 403 `insufficient_scope` if the claims are not a `T`: a claim that `T` needs is missing or has
///   another type. The token is valid and a new one would have the same claims, so a 401 would not
///   help.
///
/// For an optional claim, use an `Option` with `#[serde(default)]`. To find out which claim does
/// not fit, read the claims with [`AccessToken::claims`]: its error names the claim.
///
/// # Examples
/// ```
/// use axioms_warp::{Validator, authorized, claims, requires};
/// use warp::Filter;
///
/// #[derive(serde::Deserialize)]
/// struct Tenant {
///     tenant: String,
///     #[serde(default)]
///     plan: Option<String>,
/// }
///
/// #[requires(any_scopes = "read:messages")]
/// async fn messages(Tenant { tenant, plan }: Tenant) -> String {
///     format!("messages of {tenant}, {}", plan.as_deref().unwrap_or("free"))
/// }
///
/// # fn routes(validator: &Validator) {
/// let messages =
///     warp::path!("messages").and(authorized(validator)).and(claims::<Tenant>(validator)).then(messages);
/// # let _ = messages.recover(axioms_warp::recover);
/// # }
/// ```
#[must_use]
pub fn claims<T: DeserializeOwned + Send>(
    validator: &Validator,
) -> impl Filter<Extract = (T,), Error = Rejection> + Clone + use<T> {
    access_token(validator).and_then(read_claims)
}

async fn read_claims<T: DeserializeOwned>(token: AccessToken) -> Result<T, Rejection> {
    Ok(token.claims().map_err(Refused::from)?)
}

async fn authenticate(validator: Validator, head: Head) -> Result<AccessToken, Rejection> {
    Ok(validator.authenticate_async(&head).await.map_err(Refused::from)?)
}

async fn authenticate_if_present(validator: Validator, head: Head) -> Result<Option<AccessToken>, Rejection> {
    Ok(validator.authenticate_if_present_async(&head).await.map_err(Refused::from)?)
}
