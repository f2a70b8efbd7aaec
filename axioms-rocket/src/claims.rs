//! A request guard for the token's claims as a type of the program.

use rocket::request::{FromRequest, Outcome};
use rocket::{Ignite, Request, Rocket, Sentinel};
use serde::de::DeserializeOwned;

use crate::Refused;
use crate::check::authenticate;
use crate::installed::is_incomplete;
use crate::record::outcome;

/// The claims of the request's access token, which passed every check, as any type that
/// deserializes.
///
/// # Errors
/// - 401 without a valid token, as [`AccessToken`](crate::AccessToken).
/// - 403 `insufficient_scope` if the claims are not a `T`: a claim that `T` needs is missing or has
///   another type. The token is valid and a new one would have the same claims, so a 401 would not
///   help.
///
/// For an optional claim, use an `Option` with `#[serde(default)]`. To find out which claim does
/// not fit, read the claims with [`axioms_core::AccessToken::claims`]: its error names the claim.
///
/// For routes with optional tokens, take [`OptionalAccessToken`](crate::OptionalAccessToken) and
/// call `claims` on the token. Rocket's `Option<Claims<T>>` is `None` both without credentials and
/// for claims that are not a `T`.
///
/// # Examples
/// ```
/// use axioms_rocket::{Claims, requires};
/// use rocket::get;
///
/// #[derive(serde::Deserialize)]
/// struct Tenant {
///     tenant: String,
///     #[serde(default)]
///     plan: Option<String>,
/// }
///
/// #[requires(any_scopes = "read:messages")]
/// #[get("/messages")]
/// fn messages(claims: Claims<Tenant>) -> String {
///     let Claims(Tenant { tenant, plan }) = claims;
///     format!("messages of {tenant}, {}", plan.as_deref().unwrap_or("free"))
/// }
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct Claims<T>(pub T);

#[rocket::async_trait]
impl<'r, T: DeserializeOwned> FromRequest<'r> for Claims<T> {
    type Error = Refused;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Refused> {
        let token = authenticate(request).await;
        let claims = token.and_then(|token| Ok(token.claims()?));
        outcome(request, claims.map(Self))
    }
}

/// Prevents the launch of guarded routes without a validator.
impl<T> Sentinel for Claims<T> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_incomplete(rocket)
    }
}
