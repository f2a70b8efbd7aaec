//! One HTTP GET of a small JSON document, against a server that may be slow, broken or hostile.

use std::io::Read as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::header::{ACCEPT, CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, Response, StatusCode};
use rustls::crypto::CryptoProvider;
use ureq::config::ConfigBuilder;
#[cfg(feature = "doctor")]
use ureq::middleware::MiddlewareNext;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::typestate::AgentScope;
use ureq::{Agent, Body};

use super::document::DocumentError;
use super::tls::TlsFault;

/// The longest that one attempt to get the keys may take: discovery, connecting, headers and the last byte of the body.
pub(crate) const DEADLINE: Duration = Duration::from_secs(5);
/// The longest body that is read. Ten keys with certificate chains take some 40 KiB.
const MAX_BODY_BYTES: u64 = 256 * 1024;

/// Why the keys could not be fetched. Text for a log: it names what to look at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("no complete answer within {} s", DEADLINE.as_secs())]
    Deadline,
    #[error("the answer is longer than 256 KiB")]
    TooLarge,
    #[error("the answer is {0}; 200 is expected, and redirects are not followed")]
    Status(StatusCode),
    #[error("the request failed: {0}")]
    Http(String),
    #[error("{0}")]
    Tls(TlsFault),
    #[error("{0}")]
    Document(#[from] DocumentError),
    #[error(
        "the issuer's metadata names the issuer {found:?}, and {expected:?} is configured; they must be equal byte for byte, a final slash included"
    )]
    OtherIssuer { found: String, expected: String },
    #[error("the issuer's metadata names the JWK Set URL {0:?}, which is not https")]
    InsecureJwksUri(String),
    #[error(
        "the fetch panicked, in a tracing subscriber that it calls or by a bug of Axioms; stderr has the message of the panic"
    )]
    Panicked,
    #[error(
        "the thread of a fetch does not end: something that it calls hangs, such as a tracing subscriber or a metrics recorder; a thread dump shows what `axioms-fetch` waits for"
    )]
    Hung,
    #[error("no thread could be started ({0}): raise the limit on threads of this process or container")]
    NoThread(String),
}

/// How the client knows a server that it may talk to.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    pub(crate) roots: RootCerts,
    /// What TLS is made of; without it there is only http.
    pub(crate) crypto: Option<Arc<CryptoProvider>>,
}

/// A blocking HTTP client that follows no redirect and reads no endless body.
#[derive(Debug)]
pub(crate) struct Client(Agent);

/// An answer worth reading.
#[derive(Debug)]
pub(crate) enum Answer {
    /// 200.
    Document(Fetched),
    /// 304: what the `ETag` stood for is still current.
    NotModified { max_age: Option<Duration> },
}

#[derive(Debug)]
pub(crate) struct Fetched {
    pub(crate) body: Vec<u8>,
    pub(crate) etag: Option<String>,
    pub(crate) max_age: Option<Duration>,
}

impl Client {
    pub(crate) fn new(trust: Trust) -> Self {
        Self(config(trust).build().new_agent())
    }

    /// A client whose `watch` sees the headers of every answer, whatever its status.
    #[cfg(feature = "doctor")]
    pub(crate) fn watched(trust: Trust, watch: impl Fn(&HeaderMap) + Send + Sync + 'static) -> Self {
        let watching = move |request: http::Request<ureq::SendBody<'_>>, next: MiddlewareNext<'_>| {
            next.handle(request).inspect(|response| watch(response.headers()))
        };
        Self(config(trust).middleware(watching).build().new_agent())
    }

    /// Gets `url`, all of it before `deadline`.
    pub(crate) fn get(&self, url: &str, etag: Option<&str>, deadline: Instant) -> Result<Answer, FetchError> {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(FetchError::Deadline);
        }
        let mut request = self.0.get(url).header(ACCEPT, "application/json");
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let response = request.config().timeout_global(Some(left)).build().call().map_err(told)?;
        match response.status() {
            StatusCode::OK => read(response).map(Answer::Document),
            StatusCode::NOT_MODIFIED if etag.is_some() => {
                Ok(Answer::NotModified { max_age: max_age(response.headers()) })
            }
            status => Err(FetchError::Status(status)),
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
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        // Enough for the longest head of an answer that ureq takes, and for any request made here.
        .input_buffer_size(64 * 1024)
        .output_buffer_size(8 * 1024)
        .accept_encoding("identity")
        .user_agent(concat!("axioms/", env!("CARGO_PKG_VERSION")))
}

fn read(response: Response<Body>) -> Result<Fetched, FetchError> {
    let max_age = max_age(response.headers());
    let etag = response.headers().get(ETAG).and_then(|etag| etag.to_str().ok()).map(str::to_owned);
    // The cap is on what comes out of the reader, so that it holds where a program's other crates have taught the
    // client to unpack.
    let mut body = Vec::new();
    let mut reader = response.into_body().into_reader().take(MAX_BODY_BYTES + 1);
    reader.read_to_end(&mut body).map_err(|error| told(error.into()))?;
    if reader.limit() == 0 { Err(FetchError::TooLarge) } else { Ok(Fetched { body, etag, max_age }) }
}

fn told(error: ureq::Error) -> FetchError {
    if let Some(fault) = TlsFault::of(&error) {
        return FetchError::Tls(fault);
    }
    match error {
        ureq::Error::Timeout(_) => FetchError::Deadline,
        ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::TimedOut => FetchError::Deadline,
        other => FetchError::Http(other.to_string()),
    }
}

/// `max-age` of `Cache-Control` (RFC 9111 section 5.2.2.1); `no-cache` and `no-store` count as zero, and what cannot be
/// read as absent.
fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let directives = headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    directives.flat_map(|value| value.split(',')).find_map(|directive| {
        let directive = directive.trim().to_ascii_lowercase();
        match directive.strip_prefix("max-age=") {
            Some(seconds) => seconds.trim_matches('"').parse().ok().map(Duration::from_secs),
            None => matches!(directive.as_str(), "no-cache" | "no-store").then_some(Duration::ZERO),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cache_control_is_read_and_garbage_ignored() {
        let rows = [
            ("max-age=300", Some(300)),
            ("public, max-age=19845, must-revalidate, no-transform", Some(19845)),
            ("Max-Age=\"60\"", Some(60)),
            ("no-cache", Some(0)),
            ("max-age=-1", None),
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
