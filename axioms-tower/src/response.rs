//! Converts a refusal into a service's response.

use axioms_core::Refusal;
use axioms_core::http::Response;

/// Creates the response to a refused request, with any body that can be created from text.
///
/// The [`Refusal`] is in the response's extensions, so a layer can render it differently.
///
/// # Examples
/// ```
/// use axioms_tower::Refusal;
/// use axioms_tower::http::{HeaderValue, Response, header::CONTENT_TYPE};
///
/// fn render(mut response: Response<String>) -> Response<String> {
///     if let Some(refusal) = response.extensions().get::<Refusal>() {
///         *response.body_mut() = format!("<h1>{}</h1>", refusal.error_description());
///         response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
///     }
///     response
/// }
/// ```
#[must_use]
pub fn response<R: From<String>>(refusal: Refusal) -> Response<R> {
    let mut response = Response::<String>::from(&refusal).map(R::from);
    response.extensions_mut().insert(refusal);
    response
}
