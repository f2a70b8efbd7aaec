//! The head of a request: everything that authorization reads, independent of a framework's types.

mod credentials;

use std::fmt;
use std::sync::Arc;

use http::uri::PathAndQuery;
use http::{Extensions, HeaderMap, HeaderName, Method, Uri};

pub use credentials::{BadCredentials, Credentials, Scheme};

/// The head of a request, borrowed from the types of a framework: method, target, headers and
/// client certificate.
///
/// An [`http::Request`] and its [`Parts`](http::request::Parts) convert into it. Their client
/// certificate is the [`ClientCertificate`] in the request's extensions. For a framework with its
/// own types, implement [`RequestHeaders`].
///
/// # Examples
/// ```
/// use axioms_core::{Policy, Refusal, RequestHead, Validator, http};
///
/// fn guard(
///     validator: &Validator,
///     method: &http::Method,
///     target: &str,
///     headers: &http::HeaderMap,
/// ) -> Result<(), Refusal> {
///     let head = RequestHead::new(method, headers).with_target(target);
///     validator.authorize(head, &Policy::VALID_TOKEN).map(drop)
/// }
/// ```
#[derive(Clone, Copy)]
pub struct RequestHead<'r> {
    method: &'r Method,
    target: Option<&'r str>,
    headers: &'r dyn RequestHeaders,
    client_certificate: Option<&'r [u8]>,
}

/// The headers of a request, in a framework's own type.
///
/// # Examples
/// ```
/// use axioms_core::{RequestHeaders, http::HeaderName};
///
/// struct Headers(Vec<(String, String)>);
///
/// impl RequestHeaders for Headers {
///     fn each_value<'h>(&'h self, name: &HeaderName, visit: &mut dyn FnMut(&'h [u8])) {
///         for (_, value) in self.0.iter().filter(|(found, _)| name.as_str().eq_ignore_ascii_case(found)) {
///             visit(value.as_bytes());
///         }
///     }
/// }
/// ```
pub trait RequestHeaders: Sync {
    /// Calls `visit` with the value of every header field line with this name, in order. It must
    /// not join lines, because a request with two `Authorization` headers is refused.
    fn each_value<'h>(&'h self, name: &HeaderName, visit: &mut dyn FnMut(&'h [u8]));
}

impl RequestHeaders for HeaderMap {
    fn each_value<'h>(&'h self, name: &HeaderName, visit: &mut dyn FnMut(&'h [u8])) {
        self.get_all(name).iter().for_each(|value| visit(value.as_bytes()));
    }
}

/// The certificate that the client presented in the TLS handshake of the request's connection. It
/// is a value for the extensions of an [`http::Request`].
///
/// The code that accepts connections inserts the certificate that its TLS library verified, such as
/// that of `rustls::ServerConnection::peer_certificates`. Never insert a certificate from a request
/// header: any client can send a header.
///
/// # Examples
/// ```
/// use axioms_core::{ClientCertificate, RequestHead, http};
///
/// let leaf: &[u8] = b"the DER bytes of the first certificate";
/// let mut request = http::Request::new(());
/// request.extensions_mut().insert(ClientCertificate::from_der(leaf));
/// assert_eq!(RequestHead::from(&request).client_certificate(), Some(leaf));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ClientCertificate(Arc<[u8]>);

impl ClientCertificate {
    /// Creates the value from the client's own certificate, the first of its chain, in DER (RFC
    /// 5280 section 4.1).
    #[must_use]
    pub fn from_der(der: impl Into<Arc<[u8]>>) -> Self {
        Self(der.into())
    }

    /// The certificate in DER.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.0
    }
}

/// Shows only the length, because a certificate identifies a person or a machine.
impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientCertificate({} bytes)", self.0.len())
    }
}

impl<'r> RequestHead<'r> {
    /// Creates the head of a request without a target and without a client certificate.
    #[must_use]
    pub fn new(method: &'r Method, headers: &'r dyn RequestHeaders) -> Self {
        Self { method, target: None, headers, client_certificate: None }
    }

    /// Sets the target: the path and query as the client sent them; `None` if the request has no
    /// path. If a framework strips the prefix of a router from the URI, pass the original URI.
    /// axum's `nest` strips it, so a head converted from `Parts` inside it has only the rest of the
    /// path.
    #[must_use]
    pub fn with_target(self, target: impl Into<Option<&'r str>>) -> Self {
        Self { target: target.into(), ..self }
    }

    /// Sets the certificate that the client presented in the TLS handshake, the first of its chain,
    /// in DER; `None` if it presented none.
    #[must_use]
    pub fn with_client_certificate(self, der: impl Into<Option<&'r [u8]>>) -> Self {
        Self { client_certificate: der.into(), ..self }
    }

    /// The method.
    #[must_use]
    pub const fn method(&self) -> &'r Method {
        self.method
    }

    /// The target: path and query (RFC 9112 section 3.2.1). `None` if the adapter set none, or if
    /// the request has no path, as with `CONNECT`.
    #[must_use]
    pub const fn target(&self) -> Option<&'r str> {
        self.target
    }

    /// The headers.
    #[must_use]
    pub const fn headers(&self) -> &'r dyn RequestHeaders {
        self.headers
    }

    /// The client's certificate in DER, if it presented one in the TLS handshake.
    #[must_use]
    pub const fn client_certificate(&self) -> Option<&'r [u8]> {
        self.client_certificate
    }

    fn of_http(method: &'r Method, uri: &'r Uri, headers: &'r HeaderMap, extensions: &'r Extensions) -> Self {
        let target = uri.path_and_query().map(PathAndQuery::as_str);
        let client_certificate = extensions.get().map(ClientCertificate::as_der);
        Self { method, target, headers, client_certificate }
    }
}

impl<'r, B> From<&'r http::Request<B>> for RequestHead<'r> {
    fn from(request: &'r http::Request<B>) -> Self {
        Self::of_http(request.method(), request.uri(), request.headers(), request.extensions())
    }
}

impl<'r> From<&'r http::request::Parts> for RequestHead<'r> {
    fn from(parts: &'r http::request::Parts) -> Self {
        Self::of_http(&parts.method, &parts.uri, &parts.headers, &parts.extensions)
    }
}

/// Shows only the method: the headers contain the token, and the query may contain a secret.
impl fmt::Debug for RequestHead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead").field("method", self.method).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_path_and_query_as_sent() {
        let rows: [(&str, Option<&str>); 7] = [
            ("/", Some("/")),
            ("/a/%62?c=d&e", Some("/a/%62?c=d&e")),
            ("/a//b/../c?", Some("/a//b/../c?")),
            ("https://api.example.com/a?b", Some("/a?b")),
            ("https://api.example.com", Some("/")),
            ("*", Some("*")),
            ("api.example.com:443", None),
        ];
        for (uri, target) in rows {
            let (parts, ()) = http::Request::builder().uri(uri).body(()).unwrap().into_parts();
            assert_eq!(RequestHead::from(&parts).target(), target, "{uri}");
        }
    }

    #[test]
    fn a_head_has_what_an_adapter_set() {
        let headers = HeaderMap::new();
        let bare = RequestHead::new(&Method::PUT, &headers);
        assert_eq!((bare.method(), bare.target(), bare.client_certificate()), (&Method::PUT, None, None));
        let full = bare.with_target("/a?b").with_client_certificate(&b"der"[..]);
        assert_eq!((full.target(), full.client_certificate()), (Some("/a?b"), Some(&b"der"[..])));
        let emptied = full.with_target(None).with_client_certificate(None);
        assert_eq!((emptied.target(), emptied.client_certificate()), (None, None));
    }
}
