//! The claims of the token as a type of the program.

use axioms_core::http::request::Parts;
use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use serde::de::DeserializeOwned;

use crate::{AccessToken, Refused};

/// The claims of the request's access token, which passed every check, as any type that deserializes.
///
/// `Option<Claims<T>>` is `None` only where no credentials were sent. It refuses bad ones, and claims that are not a `T`.
///
/// # Errors
/// - What [`AccessToken`] refuses: 401 without a valid token.
/// - 403 `insufficient_scope` where the claims are not a `T`: one that `T` needs is missing, or of another type. The token is
///   valid and a new one would have the same claims, so the client is not told to get one. The log has an event
///   `axioms.refused` with the token's issuer, subject and id, and no other claim.
///
/// A claim that not every token has is an `Option` with `#[serde(default)]`. To find out which claim does not fit, read them
/// with [`axioms_core::AccessToken::claims`]: its error names the claim.
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
