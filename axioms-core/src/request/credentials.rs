//! The credentials of a request (RFC 6750 section 2.1, RFC 9449 section 7.1, RFC 9110 section
//! 11.6.2). They are parsed strictly, because a header that two parsers read differently can bypass
//! the checks of a proxy.

use std::fmt;

use http::HeaderName;
use http::header::AUTHORIZATION;

use super::RequestHead;

/// The unverified credentials of a request.
///
/// A [`Validator`](crate::Validator) reads them itself. They are public for programs that inspect
/// requests without a validator, such as a gateway that only needs the client's scheme.
#[derive(Clone, Copy)]
pub struct Credentials<'r> {
    scheme: Scheme,
    token: &'r [u8],
    proof: Option<&'r str>,
}

/// An authentication scheme that sends an access token in `Authorization`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scheme {
    /// `Bearer` ([RFC 6750](https://www.rfc-editor.org/rfc/rfc6750)).
    Bearer,
    /// `DPoP` ([RFC 9449](https://www.rfc-editor.org/rfc/rfc9449)).
    Dpop,
}

/// Why the credentials of a request are malformed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum BadCredentials {
    /// The request has more than one `Authorization` header.
    #[error("the request has more than one Authorization header")]
    SeveralHeaders,
    /// The value is not a scheme, one space, and one token68.
    #[error("the Authorization header is not one scheme, one space and one token")]
    Syntax,
    /// The request has several `DPoP` headers, or one that is not exactly one proof (RFC 9449
    /// section 4.3).
    #[error("the request has several DPoP headers, or one that is not exactly one proof")]
    Proof,
}

impl Scheme {
    const ALL: [Self; 2] = [Self::Bearer, Self::Dpop];

    /// The registered name. In a request it is case-insensitive (RFC 9110 section 11.1).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Bearer => "Bearer",
            Self::Dpop => "DPoP",
        }
    }

    fn is_named(self, name: &[u8]) -> bool {
        name.eq_ignore_ascii_case(self.name().as_bytes())
    }

    /// Returns the part after this scheme and one space.
    fn credentials_in(self, value: &[u8]) -> Option<&[u8]> {
        let (name, rest) = value.split_at_checked(self.name().len())?;
        rest.strip_prefix(b" ").filter(|_| self.is_named(name))
    }
}

impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl<'r> Credentials<'r> {
    /// The scheme in `Authorization`.
    #[must_use]
    pub const fn scheme(&self) -> Scheme {
        self.scheme
    }

    /// The token: one token68 (RFC 9110 section 11.2).
    ///
    /// # Errors
    /// [`BadCredentials::Syntax`] if the part after the scheme is anything else.
    pub fn token(&self) -> Result<&'r str, BadCredentials> {
        token68(self.token).ok_or(BadCredentials::Syntax)
    }

    /// The proof in the request's `DPoP` header, if there is one (RFC 9449 section 4).
    #[must_use]
    pub const fn proof(&self) -> Option<&'r str> {
        self.proof
    }

    /// The unchecked part after the scheme. The text of a cached token needs no check.
    pub(crate) const fn sent(&self) -> &'r [u8] {
        self.token
    }
}

/// Shows the scheme, but not the token or the proof.
impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("scheme", &self.scheme).finish_non_exhaustive()
    }
}

impl<'r> RequestHead<'r> {
    /// Reads the credentials of the schemes `Bearer` and `DPoP`. Returns `None` if the request has
    /// no credentials, or those of another scheme. The query and the body are never read.
    ///
    /// # Errors
    /// [`BadCredentials`] if the request has several `Authorization` or `DPoP` headers, or
    /// malformed ones.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{RequestHead, Scheme, http};
    ///
    /// let request = http::Request::builder().header("authorization", "Bearer mF_9.B5f-4.1JqM").body(())?;
    /// let credentials = RequestHead::from(&request).credentials()?.ok_or("there are some")?;
    /// assert_eq!((credentials.scheme(), credentials.token()?), (Scheme::Bearer, "mF_9.B5f-4.1JqM"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn credentials(&self) -> Result<Option<Credentials<'r>>, BadCredentials> {
        self.credentials_of(&Scheme::ALL)
    }

    /// Reads the credentials of the `accepted` schemes only.
    pub(crate) fn credentials_of(
        &self,
        accepted: &[Scheme],
    ) -> Result<Option<Credentials<'r>>, BadCredentials> {
        let value = self.only(&AUTHORIZATION).map_err(|SeveralLines| BadCredentials::SeveralHeaders)?;
        let Some((scheme, token)) = value.map(|value| read(value, accepted)).transpose()?.flatten() else {
            return Ok(None);
        };
        let proof = if accepted.contains(&Scheme::Dpop) { self.proof()? } else { None };
        Ok(Some(Credentials { scheme, token, proof }))
    }

    fn proof(&self) -> Result<Option<&'r str>, BadCredentials> {
        const DPOP: HeaderName = HeaderName::from_static("dpop");
        let value = self.only(&DPOP).map_err(|SeveralLines| BadCredentials::Proof)?;
        // A compact JWS is a token68.
        value.map(|value| token68(value).ok_or(BadCredentials::Proof)).transpose()
    }

    /// Returns the value of the only header field line with this name.
    fn only(&self, name: &HeaderName) -> Result<Option<&'r [u8]>, SeveralLines> {
        let (mut first, mut several) = (None, false);
        self.headers.each_value(name, &mut |value| {
            several |= first.is_some();
            first = Some(value);
        });
        if several { Err(SeveralLines) } else { Ok(first) }
    }
}

/// The request has several header field lines with the same name.
struct SeveralLines;

/// Reads the value of an `Authorization` header. Returns `None` for a scheme that is not accepted.
fn read<'v>(value: &'v [u8], accepted: &[Scheme]) -> Result<Option<(Scheme, &'v [u8])>, BadCredentials> {
    let found = accepted.iter().find_map(|scheme| Some((*scheme, scheme.credentials_in(value)?)));
    match found {
        None if !is_another_scheme(value, accepted) => Err(BadCredentials::Syntax),
        found => Ok(found),
    }
}

/// Whether the value has the credentials of a scheme that is not accepted, and none of an accepted
/// scheme after them.
fn is_another_scheme(value: &[u8], accepted: &[Scheme]) -> bool {
    let (name, rest) = split_name(value);
    let is_another = !name.is_empty() && !accepted.iter().any(|scheme| scheme.is_named(name));
    is_another
        && !is_bare_token(value)
        && matches!(rest, [] | [b' ', ..])
        && !accepted.iter().any(|scheme| goes_on_with(rest, *scheme))
}

/// Whether the value is a token without a scheme: it begins like every JWT, with the base64url of
/// `{"`. The client meant to send credentials, so the request must not count as anonymous.
fn is_bare_token(value: &[u8]) -> bool {
    value.starts_with(b"eyJ") && value.contains(&b'.') && !value.contains(&b' ')
}

/// Whether this scheme follows in a list. A proxy that joins two header lines with a comma produces
/// one value, in which the parameters of one scheme are followed by the name of the next (RFC 9110
/// section 11.6.2).
fn goes_on_with(list: &[u8], scheme: Scheme) -> bool {
    list.split(|byte| *byte == b',').skip(1).any(|element| {
        let (name, rest) = split_name(element.trim_ascii_start());
        scheme.is_named(name) && !rest.trim_ascii_start().starts_with(b"=")
    })
}

/// Splits off the name of a scheme or a parameter at the beginning.
fn split_name(value: &[u8]) -> (&[u8], &[u8]) {
    let end = value.iter().position(|byte| !is_tchar(*byte)).unwrap_or(value.len());
    value.split_at(end)
}

/// `tchar` of RFC 9110 section 5.6.2, the alphabet of scheme names.
fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Returns the text if it is one token68:
/// `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="` (RFC 9110 section 11.2).
fn token68(value: &[u8]) -> Option<&str> {
    let body_end = value.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    let (body, _padding) = value.split_at(body_end);
    let in_alphabet =
        |byte: u8| byte.is_ascii_alphanumeric() | matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/');
    // Check every byte without an early exit, so that the compiler can vectorize the loop.
    let all_are = body.iter().fold(true, |so_far, byte| so_far & in_alphabet(*byte));
    std::str::from_utf8(value).ok().filter(|_| all_are && !body.is_empty())
}

#[cfg(test)]
mod tests {
    use http::Method;

    use super::BadCredentials::{Proof, SeveralHeaders, Syntax};
    use super::*;
    use crate::request::RequestHeaders;

    /// The `Authorization` headers of a request, without other headers.
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
            let found = RequestHead::new(&Method::GET, &sent).credentials_of(&[Scheme::Bearer]);
            let found = found.and_then(|sent| sent.map(|sent| sent.token()).transpose());
            assert_eq!(found, *expected, "{name}");
        }
    }

    /// Header lines with any name.
    struct Lines<'a>(&'a [(&'a str, &'a str)]);

    impl RequestHeaders for Lines<'_> {
        fn each_value<'h>(&'h self, name: &HeaderName, visit: &mut dyn FnMut(&'h [u8])) {
            let of_name = self.0.iter().filter(|(found, _)| name == found);
            of_name.for_each(|(_, value)| visit(value.as_bytes()));
        }
    }

    #[test]
    fn reads_the_scheme_and_the_one_proof() {
        type Found<'a> = Result<Option<(Scheme, &'a str, Option<&'a str>)>, BadCredentials>;
        type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], Found<'a>);
        const AUTH: &str = "authorization";
        let rows: &[Row<'_>] = &[
            ("no header", &[], Ok(None)),
            ("Bearer", &[(AUTH, "Bearer a")], Ok(Some((Scheme::Bearer, "a", None)))),
            ("DPoP in any case", &[(AUTH, "dPOP a")], Ok(Some((Scheme::Dpop, "a", None)))),
            (
                "DPoP with a proof",
                &[(AUTH, "DPoP a"), ("dpop", "b.c.d")],
                Ok(Some((Scheme::Dpop, "a", Some("b.c.d")))),
            ),
            (
                "K11 a proof and Bearer",
                &[(AUTH, "Bearer a"), ("dpop", "b")],
                Ok(Some((Scheme::Bearer, "a", Some("b")))),
            ),
            ("a proof alone is no credentials", &[("dpop", "b")], Ok(None)),
            ("K11 two proofs", &[(AUTH, "DPoP a"), ("dpop", "b"), ("dpop", "b")], Err(Proof)),
            ("K11 two proofs in one line", &[(AUTH, "DPoP a"), ("dpop", "b, c")], Err(Proof)),
            ("K11 an empty proof", &[(AUTH, "DPoP a"), ("dpop", "")], Err(Proof)),
            ("K11 a proof that is not ASCII", &[(AUTH, "DPoP a"), ("dpop", "\u{e9}")], Err(Proof)),
            ("I3 two schemes in two lines", &[(AUTH, "DPoP a"), (AUTH, "Bearer a")], Err(SeveralHeaders)),
            ("I4 two schemes in one line", &[(AUTH, "DPoP a, Bearer a")], Err(Syntax)),
            ("I4 DPoP after another scheme", &[(AUTH, "Basic a, dpop b")], Err(Syntax)),
            ("I5 DPoP alone", &[(AUTH, "DPoP")], Err(Syntax)),
            ("I5 DPoP and two spaces", &[(AUTH, "DPoP  a")], Err(Syntax)),
            ("I6 another scheme", &[(AUTH, "Basic a")], Ok(None)),
        ];
        for (name, lines, expected) in rows {
            let lines = Lines(lines);
            let found = RequestHead::new(&Method::GET, &lines).credentials();
            let found = found.and_then(|found| {
                found.map(|found| Ok((found.scheme(), found.token()?, found.proof()))).transpose()
            });
            assert_eq!(found, *expected, "{name}");
        }
    }
}
