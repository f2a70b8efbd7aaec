//! What the guards look at: a request's method and headers, and nothing that comes after them.

use std::convert::Infallible;

use axioms_core::Credentials;
use axioms_core::http::{HeaderMap, Method};
use warp::Filter;

/// The head of a request, as far as it takes part in authorization.
pub(crate) struct Head {
    pub(crate) method: Method,
    headers: HeaderMap,
}

impl Head {
    pub(crate) fn credentials(&self) -> Credentials<'_> {
        Credentials::from_headers(&self.headers)
    }
}

/// Extracts the head, and lets every request pass.
///
/// warp's other header filters show the first line of a name only, and would hide a second `Authorization`.
pub(crate) fn head() -> impl Filter<Extract = (Head,), Error = Infallible> + Copy {
    warp::method().and(warp::header::headers_cloned()).map(|method, headers| Head { method, headers })
}
