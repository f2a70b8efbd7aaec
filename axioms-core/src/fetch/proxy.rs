//! Chooses the proxy of a request from the environment variables that curl reads, by curl's rules.
//! They are read once for each client.

use std::net::IpAddr;

use http::Uri;
use http::uri::Scheme;
use ureq::Proxy;

use super::reach::{self, Reach};
use super::url;

/// Why a proxy named by a variable cannot be used. Messages never contain the value, which may
/// contain a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ProxyFault {
    #[error(
        "{variable} names a proxy of the scheme {scheme:?}, which is not supported; name one of \
            http or https, or list the host in NO_PROXY"
    )]
    Scheme { variable: &'static str, scheme: String },
    #[error(
        "{variable} is not the URL of a proxy, such as http://proxy.example.com:3128; correct it, \
            or list the host in NO_PROXY"
    )]
    Malformed { variable: &'static str },
}

/// The proxies of the environment.
#[derive(Debug, Clone, Default)]
pub(crate) struct Proxies {
    http: Option<Result<NamedProxy, ProxyFault>>,
    https: Option<Result<NamedProxy, ProxyFault>>,
    exempt: String,
}

/// A proxy and its name in messages.
#[derive(Debug, Clone)]
pub(crate) struct NamedProxy {
    pub(crate) proxy: Proxy,
    /// The proxy's URL without credentials, and the variable that names it.
    pub(crate) shown: String,
}

impl Proxies {
    pub(crate) fn from_env() -> Self {
        Self::read(|name| Some(std::env::var_os(name)?.to_string_lossy().into_owned()))
    }

    /// The lower-case name of a variable takes precedence. An empty variable counts as absent.
    pub(crate) fn read(variable: impl Fn(&str) -> Option<String>) -> Self {
        let first = |names: &[&'static str]| {
            names
                .iter()
                .find_map(|name| Some((*name, variable(name).filter(|value| !value.trim().is_empty())?)))
        };
        // A CGI server passes the request header `Proxy` as HTTP_PROXY (CVE-2016-5385).
        let http: &[&str] = match variable("REQUEST_METHOD") {
            Some(_) => &["http_proxy", "all_proxy", "ALL_PROXY"],
            None => &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"],
        };
        let https: &[&str] = &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
        let proxy = |names| first(names).map(|(name, value)| NamedProxy::parse(name, &value));
        let exempt = first(&["no_proxy", "NO_PROXY"]).map_or_else(String::new, |(_, value)| value);
        Self { http: proxy(http), https: proxy(https), exempt }
    }

    /// Returns the proxy for a URL; `None` if the host is contacted directly, as every loopback
    /// host is.
    pub(crate) fn of(&self, uri: &Uri) -> Result<Option<&NamedProxy>, ProxyFault> {
        let proxy = if uri.scheme() == Some(&Scheme::HTTPS) { &self.https } else { &self.http };
        let host = uri.host().unwrap_or_default();
        match proxy {
            Some(proxy) if !is_this_machine(host) && !is_exempt(host, &self.exempt) => {
                proxy.as_ref().map(Some).map_err(ProxyFault::clone)
            }
            _ => Ok(None),
        }
    }
}

impl NamedProxy {
    fn parse(variable: &'static str, value: &str) -> Result<Self, ProxyFault> {
        let malformed = ProxyFault::Malformed { variable };
        let (scheme, rest) = value.trim().split_once("://").unwrap_or(("http", value.trim()));
        let scheme = scheme.to_ascii_lowercase();
        if !url::is_scheme(&scheme) {
            return Err(malformed);
        }
        if !matches!(scheme.as_str(), "http" | "https") {
            return Err(ProxyFault::Scheme { variable, scheme });
        }
        // If a password contains a slash, its first part is taken for the host, and the path has
        // the `@`.
        let (authority, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        if !matches!(path, "" | "/") || url::check_authority(host).is_err() {
            return Err(malformed);
        }
        let proxy = Proxy::new(&format!("{scheme}://{authority}")).map_err(|_| malformed)?;
        Ok(Self { proxy, shown: format!("{scheme}://{host} of {variable}") })
    }
}

/// Whether the host is this machine. A connection to the unspecified address also reaches this
/// machine.
fn is_this_machine(host: &str) -> bool {
    let ends_here = |address: IpAddr| address.is_unspecified() || address.is_loopback();
    reach::reach(host) == Reach::Loopback
        || reach::address(host).is_some_and(|address| ends_here(address.to_canonical()))
}

/// Whether `NO_PROXY` lists the host. Entries are separated by commas or white space. Each is a
/// domain, which includes its subdomains, an address, or a block of addresses in CIDR notation. `*`
/// alone lists every host.
fn is_exempt(host: &str, exempt: &str) -> bool {
    let mut entries =
        exempt.split(|c: char| c == ',' || c.is_ascii_whitespace()).filter(|entry| !entry.is_empty());
    if exempt.trim() == "*" {
        return true;
    }
    match reach::address(host) {
        Some(address) => entries.any(|entry| covers(entry, address)),
        None => entries.any(|entry| {
            let entry = entry.strip_suffix('.').unwrap_or(entry);
            let domain = entry.strip_prefix('.').unwrap_or(entry);
            !domain.is_empty() && reach::is_below(host, domain)
        }),
    }
}

/// Whether an entry is this address, or a block that contains it.
fn covers(entry: &str, wanted: IpAddr) -> bool {
    match entry.split_once('/') {
        Some((block, bits)) => match (reach::address(block), bits.parse()) {
            (Some(block), Ok(bits)) => reach::is_within(wanted, block, bits),
            _ => false,
        },
        None => reach::address(entry) == Some(wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names and values of variables.
    type Variables<'a> = &'a [(&'a str, &'a str)];

    const PUBLIC: &str = "https://issuer.example.com/jwks";

    /// The name of the proxy for the URL, with these variables in the environment.
    fn proxy_of(url: &str, variables: Variables<'_>) -> Result<Option<String>, ProxyFault> {
        let read = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let chosen = Proxies::read(read).of(&url.parse().unwrap())?.map(|proxy| proxy.shown.clone());
        Ok(chosen)
    }

    #[test]
    fn the_variables_are_those_of_curl() {
        let rows: [(&str, Variables<'_>, Option<&str>); 15] = [
            (PUBLIC, &[], None),
            (PUBLIC, &[("HTTPS_PROXY", "http://p:1")], Some("http://p:1 of HTTPS_PROXY")),
            (PUBLIC, &[("HTTPS_PROXY", "HTTPS://p")], Some("https://p of HTTPS_PROXY")),
            (PUBLIC, &[("HTTPS_PROXY", "p.example:3128/")], Some("http://p.example:3128 of HTTPS_PROXY")),
            (PUBLIC, &[("HTTPS_PROXY", "http://[::1]:1")], Some("http://[::1]:1 of HTTPS_PROXY")),
            (
                PUBLIC,
                &[("HTTPS_PROXY", "http://a"), ("https_proxy", "http://b")],
                Some("http://b of https_proxy"),
            ),
            (
                PUBLIC,
                &[("HTTPS_PROXY", "http://a"), ("ALL_PROXY", "http://b")],
                Some("http://a of HTTPS_PROXY"),
            ),
            (PUBLIC, &[("HTTPS_PROXY", ""), ("ALL_PROXY", "http://b")], Some("http://b of ALL_PROXY")),
            (PUBLIC, &[("all_proxy", "http://a"), ("ALL_PROXY", "http://b")], Some("http://a of all_proxy")),
            (PUBLIC, &[("HTTP_PROXY", "http://a")], None),
            ("http://issuer.internal", &[("HTTPS_PROXY", "http://a")], None),
            ("http://issuer.internal", &[("HTTP_PROXY", "http://a")], Some("http://a of HTTP_PROXY")),
            ("http://issuer.internal", &[("HTTP_PROXY", "http://a"), ("REQUEST_METHOD", "GET")], None),
            (
                "http://issuer.internal",
                &[("http_proxy", "http://a"), ("REQUEST_METHOD", "GET")],
                Some("http://a of http_proxy"),
            ),
            (PUBLIC, &[("HTTPS_PROXY", "http://u:p%40ss@p:1")], Some("http://p:1 of HTTPS_PROXY")),
        ];
        for (url, variables, expected) in rows {
            assert_eq!(proxy_of(url, variables).unwrap().as_deref(), expected, "{url} {variables:?}");
        }
    }

    #[test]
    fn p2_loopback_is_always_contacted_directly() {
        let variables = [
            ("HTTPS_PROXY", "http://p:1"),
            ("HTTP_PROXY", "http://p:1"),
            ("ALL_PROXY", "socks5://p:1"),
            ("NO_PROXY", "elsewhere.example"),
        ];
        for host in [
            "localhost",
            "LOCALHOST",
            "localhost.",
            "keycloak.localhost",
            "127.0.0.1",
            "127.1.2.3",
            "[::1]",
            "0.0.0.0",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[::ffff:0.0.0.0]",
            "[::ffff:0:0]",
            "ip6-localhost",
        ] {
            for scheme in ["http", "https"] {
                let url = format!("{scheme}://{host}:8080/jwks");
                assert_eq!(proxy_of(&url, &variables), Ok(None), "{url}");
            }
        }
        for host in ["localhost.example.com", "mylocalhost", "128.0.0.1", "[::2]"] {
            assert_ne!(proxy_of(&format!("https://{host}/"), &variables), Ok(None), "{host}");
        }
    }

    #[test]
    fn an_unusable_proxy_is_an_error_that_names_the_variable_and_shows_no_password() {
        for (value, words) in [
            ("socks5://user:secret@p:1080", "the scheme \"socks5\""),
            ("socks5h://p:1080", "the scheme \"socks5h\""),
            ("SOCKS4://p:1080", "the scheme \"socks4\""),
            ("ftp://p", "the scheme \"ftp\""),
            ("user:secret://p", "the URL of a proxy"),
            ("http://", "the URL of a proxy"),
            ("http://user:secret@", "the URL of a proxy"),
            ("http://user:secret@p:99999", "the URL of a proxy"),
            ("http://user:secret@p:80a", "the URL of a proxy"),
            ("http://user:sec/ret@p:80", "the URL of a proxy"),
            ("http://user:1/secret@p:80", "the URL of a proxy"),
            ("http://p:80/path", "the URL of a proxy"),
            ("http://user:se cret@p", "the URL of a proxy"),
        ] {
            let error = proxy_of(PUBLIC, &[("HTTPS_PROXY", value)]).unwrap_err().to_string();
            assert!(error.contains(words) && error.contains("HTTPS_PROXY"), "{value}: {error}");
            assert!(!error.contains("secret") && !error.contains("user"), "{value}: {error}");
            let exempt = [("HTTPS_PROXY", value), ("NO_PROXY", "example.com")];
            assert_eq!(
                proxy_of(PUBLIC, &exempt),
                Ok(None),
                "{value}: a proxy that is not used is not an error"
            );
        }
    }

    #[test]
    fn no_proxy_is_read_as_curl_reads_it() {
        let rows: [(&str, &str, bool); 45] = [
            ("issuer.example.com", "*", true),
            ("issuer.example.com", " * ", true),
            ("10.1.2.3", "*", true),
            ("issuer.example.com", "", false),
            ("issuer.example.com", ",, ,", false),
            ("issuer.example.com", "issuer.example.com", true),
            ("issuer.example.com", "ISSUER.example.COM", true),
            ("issuer.example.com.", "issuer.example.com", true),
            ("issuer.example.com", "issuer.example.com.", true),
            ("issuer.example.com", "example.com", true),
            ("issuer.example.com", ".example.com", true),
            ("example.com", ".example.com", true),
            ("example.com", "issuer.example.com", false),
            ("notexample.com", "example.com", false),
            ("notexample.com", ".example.com", false),
            ("issuer.example.com", ".", false),
            ("issuer.example.com", "com", true),
            ("issuer.example.com", "*.example.com", false),
            ("issuer.example.com", "a.example,example.com", true),
            ("issuer.example.com", "a.example example.com", true),
            ("issuer.example.com", "a.example , \texample.com ", true),
            ("issuer.example.com", "a.example, b.example", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("10.1.2.3", "10.1.2.4", false),
            ("10.1.2.3", "2.3", false),
            ("10.1.2.3", ".3", false),
            ("10.1.2.3", "10.0.0.0/8", true),
            ("10.1.2.3", "10.1.2.2/31", true),
            ("10.1.2.3", "10.1.2.4/31", false),
            ("10.1.2.3", "10.1.2.3/32", true),
            ("10.1.2.3", "192.168.0.0/16 10.0.0.0/8", true),
            ("11.1.2.3", "10.0.0.0/8", false),
            ("10.1.2.3", "10.0.0.0/33", false),
            ("10.1.2.3", "10.0.0.0/x", false),
            ("10.1.2.3", "10.0.0.0/", false),
            ("10.1.2.3", "0.0.0.0/0", true),
            ("10.1.2.3", "::/0", false),
            ("issuer.example.com", "0.0.0.0/0", false),
            ("[2001:db8::1]", "2001:db8::1", true),
            ("[2001:db8::1]", "[2001:db8::1]", true),
            ("[2001:db8::1]", "2001:DB8:0::1", true),
            ("[2001:db8::1]", "2001:db8::/32", true),
            ("[2001:db8::1]", "2001:db9::/32", false),
            ("[2001:db8::1]", "2001:db8::/129", false),
            ("[2001:db8::1]", "0.0.0.0/0", false),
        ];
        for (host, exempt, expected) in rows {
            assert_eq!(is_exempt(host, exempt), expected, "{host} {exempt:?}");
        }
        let lower = [("https_proxy", "http://p"), ("no_proxy", "example.com"), ("NO_PROXY", "other.example")];
        assert_eq!(proxy_of(PUBLIC, &lower), Ok(None));
    }
}
