//! Converts rejections that are refusals into replies, for `Filter::recover`.

use std::future::{Ready, ready};

use axioms_core::Refusal;
use warp::reply::Response;
use warp::{Rejection, Reply};

use crate::Refused;

/// Answers a request that a guard refused, with status, challenge and body. Other rejections are
/// returned unchanged.
///
/// warp tries the next route after a rejection and collects all rejections. If one of them is a
/// refusal, it decides the answer, whatever the later routes reject with: 404 and 405 would hide
/// it, and 500 would drop the challenge.
///
/// # Where to put it
/// Put it after all routes, and before your own recover function, which may handle any rejection:
/// `routes.recover(axioms_warp::recover).recover(mine)`. Put CORS after it, so that browsers can
/// read refusals: `routes.recover(axioms_warp::recover).with(cors)`.
///
/// On a single guarded route, it makes a refusal final: no later route can answer instead. Use it
/// there if a later route would match the same request, such as a fallback page or a catch-all.
///
/// # Errors
/// The rejection, if it is not a refusal.
///
/// # Examples
/// ```
/// use axioms_warp::{Validator, access_token, recover};
/// use warp::Filter;
///
/// # fn routes(validator: &Validator) {
/// let account = warp::path!("account").and(access_token(validator)).map(|_| "yours").recover(recover);
/// let fallback = warp::any().map(|| "welcome");
/// let routes = account.or(fallback);
/// # let _ = routes;
/// # }
/// ```
pub async fn recover(rejection: Rejection) -> Result<Response, Rejection> {
    match rejection.find::<Refused>() {
        Some(refused) => Ok(refused.clone().into_response()),
        None => Err(rejection),
    }
}

/// Answers refusals as [`recover`] does, with custom replies. `render` is called only for refusals.
///
/// Keep the status and the headers, above all the challenge, because clients use them.
///
/// # Examples
/// ```
/// use axioms_warp::{Refusal, Validator, access_token, recover_with};
/// use warp::Filter;
/// use warp::http::header::CONTENT_TYPE;
/// use warp::http::{HeaderValue, Response};
///
/// fn page(refusal: &Refusal) -> Response<String> {
///     let mut response = Response::new(format!("<h1>{}</h1>", refusal.error_description()));
///     *response.status_mut() = refusal.status();
///     *response.headers_mut() = refusal.headers();
///     response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
///     response
/// }
///
/// # fn routes(validator: &Validator) {
/// let routes = warp::path!("account").and(access_token(validator)).map(|_| "yours").recover(recover_with(page));
/// # let _ = routes;
/// # }
/// ```
pub fn recover_with<R: Reply>(
    render: impl Fn(&Refusal) -> R + Clone,
) -> impl Fn(Rejection) -> Ready<Result<R, Rejection>> + Clone {
    move |rejection| {
        ready(match rejection.find::<Refused>() {
            Some(refused) => Ok(render(refused.refusal())),
            None => Err(rejection),
        })
    }
}
