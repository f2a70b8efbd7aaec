//! What the guards look at: a request's method and headers, and nothing that comes after them.

use std::convert::Infallible;

use axioms_core::RequestHead;
use axioms_core::http::{HeaderMap, Method};
use warp::Filter;

/// The head of a request, as far as it takes part in authorization.
pub(crate) struct Head {
    method: Method,
    headers: HeaderMap,
}

impl<'h> From<&'h Head> for RequestHead<'h> {
    fn from(head: &'h Head) -> Self {
        Self::new(&head.method, &head.headers)
    }
}

/// Extracts the head, and lets every request pass.
///
/// warp's other header filters show the first line of a name only, and would hide a second `Authorization`.
pub(crate) fn head() -> impl Filter<Extract = (Head,), Error = Infallible> + Copy {
    warp::method().and(warp::header::headers_cloned()).map(|method, headers| Head { method, headers })
}
