//! Extractors that load a resource and check its owner before the handler runs.

use std::fmt;

use axioms_core::Denied;
use axioms_core::Owned;
use axioms_core::http::Response;
use axioms_core::http::request::Parts;
use axum_core::body::Body;
use axum_core::extract::FromRequestParts;
use axum_core::response::IntoResponse;

use crate::Refused;

/// A resource that the request's token owns.
///
/// `T` is itself an extractor, which loads the resource named by the request. `Owner<T>` first
/// requires a valid token (401), then runs the extractor of `T` (whose rejection may be a 404, for
/// example), and then checks the owner (403).
///
/// # Examples
/// ```
/// use std::collections::HashMap;
/// use std::sync::Arc;
///
/// use axioms_axum::{Owned, Owner};
/// use axum::extract::{FromRef, FromRequestParts, Path};
/// use axum::http::{StatusCode, request::Parts};
///
/// #[derive(Owned, Clone)]
/// struct Article {
///     title: String,
///     #[owner]
///     author: String,
/// }
///
/// type Articles = Arc<HashMap<u64, Article>>;
///
/// impl<S: Send + Sync> FromRequestParts<S> for Article
/// where
///     Articles: FromRef<S>,
/// {
///     type Rejection = StatusCode;
///
///     async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, StatusCode> {
///         let Path(id) = Path::<u64>::from_request_parts(parts, state).await.map_err(|_| StatusCode::NOT_FOUND)?;
///         Articles::from_ref(state).get(&id).cloned().ok_or(StatusCode::NOT_FOUND)
///     }
/// }
///
/// async fn delete(Owner(article): Owner<Article>) -> String {
///     format!("{} is gone", article.title)
/// }
/// # let router: axum::Router<Articles> = axum::Router::new().route("/articles/{id}", axum::routing::delete(delete));
/// ```
#[derive(Debug, Clone)]
pub struct Owner<T>(pub T);

/// A resource whose owner is checked only for unsafe methods: safe methods pass with any valid
/// token, all others as with [`Owner`].
#[derive(Debug, Clone)]
pub struct OwnerOrSafe<T>(pub T);

/// The rejection of [`Owner`] and [`OwnerOrSafe`].
#[derive(Debug)]
#[non_exhaustive]
pub enum OwnerRejection<R> {
    /// The token is missing, invalid, or not the owner's.
    Refused(Refused),
    /// The extractor of the resource rejected the request.
    Object(R),
}

impl<R> OwnerRejection<R> {
    /// Converts the rejection into an error of the program, which must convert from both variants.
    ///
    /// # Examples
    /// ```
    /// use axioms_axum::{OwnerRejection, Refused};
    /// use axum::http::StatusCode;
    ///
    /// enum AppError {
    ///     Refused(Refused),
    ///     Status(StatusCode),
    /// }
    /// # impl From<Refused> for AppError { fn from(refused: Refused) -> Self { Self::Refused(refused) } }
    /// # impl From<StatusCode> for AppError { fn from(status: StatusCode) -> Self { Self::Status(status) } }
    ///
    /// fn rejected(rejection: OwnerRejection<StatusCode>) -> AppError {
    ///     rejection.into_error()
    /// }
    /// ```
    pub fn into_error<E: From<Refused>>(self) -> E
    where
        R: Into<E>,
    {
        match self {
            Self::Refused(refused) => refused.into(),
            Self::Object(rejection) => rejection.into(),
        }
    }
}

impl<R: fmt::Display> fmt::Display for OwnerRejection<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => refused.fmt(f),
            Self::Object(rejection) => rejection.fmt(f),
        }
    }
}

impl<R: std::error::Error> std::error::Error for OwnerRejection<R> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Refused(refused) => refused.source(),
            Self::Object(rejection) => rejection.source(),
        }
    }
}

impl<R: IntoResponse> IntoResponse for OwnerRejection<R> {
    fn into_response(self) -> Response<Body> {
        match self {
            Self::Refused(refused) => refused.into_response(),
            Self::Object(rejection) => rejection.into_response(),
        }
    }
}

impl<S: Sync, T: FromRequestParts<S> + Owned + Send> FromRequestParts<S> for Owner<T> {
    type Rejection = OwnerRejection<T::Rejection>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        load(parts, state, |token, _, object| token.require_owner(object)).await.map(Self)
    }
}

impl<S: Sync, T: FromRequestParts<S> + Owned + Send> FromRequestParts<S> for OwnerOrSafe<T> {
    type Rejection = OwnerRejection<T::Rejection>;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        load(parts, state, |token, parts, object| token.require_owner_or_safe(&parts.method, object))
            .await
            .map(Self)
    }
}

async fn load<S: Sync, T: FromRequestParts<S>>(
    parts: &mut Parts,
    state: &S,
    check: fn(&axioms_core::AccessToken, &Parts, &T) -> Result<(), Denied>,
) -> Result<T, OwnerRejection<T::Rejection>> {
    let token =
        axioms_tower::authenticate(parts).await.map_err(|refusal| OwnerRejection::Refused(refusal.into()))?;
    let object = T::from_request_parts(parts, state).await.map_err(OwnerRejection::Object)?;
    match check(&token, parts, &object) {
        Ok(()) => Ok(object),
        Err(denied) => Err(OwnerRejection::Refused(denied.into())),
    }
}
