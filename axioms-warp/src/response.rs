//! A refusal as a warp rejection, as a reply and as a handler's error.

use std::fmt;

use axioms_core::Refusal;
use warp::Reply;
use warp::reject::Reject;

/// A refused request: the rejection of every filter in this crate, and an error that handlers can
/// return with `?`.
///
/// As a reply, it is the refusal's response, with the [`Refusal`] in its extensions. As a
/// rejection, it needs [`recover`](crate::recover); otherwise warp answers 500 with the `Debug`
/// text of the rejection. That text is therefore fixed and only says what to add. The cause is in
/// [`Refused::refusal`] and in `Display`.
///
/// # Examples
/// A handler mounted with `then` answers at once, and no other route is tried:
/// ```
/// use axioms_warp::{AccessToken, Policy, Refused, Validator, access_token};
/// use warp::Filter;
///
/// async fn export(token: AccessToken, policy: Policy) -> Result<&'static str, Refused> {
///     token.require(&policy)?;
///     Ok("everything")
/// }
///
/// # fn routes(validator: &Validator, policy: Policy) {
/// let route = warp::path!("export")
///     .and(access_token(validator))
///     .and(warp::any().map(move || policy.clone()))
///     .then(export);
/// # let _ = route.recover(axioms_warp::recover);
/// # }
/// ```
///
/// In a function that returns [`Rejection`](warp::Rejection), convert to `Refused` first:
/// ```
/// use axioms_warp::{AccessToken, Policy, Refused};
/// use warp::Rejection;
///
/// async fn export(token: AccessToken, policy: Policy) -> Result<&'static str, Rejection> {
///     token.require(&policy).map_err(Refused::from)?;
///     Ok("everything")
/// }
/// ```
#[derive(Clone)]
pub struct Refused(Refusal);

impl Refused {
    /// Why the request is refused.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        &self.0
    }
}

/// Converts every refusal of core: a [`Refusal`] and the types that convert into one, such as
/// [`Denied`](axioms_core::Denied) and [`ClaimError`](axioms_core::ClaimError).
impl<E: Into<Refusal>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// Fixed text, because warp sends it to the client if a rejection is not recovered.
impl fmt::Debug for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Refused; add recover to the routes")
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Transparent, like `Display`: the source is that of the [`Refusal`].
impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl Reject for Refused {}

impl Reply for Refused {
    fn into_response(self) -> warp::reply::Response {
        axioms_tower::response(self.0)
    }
}
