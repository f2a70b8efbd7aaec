//! Passes Rocket's requests to the checks of core.

use std::borrow::Cow;

use axioms_core::http::{HeaderName, Method};
use axioms_core::{AccessToken, Policy, Refusal, RequestHead, RequestHeaders, Validator};
use rocket::Request;
use rocket::http::HeaderMap;

use crate::installed;

/// Checks a request against `policy`: the guard of a handler.
pub(crate) async fn authorize(
    request: &Request<'_>,
    policy: &Policy,
) -> Result<Option<AccessToken>, Refusal> {
    validator(request)?.authorize_async(&Head::of(request), policy).await
}

/// Checks a request against `policy`: the guard of a whole mount.
pub(crate) async fn admit(request: &Request<'_>, policy: &Policy) -> Result<(), Refusal> {
    validator(request)?.admit_async(&Head::of(request), policy).await.map(drop)
}

/// The request's token.
pub(crate) async fn authenticate(request: &Request<'_>) -> Result<AccessToken, Refusal> {
    validator(request)?.authenticate_async(&Head::of(request)).await
}

/// The request's token, or `None` if it has no credentials.
pub(crate) async fn authenticate_if_present(request: &Request<'_>) -> Result<Option<AccessToken>, Refusal> {
    validator(request)?.authenticate_if_present_async(&Head::of(request)).await
}

fn validator<'r>(request: &'r Request<'_>) -> Result<&'r Validator, Refusal> {
    installed::of(request).map(|installed| &installed.validator).map_err(Refusal::not_configured)
}

/// How many bytes of a refused request's body are read.
pub(crate) fn drain_limit(request: &Request<'_>) -> usize {
    installed::of(request).map_or(0, |installed| installed.validator.drain_limit())
}

/// The head of a Rocket request, in the types of core.
struct Head<'r> {
    method: Method,
    target: Cow<'r, str>,
    headers: &'r HeaderMap<'r>,
}

impl<'r> Head<'r> {
    fn of(request: &'r Request<'_>) -> Self {
        let path = request.uri().path().raw().as_str();
        let target = match request.uri().query() {
            Some(query) => Cow::Owned(format!("{path}?{query}")),
            None => Cow::Borrowed(path),
        };
        Self { method: method(request), target, headers: request.headers() }
    }
}

impl RequestHeaders for Head<'_> {
    fn each_value<'h>(&'h self, name: &HeaderName, visit: &mut dyn FnMut(&'h [u8])) {
        self.headers.get(name.as_str()).for_each(|value| visit(value.as_bytes()));
    }
}

impl<'h> From<&'h Head<'_>> for RequestHead<'h> {
    fn from(head: &'h Head<'_>) -> Self {
        Self::new(&head.method, head).with_target(head.target.as_ref())
    }
}

pub(crate) fn method(request: &Request<'_>) -> Method {
    of_core(request.method())
}

/// Converts Rocket's method to core's.
pub(crate) fn of_core(method: rocket::http::Method) -> Method {
    match method {
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

#[cfg(test)]
mod tests {
    use rocket::local::blocking::Client;

    use super::*;

    #[test]
    fn the_target_is_path_and_query_as_sent() {
        let client = Client::untracked(rocket::build()).unwrap();
        for target in ["/", "/a/%62?c=d&e", "/a//b/c", "/a?x=/y?z"] {
            let request = client.get(target);
            assert_eq!(RequestHead::from(&Head::of(request.inner())).target(), Some(target));
        }
    }
}
