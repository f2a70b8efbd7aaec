//! A refusal as an axum response and as a handler's error.

use axioms_core::Refusal;
use axioms_core::http::Response;
use axum_core::body::Body;
use axum_core::response::IntoResponse;

use crate::OwnerRejection;

/// A refused request: the rejection of every extractor in this crate, and an error that handlers
/// can return with `?`.
///
/// The response has the [`Refusal`] in its extensions, so middleware can render it differently.
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
///
/// A program's own error type needs one conversion, from `Refused`:
///
/// ```
/// use axioms_axum::{AccessToken, Owned, Refused, requires};
/// use axum::extract::Path;
/// use axum::http::StatusCode;
/// use axum::response::{IntoResponse, Response};
///
/// #[derive(Debug, thiserror::Error)]
/// enum AppError {
///     #[error(transparent)]
///     Refused(#[from] Refused),
///     #[error("there is no such article")]
///     NotFound,
/// }
///
/// impl IntoResponse for AppError {
///     fn into_response(self) -> Response {
///         match self {
///             Self::Refused(refused) => refused.into_response(),
///             Self::NotFound => StatusCode::NOT_FOUND.into_response(),
///         }
///     }
/// }
///
/// #[derive(Owned)]
/// struct Article {
///     #[owner]
///     author: String,
/// }
///
/// # async fn load(_: u64) -> Option<Article> { None }
/// #[requires(any_scopes = "articles:write")]
/// async fn delete(Path(id): Path<u64>, token: AccessToken) -> Result<(), AppError> {
///     let article = load(id).await.ok_or(AppError::NotFound)?;
///     token.require_owner(&article)?;
///     Ok(())
/// }
/// # let router: axum::Router = axum::Router::new().route("/{id}", axum::routing::delete(delete));
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

/// Converts every refusal of core: a [`Refusal`] and the types that convert into one, such as
/// [`Denied`](axioms_core::Denied).
impl<E: Into<Refusal>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// If the resource's extractor also rejects with a refusal, every rejection of
/// [`Owner`](crate::Owner) converts.
impl<R: Into<Refused>> From<OwnerRejection<R>> for Refused {
    fn from(rejection: OwnerRejection<R>) -> Self {
        rejection.into_error()
    }
}

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// Transparent, like `Display`: the source is that of the [`Refusal`].
impl std::error::Error for Refused {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response<Body> {
        axioms_tower::response(self.0)
    }
}
