//! Request guards that load a resource and check its owner before the handler runs.

use std::error::Error;
use std::fmt;

use axioms_core::{AccessToken, Denied, Owned};
use rocket::request::{FromRequest, Outcome};
use rocket::{Ignite, Request, Rocket, Sentinel};

use crate::installed::is_incomplete;
use crate::{Refused, check, record};

/// A resource that the request's token owns.
///
/// `T` is itself a request guard, which loads the resource named by the request. `Owner<T>` first
/// requires a valid token (401), then runs the guard `T` (with its own error or forward), and then
/// checks the owner (403).
///
/// # Examples
/// ```
/// use std::collections::HashMap;
///
/// use axioms_rocket::{Owned, Owner};
/// use rocket::http::Status;
/// use rocket::outcome::IntoOutcome;
/// use rocket::request::{FromRequest, Outcome, Request};
/// use rocket::{State, delete};
///
/// #[derive(Owned, Clone)]
/// struct Article {
///     title: String,
///     #[owner]
///     author: String,
/// }
///
/// type Articles = HashMap<u64, Article>;
///
/// #[rocket::async_trait]
/// impl<'r> FromRequest<'r> for Article {
///     type Error = ();
///
///     async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
///         let articles: Option<&Articles> = request.rocket().state();
///         let id: Option<u64> = request.param(1).and_then(Result::ok);
///         let article = articles.zip(id).and_then(|(articles, id)| articles.get(&id)).cloned();
///         article.or_error((Status::NotFound, ()))
///     }
/// }
///
/// #[delete("/articles/<_>")]
/// fn delete(article: Owner<Article>) -> String {
///     format!("{} is gone", article.0.title)
/// }
/// ```
#[derive(Debug, Clone)]
pub struct Owner<T>(pub T);

/// A resource whose owner is checked only for unsafe methods: safe methods pass with any valid
/// token, all others as with [`Owner`].
#[derive(Debug, Clone)]
pub struct OwnerOrSafe<T>(pub T);

/// The error of [`Owner`] and [`OwnerOrSafe`].
#[derive(Debug)]
#[non_exhaustive]
pub enum OwnerRejection<E> {
    /// The token is missing, invalid, or not the owner's.
    Refused(Refused),
    /// The guard of the resource failed.
    Object(E),
}

impl<E: fmt::Display> fmt::Display for OwnerRejection<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => refused.fmt(f),
            Self::Object(error) => error.fmt(f),
        }
    }
}

impl<E: Error> Error for OwnerRejection<E> {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Refused(refused) => refused.source(),
            Self::Object(error) => error.source(),
        }
    }
}

#[rocket::async_trait]
impl<'r, T> FromRequest<'r> for Owner<T>
where
    T: FromRequest<'r, Error: Send> + Owned + Send,
{
    type Error = OwnerRejection<T::Error>;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        load(request, AccessToken::require_owner).await.map(Self)
    }
}

#[rocket::async_trait]
impl<'r, T> FromRequest<'r> for OwnerOrSafe<T>
where
    T: FromRequest<'r, Error: Send> + Owned + Send,
{
    type Error = OwnerRejection<T::Error>;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let method = check::method(request);
        load(request, |token, object| token.require_owner_or_safe(&method, object)).await.map(Self)
    }
}

async fn load<'r, T: FromRequest<'r>>(
    request: &'r Request<'_>,
    check: impl FnOnce(&AccessToken, &T) -> Result<(), Denied>,
) -> Outcome<T, OwnerRejection<T::Error>> {
    let token = match check::authenticate(request).await {
        Ok(token) => token,
        Err(refusal) => return record::refuse(request, refusal, OwnerRejection::Refused),
    };
    let object = match T::from_request(request).await {
        Outcome::Success(object) => object,
        Outcome::Error((status, error)) => return Outcome::Error((status, OwnerRejection::Object(error))),
        Outcome::Forward(status) => return Outcome::Forward(status),
    };
    match check(&token, &object) {
        Ok(()) => Outcome::Success(object),
        Err(denied) => record::refuse(request, denied.into(), OwnerRejection::Refused),
    }
}

/// Prevents the launch of guarded routes without a validator.
impl<T> Sentinel for Owner<T> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_incomplete(rocket)
    }
}

impl<T> Sentinel for OwnerOrSafe<T> {
    fn abort(rocket: &Rocket<Ignite>) -> bool {
        is_incomplete(rocket)
    }
}
