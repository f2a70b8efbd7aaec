//! An HTTP GET of a small JSON document from a server that may be slow, broken or hostile.

use std::io::Read as _;
use std::time::{Duration, Instant};

use http::header::{ACCEPT, CACHE_CONTROL, CONTENT_ENCODING, ETAG, IF_NONE_MATCH};
use http::uri::Scheme;
use http::{HeaderMap, Response, StatusCode, Uri};
use ureq::config::{Config, ConfigBuilder};
#[cfg(feature = "doctor")]
use ureq::middleware::MiddlewareNext;
use ureq::tls::TlsConfig;
use ureq::typestate::AgentScope;
use ureq::{Agent, Body, ProxyProtocol};

use super::connect;
use super::error::{FetchError, FetchFault, Target};
use super::limits::{MAX_BODY_BYTES, MAX_ETAG_BYTES};
use super::proxy::{NamedProxy, Proxies};
use super::trust::Trust;
use crate::crypto::tls::TlsFault;

/// A blocking HTTP client that follows no redirects and limits the length of the body.
#[derive(Debug)]
pub(crate) struct Client {
    config: Config,
    has_tls: bool,
    proxies: Proxies,
}

/// A successful answer.
#[derive(Debug)]
pub(crate) enum Answer {
    /// 200.
    Representation(Representation),
    /// 304: the document with the sent `ETag` is still current.
    NotModified { max_age: Option<Duration> },
}

/// The served document (RFC 9110 section 8).
#[derive(Debug)]
pub(crate) struct Representation {
    pub(crate) body: Vec<u8>,
    pub(crate) etag: Option<String>,
    pub(crate) max_age: Option<Duration>,
}

impl Client {
    /// Creates a client that uses the proxies of the environment.
    pub(crate) fn new(trust: Trust) -> Self {
        Self::with(trust, Proxies::from_env(), |config| config)
    }

    /// Creates a client that calls `watch` with the headers of every answer, of any status.
    #[cfg(feature = "doctor")]
    pub(crate) fn watched(trust: Trust, watch: impl Fn(&HeaderMap) + Send + Sync + 'static) -> Self {
        let watching = move |request: http::Request<ureq::SendBody<'_>>, next: MiddlewareNext<'_>| {
            next.handle(request).inspect(|response| watch(response.headers()))
        };
        Self::with(trust, Proxies::from_env(), |config| config.middleware(watching))
    }

    fn with(
        trust: Trust,
        proxies: Proxies,
        settings: impl FnOnce(ConfigBuilder<AgentScope>) -> ConfigBuilder<AgentScope>,
    ) -> Self {
        let has_tls = trust.crypto.is_some();
        Self { config: settings(config(trust)).build(), has_tls, proxies }
    }

    /// Gets `url`. The whole answer must arrive before `deadline`.
    pub(crate) fn get(&self, url: &str, etag: Option<&str>, deadline: Instant) -> Result<Answer, FetchError> {
        let parsed = url.parse::<Uri>().map_err(|error| FetchFault::from(ureq::Error::Http(error.into())));
        let uri = parsed.map_err(|fault| FetchError::new(Target::direct(url), fault))?;
        let proxy = self.proxies.of(&uri);
        let proxy = proxy.map_err(|fault| FetchError::new(Target::direct(url), fault.into()))?;
        let target = || Target { proxy: proxy.map(|proxy| proxy.shown.clone()), ..Target::direct(url) };
        self.ask(&uri, proxy, etag, deadline).map_err(|fault| FetchError::new(target(), fault))
    }

    fn ask(
        &self,
        uri: &Uri,
        proxy: Option<&NamedProxy>,
        etag: Option<&str>,
        deadline: Instant,
    ) -> Result<Answer, FetchFault> {
        let proxy = proxy.map(|named| named.proxy.clone());
        let needs_tls = uri.scheme() == Some(&Scheme::HTTPS)
            || proxy.as_ref().is_some_and(|proxy| proxy.protocol() == ProxyProtocol::Https);
        if needs_tls && !self.has_tls {
            return Err(TlsFault::Missing.into());
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(FetchFault::Deadline);
        }
        // Each request has its own agent. After a panic, as in a logger, the locks of an agent are
        // poisoned and it may fail forever, and reusing connections is not worth it.
        let agent =
            Agent::with_parts(self.config.clone(), connect::connector(), connect::HostResolver::default());
        let mut request = agent.get(uri.clone()).header(ACCEPT, "application/jwk-set+json, application/json");
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let response = request.config().timeout_global(Some(left)).proxy(proxy).build().call()?;
        match response.status() {
            StatusCode::OK => read(response).map(Answer::Representation),
            StatusCode::NOT_MODIFIED if etag.is_some() => {
                Ok(Answer::NotModified { max_age: max_age(response.headers()) })
            }
            status => Err(FetchFault::Status(status)),
        }
    }
}

fn config(trust: Trust) -> ConfigBuilder<AgentScope> {
    let mut tls = TlsConfig::builder().root_certs(trust.roots);
    if let Some(provider) = trust.crypto {
        tls = tls.unversioned_rustls_crypto_provider(provider);
    }
    Agent::config_builder()
        .tls_config(tls.build())
        // Set per request, because ureq would use a proxy for requests to loopback too.
        .proxy(None)
        .max_idle_connections(0)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // Enough for the longest response head that ureq accepts, and for any request sent here.
        .input_buffer_size(64 * 1024)
        .output_buffer_size(8 * 1024)
        .accept_encoding("identity")
        .user_agent(concat!("axioms/", env!("CARGO_PKG_VERSION")))
}

fn read(response: Response<Body>) -> Result<Representation, FetchFault> {
    // If another crate enables decompression in ureq, ureq decodes the body and removes this
    // header.
    let encoding = response.headers().get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| !encoding.as_bytes().eq_ignore_ascii_case(b"identity")) {
        return Err(FetchFault::Unreadable("compressed"));
    }
    let max_age = max_age(response.headers());
    let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok());
    let etag = etag.filter(|etag| etag.len() <= MAX_ETAG_BYTES).map(str::to_owned);
    // The limit applies to the decoded body, so it also holds if another crate enables
    // decompression in ureq.
    let mut body = Vec::new();
    let mut reader = response.into_body().into_reader().take(MAX_BODY_BYTES + 1);
    reader.read_to_end(&mut body).map_err(ureq::Error::from)?;
    if reader.limit() == 0 { Err(FetchFault::TooLarge) } else { Ok(Representation { body, etag, max_age }) }
}

/// Returns `max-age` of `Cache-Control` (RFC 9111 section 5.2.2.1), the first that is readable.
/// `no-cache` and `no-store` count as zero, wherever they are.
pub(crate) fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let lines = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut found = None;
    for directive in lines.flat_map(|line| line.split(',')) {
        let directive = directive.trim().to_ascii_lowercase();
        match directive.strip_prefix("max-age=") {
            Some(argument) => found = found.or_else(|| delta_seconds(argument)),
            None if matches!(directive.as_str(), "no-cache" | "no-store") => return Some(Duration::ZERO),
            None => {}
        }
    }
    found
}

/// Digits alone (RFC 9111 section 1.2.2), as a token or as a quoted string.
fn delta_seconds(argument: &str) -> Option<Duration> {
    let quoted = argument.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let digits = Some(quoted.unwrap_or(argument)).filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    digits?.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;
    use std::io::{self, BufRead as _, BufReader, Write as _};
    use std::net::TcpListener;
    use std::sync::Arc;
    use std::thread;

    use ureq::tls::RootCerts;

    use super::*;
    use crate::fetch::DEADLINE;

    fn client() -> Client {
        let trust = Trust { roots: RootCerts::WebPki, crypto: None };
        Client::with(trust, Proxies::default(), |config| config)
    }

    fn get(url: &str) -> Result<Answer, FetchError> {
        client().get(url, None, Instant::now() + DEADLINE)
    }

    #[test]
    fn without_tls_an_https_url_is_an_error_with_a_remedy() {
        let error = get("https://127.0.0.1:9/jwks").unwrap_err();
        assert!(matches!(*error.fault, FetchFault::Tls(TlsFault::Missing)), "{error}");
        assert!(error.to_string().starts_with("https://127.0.0.1:9/jwks: "), "{error}");
        assert!(error.to_string().contains("enable the feature `aws-lc-rs`"), "{error}");
    }

    #[test]
    fn an_error_names_the_url_and_keeps_its_cause() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        drop(listener);
        let error = get(&url).unwrap_err();
        assert!(error.to_string().starts_with(&format!("{url}: the request failed: ")), "{error}");
        let cause = error.source().unwrap().downcast_ref::<Arc<io::Error>>().unwrap();
        assert_eq!(cause.kind(), io::ErrorKind::ConnectionRefused);
    }

    /// Reusing a connection would mean reusing an agent, whose locks may be poisoned by a panic.
    #[test]
    fn each_request_has_a_connection_of_its_own() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/jwks", listener.local_addr().unwrap());
        let serving = thread::spawn(move || {
            for _ in 0..2 {
                let (mut stream, _) = listener.accept().unwrap();
                let mut head = BufReader::new(stream.try_clone().unwrap()).lines();
                while !head.next().unwrap().unwrap().is_empty() {}
                stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}").unwrap();
                // The client closes the connection; the server would keep it open.
                assert!(head.next().is_none());
            }
        });
        let client = client();
        for _ in 0..2 {
            client.get(&url, None, Instant::now() + DEADLINE).unwrap();
        }
        serving.join().unwrap();
    }

    #[test]
    fn cache_control_is_read_and_garbage_ignored() {
        let rows = [
            ("max-age=300", Some(300)),
            ("public, max-age=19845, must-revalidate, no-transform", Some(19845)),
            ("Max-Age=\"60\"", Some(60)),
            ("no-cache", Some(0)),
            ("max-age=300, no-store", Some(0)),
            ("no-cache, max-age=300", Some(0)),
            ("no-cache=\"set-cookie\", max-age=7", Some(7)),
            ("max-age=x, max-age=5", Some(5)),
            ("max-age=10, max-age=20", Some(10)),
            ("max-age=-1", None),
            ("max-age=+5", None),
            ("max-age=\"5", None),
            ("max-age=\"\"5\"\"", None),
            ("max-age=", None),
            ("s-maxage=5", None),
            ("max-age=99999999999999999999999", None),
            ("max-age", None),
            ("public", None),
        ];
        for (value, seconds) in rows {
            let headers = HeaderMap::from_iter([(CACHE_CONTROL, value.parse().unwrap())]);
            assert_eq!(max_age(&headers), seconds.map(Duration::from_secs), "{value}");
        }
    }
}
