//! Reads the token out of `Authorization` (RFC 6750 section 2.1, RFC 9110 section 11.6.2): strictly, since two
//! readings of one header are how requests slip past a proxy.

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

/// What stands after `Bearer ` in the `Authorization` header values of a request; [`token68`] makes a token of it.
///
/// `None` means that no credentials of this scheme were sent. The query and the body are never looked at.
pub(crate) fn sent<'a>(
    values: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Option<&'a [u8]>, BadCredentials> {
    let mut values = values.into_iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(BadCredentials::SeveralHeaders);
    }
    match value.split_first_chunk::<{ BEARER.len() }>() {
        Some((scheme, sent)) if scheme.eq_ignore_ascii_case(BEARER) => Ok(Some(sent)),
        _ if is_another_scheme(value) => Ok(None),
        _ => Err(BadCredentials::Syntax),
    }
}

/// Whether the value begins with a scheme's name that is not `Bearer`, alone or with a space after it.
fn is_another_scheme(value: &[u8]) -> bool {
    let end = value.iter().position(|byte| !is_tchar(*byte)).unwrap_or(value.len());
    let (scheme, rest) = value.split_at(end);
    !scheme.is_empty() && !scheme.eq_ignore_ascii_case(b"Bearer") && matches!(rest, [] | [b' ', ..])
}

/// A token, if it is one: `token68 = 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`. What is equal to a
/// token that is known needs not be asked this.
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
            ("I6 Basic", &["Basic dXNlcjpwYXNz"], Ok(None)),
            ("I6 a longer scheme", &["Bearerx abc"], Ok(None)),
            ("I6 DPoP", &["DPoP abc"], Ok(None)),
            ("I6 Digest with parameters", &["Digest username=\"a\", realm=\"b\""], Ok(None)),
        ];
        for (name, values, expected) in rows {
            let found = sent(values.iter().map(|v| v.as_bytes()));
            assert_eq!(found.and_then(|sent| sent.map(token68).transpose()), *expected, "{name}");
        }
    }
}
