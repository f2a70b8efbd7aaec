//! The head of a request, as far as it takes part in authorization, and the credentials in it (RFC 6750 section 2.1, RFC
//! 9110 section 11.6.2). They are read strictly, since two readings of one header let requests slip past a proxy.

use std::fmt;

use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, Method};

/// The head of a request: its method and its headers, borrowed from the types of a framework.
///
/// An [`http::Request`] and its [`Parts`](http::request::Parts) convert into one. A framework with types of its own
/// implements [`RequestHeaders`].
///
/// # Examples
/// ```
/// use axioms_core::{Policy, Refusal, RequestHead, Validator, http};
///
/// fn guard(validator: &Validator, parts: &http::request::Parts) -> Result<(), Refusal> {
///     validator.authorize(RequestHead::new(&parts.method, &parts.headers), &Policy::VALID_TOKEN).map(drop)
/// }
/// ```
#[derive(Clone, Copy)]
pub struct RequestHead<'r> {
    method: &'r Method,
    headers: &'r dyn RequestHeaders,
}

/// The headers of a request, in whatever type a framework keeps them.
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
    /// Calls `visit` with the value of every header field line of this name, in their order. Lines must not be joined:
    /// a request with two `Authorization` headers is refused.
    fn each_value<'h>(&'h self, name: &HeaderName, visit: &mut dyn FnMut(&'h [u8]));
}

impl RequestHeaders for HeaderMap {
    fn each_value<'h>(&'h self, name: &HeaderName, visit: &mut dyn FnMut(&'h [u8])) {
        self.get_all(name).iter().for_each(|value| visit(value.as_bytes()));
    }
}

impl<'r> RequestHead<'r> {
    /// The head of a request with this method and these headers.
    #[must_use]
    pub fn new(method: &'r Method, headers: &'r dyn RequestHeaders) -> Self {
        Self { method, headers }
    }

    pub(crate) fn method(&self) -> &'r Method {
        self.method
    }

    /// `None` means that no credentials of the scheme `Bearer` were sent. The query and the body are never read.
    pub(crate) fn credentials(&self) -> Result<Option<Credentials<'r>>, BadCredentials> {
        let (mut first, mut several) = (None, false);
        self.headers.each_value(&AUTHORIZATION, &mut |value| {
            several |= first.is_some();
            first = Some(value);
        });
        match first {
            Some(_) if several => Err(BadCredentials::SeveralHeaders),
            Some(value) => bearer(value),
            None => Ok(None),
        }
    }
}

impl<'r, B> From<&'r http::Request<B>> for RequestHead<'r> {
    fn from(request: &'r http::Request<B>) -> Self {
        Self::new(request.method(), request.headers())
    }
}

impl<'r> From<&'r http::request::Parts> for RequestHead<'r> {
    fn from(parts: &'r http::request::Parts) -> Self {
        Self::new(&parts.method, &parts.headers)
    }
}

/// Shows the method, and none of the headers, which hold the token.
impl fmt::Debug for RequestHead<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestHead").field("method", self.method).finish_non_exhaustive()
    }
}

/// What a request sent in order to be let in, unverified.
#[derive(Clone, Copy)]
pub(crate) struct Credentials<'r> {
    /// What follows `Bearer `; [`token68`] makes a token of it.
    pub(crate) token: &'r [u8],
}

/// The scheme, in any case, and the one space after it.
const BEARER: &[u8] = b"Bearer ";

/// Why the `Authorization` header cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum BadCredentials {
    /// The request has more than one `Authorization` header.
    #[error("the request has more than one Authorization header")]
    SeveralHeaders,
    /// It is not `Bearer`, one space, and one token68.
    #[error("the Authorization header is not \"Bearer\", one space and one token")]
    Syntax,
}

/// Reads the value of an `Authorization` header; `None` for another scheme.
fn bearer(value: &[u8]) -> Result<Option<Credentials<'_>>, BadCredentials> {
    match value.split_first_chunk::<{ BEARER.len() }>() {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case(BEARER) => Ok(Some(Credentials { token })),
        _ if is_another_scheme(value) => Ok(None),
        _ => Err(BadCredentials::Syntax),
    }
}

/// Whether the value is the credentials of a scheme that is not `Bearer`, and of no other beside it.
fn is_another_scheme(value: &[u8]) -> bool {
    let end = value.iter().position(|byte| !is_tchar(*byte)).unwrap_or(value.len());
    let (scheme, rest) = value.split_at(end);
    let is_another = !scheme.is_empty() && !scheme.eq_ignore_ascii_case(BEARER.trim_ascii_end());
    is_another && !is_bare_token(value) && matches!(rest, [] | [b' ', ..]) && !names_bearer(rest)
}

/// Whether the value is a token whose scheme was forgotten: it begins as every JWT does, with the base64url of `{"`. A request
/// that carries one means it to count.
fn is_bare_token(value: &[u8]) -> bool {
    value.starts_with(b"eyJ") && value.contains(&b'.') && !value.contains(&b' ')
}

/// Whether a list goes on with `Bearer`. A proxy that joins two header lines with a comma makes of them one value, in which the
/// parameters of one scheme are followed by the name of the next (RFC 9110 section 11.6.2).
fn names_bearer(list: &[u8]) -> bool {
    list.split(|byte| *byte == b',').skip(1).any(|element| {
        let element = element.trim_ascii_start();
        let end = element.iter().position(|byte| !is_tchar(*byte)).unwrap_or(element.len());
        let (name, rest) = element.split_at(end);
        name.eq_ignore_ascii_case(BEARER.trim_ascii_end()) && !rest.trim_ascii_start().starts_with(b"=")
    })
}

/// A token, if it is one: `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`. The text of a token
/// that is known needs no such check.
pub(crate) fn token68(value: &[u8]) -> Result<&str, BadCredentials> {
    let body_end = value.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    let (body, _padding) = value.split_at(body_end);
    let in_alphabet =
        |byte: u8| byte.is_ascii_alphanumeric() | matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    // Every byte, with no early end, so that the compiler looks at many at once.
    let all_are = body.iter().fold(true, |so_far, byte| so_far & in_alphabet(*byte));
    if body.is_empty() || !all_are {
        return Err(BadCredentials::Syntax);
    }
    std::str::from_utf8(value).map_err(|_| BadCredentials::Syntax)
}

/// `tchar` of RFC 9110 section 5.6.2, of which a scheme's name consists.
fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::BadCredentials::{SeveralHeaders, Syntax};
    use super::*;

    /// A request's `Authorization` headers.
    struct Sent<'a>(&'a [&'a str]);

    impl RequestHeaders for Sent<'_> {
        fn each_value<'h>(&'h self, name: &HeaderName, visit: &mut dyn FnMut(&'h [u8])) {
            assert_eq!(name, AUTHORIZATION);
            self.0.iter().for_each(|value| visit(value.as_bytes()));
        }
    }

    #[test]
    fn reads_one_bearer_token_and_nothing_else() {
        type Row<'a> = (&'a str, &'a [&'a str], Result<Option<&'a str>, BadCredentials>);
        let rows: &[Row<'_>] = &[
            ("I1 no header", &[], Ok(None)),
            ("plain", &["Bearer abc.def-_~+/"], Ok(Some("abc.def-_~+/"))),
            ("padding is token68", &["Bearer abc=="], Ok(Some("abc=="))),
            ("I2 lower case", &["bearer abc"], Ok(Some("abc"))),
            ("I2 upper case", &["BEARER abc"], Ok(Some("abc"))),
            ("I3 good and bad", &["Bearer abc", "Bearer x"], Err(SeveralHeaders)),
            ("I3 the same twice", &["Bearer abc", "Bearer abc"], Err(SeveralHeaders)),
            ("I3 another scheme first", &["Basic abc", "Bearer abc"], Err(SeveralHeaders)),
            ("I4 comma-joined", &["Bearer a, Bearer b"], Err(Syntax)),
            ("I4 comma without space", &["Bearer a,b"], Err(Syntax)),
            ("I4 after another scheme", &["Basic dTpw, Bearer b"], Err(Syntax)),
            ("I4 after another scheme, without space", &["Basic dTpw,bearer b"], Err(Syntax)),
            ("I4 after another scheme, with tabs", &["DPoP abc,\t BEARER\tb"], Err(Syntax)),
            ("I4 after another scheme, alone", &["Basic dTpw,Bearer"], Err(Syntax)),
            ("I4 after parameters", &["Digest a=\"b\", c=d, Bearer b"], Err(Syntax)),
            ("I4 a parameter of that name", &["Digest a=b, bearer = \"c\""], Ok(None)),
            ("I5 scheme alone", &["Bearer"], Err(Syntax)),
            ("I5 nothing after the space", &["Bearer "], Err(Syntax)),
            ("I5 two spaces", &["Bearer  abc"], Err(Syntax)),
            ("I5 tab", &["Bearer\tabc"], Err(Syntax)),
            ("I5 trailing space", &["Bearer abc "], Err(Syntax)),
            ("I5 leading space", &[" Bearer abc"], Err(Syntax)),
            ("I5 colon", &["Bearer:abc"], Err(Syntax)),
            ("I5 empty value", &[""], Err(Syntax)),
            ("I5 padding alone", &["Bearer =="], Err(Syntax)),
            ("I5 padding inside", &["Bearer a=b"], Err(Syntax)),
            ("I5 not ASCII", &["Bearer é"], Err(Syntax)),
            ("I5 quoted", &["Bearer \"abc\""], Err(Syntax)),
            ("I5 a token without its scheme", &["eyJhbGciOiJSUzI1NiJ9.e30.c2ln"], Err(Syntax)),
            ("I6 a scheme that begins alike", &["eyJ abc"], Ok(None)),
            ("I6 Basic", &["Basic dXNlcjpwYXNz"], Ok(None)),
            ("I6 a longer scheme", &["Bearerx abc"], Ok(None)),
            ("I6 DPoP", &["DPoP abc"], Ok(None)),
            ("I6 Digest with parameters", &["Digest username=\"a\", realm=\"b\""], Ok(None)),
        ];
        for (name, values, expected) in rows {
            let sent = Sent(values);
            let found = RequestHead::new(&Method::GET, &sent).credentials();
            let found = found.and_then(|sent| sent.map(|sent| token68(sent.token)).transpose());
            assert_eq!(found, *expected, "{name}");
        }
    }
}
