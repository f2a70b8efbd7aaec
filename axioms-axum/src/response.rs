//! A refusal as an axum response, and as the error of a handler.

use axioms_core::http::Response;
use axioms_core::{Denied, Refusal};
use axum_core::body::Body;
use axum_core::response::IntoResponse;

/// A refused request: the rejection of every extractor here, and an error that handlers can return with `?`.
///
/// The response has the [`Refusal`] in its extensions, for middleware that renders it differently.
///
/// # Examples
/// ```
/// use axioms_axum::{AccessToken, Policy, Refused};
/// use axum::extract::State;
///
/// async fn export(State(policy): State<Policy>, token: AccessToken) -> Result<String, Refused> {
///     token.require(&policy)?;
///     Ok("everything".to_owned())
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Refused(Refusal);

impl Refused {
    /// Why the request is refused.
    #[must_use]
    pub fn refusal(&self) -> &Refusal {
        &self.0
    }
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self(refusal)
    }
}

impl From<Denied> for Refused {
    fn from(denied: Denied) -> Self {
        Self(denied.into())
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Refused {}

impl IntoResponse for Refused {
    fn into_response(self) -> Response<Body> {
        let mut response = Response::<String>::from(&self.0).map(Body::from);
        response.extensions_mut().insert(self.0);
        response
    }
}
