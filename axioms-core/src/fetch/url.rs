//! Checks the URLs that keys are fetched from: `https`, or `http` on loopback.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::Uri;

use super::reach::{is_loopback, without_final_dot};

/// What is wrong with a URL, and how to fix it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum UrlFault {
    #[error("it is not an absolute URL; write it with its scheme, as in https://issuer.example.com")]
    NotAbsolute,
    #[error("its scheme is neither https nor http")]
    Scheme,
    #[error("http is for loopback hosts only; use https")]
    Insecure,
    #[error(
        "http is for loopback hosts only; use https. If the issuer's tokens have this http URL in \
            `iss`, as those of ADFS have, keep it and set jwks_url (AXIOMS_JWKS_URL) to the https \
            URL of its keys, for ADFS https://HOST/adfs/discovery/keys"
    )]
    InsecureIssuer,
    #[error(
        "it names a document of the issuer, not the issuer; remove /.well-known/ and everything \
            after it: the issuer (AXIOMS_ISS_URL) must equal `iss` in its tokens"
    )]
    WellKnown,
    #[error("it contains a user name or password; remove it (write an `@` in the path as %40)")]
    UserInfo,
    #[error(
        "it contains white space, a control character, a backslash or a non-ASCII character; \
            percent-encode it, and write an international host name in its xn-- form"
    )]
    Characters,
    #[error("its host is not a host name or an IP address")]
    Host,
    #[error(
        "its host is a number, which some systems read as an IPv4 address; write four decimal \
            numbers, as in 192.0.2.1"
    )]
    AddressSpelling,
    #[error("its port is not a number from 1 to 65535")]
    Port,
    #[error("it has a query or a fragment, which an issuer identifier must not have (RFC 8414 section 2)")]
    QueryOrFragment,
}

/// Checks a URL of keys or metadata.
pub(crate) fn check(url: &str, allow_http: bool) -> Result<Uri, UrlFault> {
    if credentials_end(url).is_some() {
        return Err(UrlFault::UserInfo);
    }
    let unsuitable = |c: char| !c.is_ascii() || c.is_ascii_control() || c == ' ' || c == '\\';
    if url.contains(unsuitable) {
        return Err(UrlFault::Characters);
    }
    let (scheme, rest) = url.split_once("://").ok_or(UrlFault::NotAbsolute)?;
    let is_http = scheme.eq_ignore_ascii_case("http");
    if !is_http && !scheme.eq_ignore_ascii_case("https") {
        return Err(if is_scheme(scheme) { UrlFault::Scheme } else { UrlFault::NotAbsolute });
    }
    check_authority(authority(rest))?;
    let uri: Uri = url.parse().map_err(|_| UrlFault::NotAbsolute)?;
    let on_loopback = uri.host().is_some_and(is_loopback);
    if is_http && !allow_http && !on_loopback { Err(UrlFault::Insecure) } else { Ok(uri) }
}

/// Checks an issuer identifier, from which URLs are built.
pub(crate) fn check_issuer(issuer: &str, allow_http: bool) -> Result<Uri, UrlFault> {
    let uri = check(issuer, allow_http).map_err(|fault| match fault {
        UrlFault::Insecure => UrlFault::InsecureIssuer,
        other => other,
    })?;
    if issuer.contains(['?', '#']) {
        Err(UrlFault::QueryOrFragment)
    } else if issuer.split('/').any(|segment| segment == ".well-known") {
        Err(UrlFault::WellKnown)
    } else {
        Ok(uri)
    }
}

/// Checks `host` or `host:port`. The HTTP client would replace an unreadable port with the default
/// port, and the system's resolver reads `0x7f.1` as 127.0.0.1.
pub(super) fn check_authority(authority: &str) -> Result<(), UrlFault> {
    let (host, port) = split_port(authority);
    check_host(host)?;
    let is_port = |port: &str| {
        port.bytes().all(|byte| byte.is_ascii_digit())
            && !port.starts_with('0')
            && port.parse::<u16>().is_ok()
    };
    if port.is_none_or(is_port) { Ok(()) } else { Err(UrlFault::Port) }
}

fn check_host(host: &str) -> Result<(), UrlFault> {
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']').and_then(|address| address.parse::<Ipv6Addr>().ok());
        return address.map(drop).ok_or(UrlFault::Host);
    }
    let label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    let name = without_final_dot(host);
    if !name.split('.').all(label) {
        Err(UrlFault::Host)
    } else if is_number(name.rsplit('.').next().unwrap_or_default()) && host.parse::<Ipv4Addr>().is_err() {
        Err(UrlFault::AddressSpelling)
    } else {
        Ok(())
    }
}

/// Whether a label is a number. `inet_aton` and browsers read a host whose last label is a number
/// as an address.
fn is_number(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

/// Returns the part before the path, the query and the fragment. Browsers read a backslash as a
/// slash.
fn authority(rest: &str) -> &str {
    rest.split(['/', '?', '#', '\\']).next().unwrap_or_default()
}

/// Splits off the port. The colons of an IPv6 address are inside its brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// Redacts a URL for messages: removes the user name and the password, and the query and the
/// fragment, which may contain a key.
pub(crate) fn without_credentials(url: &str) -> String {
    let mut shown = match credentials_end(url).map(|end| url.split_at(end)) {
        Some((hidden, rest)) => {
            let scheme = hidden.split_once("://").map_or("", |(scheme, _)| scheme);
            let scheme = if is_scheme(scheme) { format!("{scheme}://") } else { String::new() };
            format!("{scheme}***@{rest}")
        }
        None => url.to_owned(),
    };
    if let Some(mark) = shown.find(['?', '#']) {
        shown.truncate(mark + 1);
        shown.push_str("***");
    }
    shown
}

pub(super) fn is_scheme(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
}

/// Returns where credentials end in a URL that has them, or may have them: after its last `@`.
///
/// By RFC 3986, the `@` of `https://user:1/2@host` is in the path, and `user` is the host; but its
/// author meant a password with a slash. So an `@` counts as part of the path only if the host
/// cannot be a user name with the start of a password: a dotted name without a port (Google's
/// `jwks_uri` ends with an email address), or loopback.
fn credentials_end(url: &str) -> Option<usize> {
    let end = url.rfind('@')? + 1;
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = authority(rest);
    let believed = match split_port(authority) {
        _ if scheme.is_empty() || scheme.contains('@') || authority.contains('@') => false,
        (host, None) => host.contains('.') || is_loopback(host),
        (host, Some(_)) => is_loopback(host) && check_authority(authority).is_ok(),
    };
    (!believed).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn https_anywhere_and_http_on_loopback() {
        let rows = [
            ("https://issuer.example.com", Ok(())),
            ("https://issuer.example.com:8443/a/b", Ok(())),
            ("https://issuer.example.com.", Ok(())),
            ("https://my_service:8443/", Ok(())),
            ("https://10.0.0.1/", Ok(())),
            ("https://[2001:db8::1]:8443/", Ok(())),
            ("HTTPS://ISSUER.EXAMPLE.COM/", Ok(())),
            ("http://localhost:8080/jwks", Ok(())),
            ("http://LocalHost./jwks", Ok(())),
            ("http://keycloak.localhost:8080/", Ok(())),
            ("http://127.0.0.1", Ok(())),
            ("http://127.9.9.9:1", Ok(())),
            ("http://[::1]:9", Ok(())),
            ("http://issuer.example.com", Err(UrlFault::Insecure)),
            ("http://localhost.example.com", Err(UrlFault::Insecure)),
            ("http://mylocalhost", Err(UrlFault::Insecure)),
            ("http://169.254.169.254/latest", Err(UrlFault::Insecure)),
            ("http://0.0.0.0", Err(UrlFault::Insecure)),
            ("http://[::ffff:127.0.0.1]", Err(UrlFault::Insecure)),
            ("file:///etc/passwd", Err(UrlFault::Scheme)),
            ("data:application/json,{}", Err(UrlFault::NotAbsolute)),
            ("ftp://issuer.example.com/jwks", Err(UrlFault::Scheme)),
            ("issuer.example.com", Err(UrlFault::NotAbsolute)),
            ("//issuer.example.com", Err(UrlFault::NotAbsolute)),
            ("https:issuer.example.com", Err(UrlFault::NotAbsolute)),
            ("https://", Err(UrlFault::Host)),
            ("https:///jwks", Err(UrlFault::Host)),
            ("://issuer.example.com", Err(UrlFault::NotAbsolute)),
            ("", Err(UrlFault::NotAbsolute)),
        ];
        for (url, expected) in rows {
            assert_eq!(check(url, false).map(drop), expected, "{url}");
        }
        assert!(check("http://issuer.internal", true).is_ok());
        assert_eq!(check("ftp://issuer.internal", true).map(drop), Err(UrlFault::Scheme));
    }

    #[test]
    fn a_port_is_a_number_and_never_the_default_by_mistake() {
        for port in ["", "0", "00", "0443", "+443", "-1", "65536", "99999", "80a", "pa", "4 4"] {
            let url = format!("https://issuer.example.com:{port}/jwks");
            let found = check(&url, false).map(drop);
            assert!(matches!(found, Err(UrlFault::Port | UrlFault::Characters)), "{url}: {found:?}");
        }
        for port in ["1", "443", "65535"] {
            assert_eq!(check(&format!("https://[::1]:{port}/"), false).map(drop), Ok(()), "{port}");
        }
    }

    #[test]
    fn a_host_is_a_name_or_an_address_in_its_one_spelling() {
        let rows = [
            ("https://:443/", UrlFault::Host),
            ("https://./", UrlFault::Host),
            ("https://a..example/", UrlFault::Host),
            ("https://.example/", UrlFault::Host),
            ("https://a.example../", UrlFault::Host),
            ("https://%31%32%37.0.0.1/", UrlFault::Host),
            ("https://[fe80::1%25eth0]/", UrlFault::Host),
            ("https://[v1.x]/", UrlFault::Host),
            ("https://[::1/", UrlFault::Host),
            ("https://::1/", UrlFault::Host),
            ("https://2130706433/", UrlFault::AddressSpelling),
            ("https://0x7f000001/", UrlFault::AddressSpelling),
            ("https://0X7F.0.0.0x1/", UrlFault::AddressSpelling),
            ("https://0177.0.0.1/", UrlFault::AddressSpelling),
            ("https://127.1/", UrlFault::AddressSpelling),
            ("https://127.0.0.1./", UrlFault::AddressSpelling),
            ("https://1.2.3.4.5/", UrlFault::AddressSpelling),
            ("https://256.0.0.1/", UrlFault::AddressSpelling),
            ("https://a.0x/", UrlFault::AddressSpelling),
            ("https://issuer.example.com\\@evil.example/", UrlFault::Characters),
            ("https://issuer.example.com\\.evil.example/", UrlFault::Characters),
            ("https:\\\\issuer.example.com", UrlFault::Characters),
            (" https://issuer.example.com", UrlFault::Characters),
            ("https://issuer.example.com/jw ks", UrlFault::Characters),
            ("https://issuer.example.com/jwks\n", UrlFault::Characters),
            ("https://issuer.example.com/jw\0ks", UrlFault::Characters),
            ("https://b\u{fc}cher.example/", UrlFault::Characters),
            ("https://issuer.example.com/\u{202e}", UrlFault::Characters),
        ];
        for (url, fault) in rows {
            assert_eq!(check(url, false).map(drop), Err(fault), "{url:?}");
        }
    }

    /// No message shows any part of the URL that may be the password.
    #[test]
    fn credentials_are_refused_and_never_shown() {
        for url in [
            "https://user:secret@issuer.example.com",
            "https://secret@issuer.example.com/a",
            "https://user:se/cret@issuer.example.com",
            "https://user:1/secret@issuer.example.com",
            "https://user:12?secret@issuer.example.com",
            "https://user:12#secret@issuer.example.com",
            "https://sec/ret@issuer.example.com",
            "https://user:p@secret@issuer.example.com",
            "https://user:p@sec/ret@issuer.example.com",
            "https://user:secret\\@issuer.example.com",
            "https://user:p://secret@issuer.example.com",
            "https://user:se cret@issuer.example.com",
            "https://user:@issuer.example.com",
            "https://@issuer.example.com",
            "http://localhost@issuer.example.com",
            "user:secret@issuer.example.com",
            "https:user:secret@issuer.example.com",
            "https:/user:secret@issuer.example.com",
            "user:secret://x@issuer.example.com",
            "://secret@issuer.example.com",
        ] {
            assert_eq!(check(url, true).map(drop), Err(UrlFault::UserInfo), "{url}");
            let shown = without_credentials(url);
            assert!(shown.contains("***@issuer.example.com"), "{url}: {shown}");
            assert!(!["secret", "cret", "ret@", "user"].iter().any(|part| shown.contains(part)), "{shown}");
        }
        for url in [
            "https://www.googleapis.com/service_accounts/v1/jwk/securetoken@system.gserviceaccount.com",
            "http://localhost:9099/jwk/a@b",
            "https://issuer.example.com/tenant",
        ] {
            assert_eq!(check(url, false).map(drop), Ok(()), "{url}");
            assert_eq!(without_credentials(url), url);
        }
        for (url, expected) in [
            ("https://a.example/jwks?token=secret", "https://a.example/jwks?***"),
            ("https://a.example/jwks#secret", "https://a.example/jwks#***"),
            ("https://a.example/jwks?user=a@b&token=secret", "https://a.example/jwks?***"),
            ("https://user:p@a.example/jwks?token=secret", "https://***@a.example/jwks?***"),
            ("https://a.example/?", "https://a.example/?***"),
        ] {
            assert_eq!(without_credentials(url), expected);
        }
    }

    #[test]
    fn an_issuer_has_no_query_and_no_fragment() {
        for issuer in ["https://a.example/?x=1", "https://a.example/#x"] {
            assert_eq!(check_issuer(issuer, false).map(drop), Err(UrlFault::QueryOrFragment), "{issuer}");
        }
        assert!(check_issuer("https://a.example/tenant/", false).is_ok());
    }

    #[test]
    fn an_issuer_is_no_document_and_may_be_http_next_to_a_jwks_url_alone() {
        for (issuer, fault) in [
            ("https://a.example/.well-known/openid-configuration", UrlFault::WellKnown),
            ("https://a.example/.well-known/oauth-authorization-server/tenant", UrlFault::WellKnown),
            ("https://a.example/tenant/.well-known/jwks.json", UrlFault::WellKnown),
            ("http://adfs.example.com/adfs/services/trust", UrlFault::InsecureIssuer),
        ] {
            assert_eq!(check_issuer(issuer, false).map(drop), Err(fault), "{issuer}");
        }
    }
}
