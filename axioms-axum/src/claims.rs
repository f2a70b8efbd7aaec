//! Extracts the token's claims as a type of the program.

use axioms_core::http::request::Parts;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use serde::de::DeserializeOwned;

use crate::{AccessToken, Refused};

/// The claims of the request's access token, which passed every check, as any type that
/// deserializes.
///
/// `Option<Claims<T>>` is `None` only if the request has no credentials. It refuses bad
/// credentials, and claims that are not a `T`.
///
/// # Errors
/// - 401 without a valid token, as [`AccessToken`].
/// - 403 `insufficient_scope` if the claims are not a `T`: a claim that `T` needs is missing or has
///   another type. The token is valid and a new one would have the same claims, so a 401 would not
///   help. An event `axioms.refused` is logged with the token's issuer, subject and id, and no
///   other claim.
///
/// For an optional claim, use an `Option` with `#[serde(default)]`. To find out which claim does
/// not fit, read the claims with [`axioms_core::AccessToken::claims`]: its error names the claim.
///
/// # Examples
/// ```
/// use axioms_axum::{Claims, requires};
///
/// #[derive(serde::Deserialize)]
/// struct Tenant {
///     tenant: String,
///     #[serde(default)]
///     plan: Option<String>,
/// }
///
/// #[requires(any_scopes = "read:messages")]
/// async fn messages(Claims(claims): Claims<Tenant>) -> String {
///     format!("messages of {}, {}", claims.tenant, claims.plan.as_deref().unwrap_or("free"))
/// }
/// # let router: axum::Router = axum::Router::new().route("/", axum::routing::get(messages));
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Claims<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Claims<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let token = <AccessToken as FromRequestParts<S>>::from_request_parts(parts, state).await?;
        token.claims().map(Self)
    }
}

impl<S: Sync, T: DeserializeOwned> OptionalFromRequestParts<S> for Claims<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Refused> {
        let token = <AccessToken as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        token.map(|token| token.claims().map(Self)).transpose()
    }
}
