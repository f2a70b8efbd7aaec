//! From Rocket's request to the one function of core that checks it.

use axioms_core::http::Method;
use axioms_core::{AccessToken, Credentials, Policy, Refusal, Validator};
use rocket::Request;

use crate::fairing::Installed;

/// Checks a request's credentials against `policy`.
pub(crate) async fn authorize(
    request: &Request<'_>,
    policy: &Policy,
) -> Result<Option<AccessToken>, Refusal> {
    validator(request)?.authorize_async(&method(request), credentials(request), policy).await
}

/// The guard of a whole mount, which lets the validator's safe methods pass without a token.
pub(crate) async fn admit(request: &Request<'_>, policy: &Policy) -> Result<(), Refusal> {
    if validator(request)?.safe_methods().contains(&method(request)) {
        return Ok(());
    }
    authorize(request, policy).await.map(drop)
}

/// The request's token.
pub(crate) async fn authenticate(request: &Request<'_>) -> Result<AccessToken, Refusal> {
    validator(request)?.authenticate_async(credentials(request)).await
}

/// The request's token, or `None` where it has no credentials.
pub(crate) async fn authenticate_if_present(request: &Request<'_>) -> Result<Option<AccessToken>, Refusal> {
    if credentials(request).are_absent() {
        // An unguarded handler with no validator would pass for a public one: it fails closed as well.
        return validator(request).map(|_| None);
    }
    authenticate(request).await.map(Some)
}

fn validator<'r>(request: &'r Request<'_>) -> Result<&'r Validator, Refusal> {
    let installed = request.rocket().state::<Installed>();
    installed
        .and_then(|installed| installed.validator.as_ref())
        .ok_or_else(|| Refusal::not_configured("add .attach(ValidatorFairing::new(validator)) to the rocket"))
}

fn credentials<'r>(request: &'r Request<'_>) -> Credentials<'r> {
    Credentials::from_values(request.headers().get("Authorization").map(str::as_bytes))
}

pub(crate) fn method(request: &Request<'_>) -> Method {
    match request.method() {
        rocket::http::Method::Get => Method::GET,
        rocket::http::Method::Put => Method::PUT,
        rocket::http::Method::Post => Method::POST,
        rocket::http::Method::Delete => Method::DELETE,
        rocket::http::Method::Options => Method::OPTIONS,
        rocket::http::Method::Head => Method::HEAD,
        rocket::http::Method::Trace => Method::TRACE,
        rocket::http::Method::Connect => Method::CONNECT,
        rocket::http::Method::Patch => Method::PATCH,
    }
}
