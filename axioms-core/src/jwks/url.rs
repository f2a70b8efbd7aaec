//! Which URLs keys may come from: `https`, and `http` on the machine's own loopback.

use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;

/// What is wrong with a URL, and how to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UrlFault {
    #[error("it is not an absolute URL; write it with its scheme, as in https://issuer.example.com")]
    NotAbsolute,
    #[error("its scheme is neither https nor http")]
    Scheme,
    #[error("http is for loopback hosts only; use https")]
    Insecure,
    #[error("it holds a user name or password; leave it out")]
    UserInfo,
    #[error("it has a query or a fragment, which an issuer identifier must not (RFC 8414 section 2)")]
    QueryOrFragment,
}

/// Checks a URL that keys or metadata are to be fetched from.
pub(crate) fn check(url: &str, allow_http: bool) -> Result<Uri, UrlFault> {
    let uri: Uri = url.parse().map_err(|_| UrlFault::NotAbsolute)?;
    let (Some(scheme), Some(authority)) = (uri.scheme(), uri.authority()) else {
        return Err(UrlFault::NotAbsolute);
    };
    if authority.as_str().contains('@') {
        return Err(UrlFault::UserInfo);
    }
    match scheme {
        scheme if *scheme == Scheme::HTTPS => Ok(uri),
        scheme if *scheme == Scheme::HTTP && (allow_http || is_loopback(authority.host())) => Ok(uri),
        scheme if *scheme == Scheme::HTTP => Err(UrlFault::Insecure),
        _ => Err(UrlFault::Scheme),
    }
}

/// The URL as it may stand in a message: without the user name and the password that somebody may have put in it.
pub(crate) fn shown(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let (authority, path) = rest.find(['/', '?', '#']).map_or((rest, ""), |end| rest.split_at(end));
    match authority.rsplit_once('@') {
        Some((_, host)) => format!("{scheme}://***@{host}{path}"),
        None => url.to_owned(),
    }
}

/// Checks an issuer identifier, from which URLs are built.
pub(crate) fn check_issuer(issuer: &str, allow_http: bool) -> Result<Uri, UrlFault> {
    let uri = check(issuer, allow_http)?;
    if issuer.contains(['?', '#']) { Err(UrlFault::QueryOrFragment) } else { Ok(uri) }
}

/// Whether the host is the machine itself: `localhost`, or an address of a loopback range.
pub(crate) fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost") || address.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_on_loopback() {
        let rows = [
            ("https://issuer.example.com", Ok(())),
            ("https://issuer.example.com:8443/a/b", Ok(())),
            ("http://localhost:8080/jwks", Ok(())),
            ("http://127.0.0.1", Ok(())),
            ("http://127.9.9.9:1", Ok(())),
            ("http://[::1]:9", Ok(())),
            ("http://issuer.example.com", Err(UrlFault::Insecure)),
            ("http://localhost.example.com", Err(UrlFault::Insecure)),
            ("http://169.254.169.254/latest", Err(UrlFault::Insecure)),
            ("http://0.0.0.0", Err(UrlFault::Insecure)),
            ("https://user:secret@issuer.example.com", Err(UrlFault::UserInfo)),
            ("http://localhost@evil.example", Err(UrlFault::UserInfo)),
            ("file:///etc/passwd", Err(UrlFault::NotAbsolute)),
            ("data:application/json,{}", Err(UrlFault::NotAbsolute)),
            ("ftp://issuer.example.com/jwks", Err(UrlFault::Scheme)),
            ("issuer.example.com", Err(UrlFault::NotAbsolute)),
            ("//issuer.example.com", Err(UrlFault::NotAbsolute)),
            ("", Err(UrlFault::NotAbsolute)),
        ];
        for (url, expected) in rows {
            assert_eq!(check(url, false).map(drop), expected, "{url}");
        }
        assert!(check("http://issuer.internal", true).is_ok());
        assert_eq!(check("ftp://issuer.internal", true).map(drop), Err(UrlFault::Scheme));
    }

    #[test]
    fn an_issuer_has_no_query_and_no_fragment() {
        for issuer in ["https://a.example/?x=1", "https://a.example/#x"] {
            assert_eq!(check_issuer(issuer, false).map(drop), Err(UrlFault::QueryOrFragment), "{issuer}");
        }
        assert!(check_issuer("https://a.example/tenant/", false).is_ok());
    }
}
