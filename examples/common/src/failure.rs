//! The answer to a request that fails: the failures of this API, and the guard's refusal.

use axioms_core::http::header::{ALLOW, CONTENT_TYPE};
use axioms_core::http::{HeaderValue, Method, Response, StatusCode};
use axioms_core::{Denied, Refusal};

/// Why a request fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The path does not exist, or nothing has that id.
    NotFound,
    /// The path takes only these methods, which become the header `Allow`. Empty if the framework
    /// adds it.
    MethodNotAllowed(Vec<Method>),
    /// The request or its body is malformed.
    InvalidRequest(&'static str),
    /// The body is longer than [`body::LIMIT`](crate::body::LIMIT).
    BodyTooLarge,
    /// The token does not allow it.
    Refused(Refusal),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Self::Refused(denied.into())
    }
}

impl From<Failure> for Response<String> {
    fn from(failure: Failure) -> Self {
        let (status, error, description) = match &failure {
            Failure::NotFound => (StatusCode::NOT_FOUND, "not_found", "There is nothing here"),
            Failure::MethodNotAllowed(_) => {
                (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", "This path does not take that method")
            }
            Failure::InvalidRequest(what) => (StatusCode::BAD_REQUEST, "invalid_request", *what),
            Failure::BodyTooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "payload_too_large", "The body is longer than 64 KiB")
            }
            Failure::Refused(refusal) => return refusal.into(),
        };
        // Fixed text without quotes needs no escaping in JSON.
        let mut response = Self::new(format!(r#"{{"error":"{error}","error_description":"{description}"}}"#));
        *response.status_mut() = status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Failure::MethodNotAllowed(methods) = failure
            && !methods.is_empty()
        {
            let names: Vec<_> = methods.iter().map(Method::as_str).collect();
            response.headers_mut().extend(HeaderValue::try_from(names.join(",")).map(|value| (ALLOW, value)));
        }
        response
    }
}
