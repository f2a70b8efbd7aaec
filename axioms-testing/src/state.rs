//! An issuer's settings and its log, shared by the test and the threads that serve.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io;
use std::net::{SocketAddr, TcpStream};
#[cfg(feature = "tls")]
use std::sync::Arc;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use serde_json::{Value, json};

use super::behaviour::{self, Behaviour, Pause};
use super::stream::Stream;
use super::{Endpoint, SigningKey};

/// Everything that a test can change while the issuer runs.
#[derive(Debug, Default)]
pub(super) struct State {
    /// Every key of the issuer, oldest first. A withdrawn key can still sign.
    pub(super) keys: Vec<SigningKey>,
    /// The keys of the key set.
    pub(super) published: Vec<Value>,
    /// The text served instead of the key set.
    pub(super) replacement: Option<String>,
    /// Headers of a document, which replace the default ones.
    pub(super) headers: HashMap<Endpoint, HeaderMap>,
    pub(super) behaviours: HashMap<Endpoint, Behaviour>,
    pub(super) requests: Vec<Request<()>>,
    /// The number of requests for the key set.
    pub(super) fetches: usize,
    /// The number of holds that delay requests for the key set.
    pub(super) holds: usize,
    /// The TLS configuration of connections; `None` for plain HTTP.
    #[cfg(feature = "tls")]
    pub(super) tls: Option<Arc<rustls::ServerConfig>>,
    pub(super) stopped: bool,
}

impl State {
    /// The key set as served.
    pub(super) fn jwks(&self) -> String {
        self.replacement.clone().unwrap_or_else(|| json!({ "keys": self.published }).to_string())
    }
}

/// The state, with a way to wait for its changes.
#[derive(Debug)]
pub(super) struct Shared {
    /// `http` or `https`, also while connections use the other.
    scheme: &'static str,
    address: SocketAddr,
    /// The path of the issuer's identifier.
    path: String,
    state: Mutex<State>,
    changed: Condvar,
}

impl Shared {
    pub(super) fn new(address: SocketAddr, path: String, state: State) -> Self {
        #[cfg(feature = "tls")]
        let scheme = if state.tls.is_some() { "https" } else { "http" };
        #[cfg(not(feature = "tls"))]
        let scheme = "http";
        Self { scheme, address, path, state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The issuer identifier.
    pub(super) fn issuer(&self) -> String {
        format!("{}://{}{}", self.scheme, self.address, self.path)
    }

    pub(super) fn jwks_url(&self) -> String {
        format!("{}://{}{}", self.scheme, self.address, Endpoint::Jwks.path(&self.path))
    }

    /// Authorization server metadata: the members that a resource server reads, and those that RFC
    /// 8414 section 2 and OpenID Connect Discovery section 3 require.
    pub(super) fn metadata(&self) -> Value {
        json!({
            "issuer": self.issuer(),
            "jwks_uri": self.jwks_url(),
            "authorization_endpoint": format!("{}/authorize", self.issuer()),
            "token_endpoint": format!("{}/token", self.issuer()),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
        })
    }

    /// Locks the state. A test that panicked with the lock does not make the others fail.
    pub(super) fn read(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and wakes the threads that wait for it.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let outcome = change(&mut self.read());
        self.changed.notify_all();
        outcome
    }

    /// Waits while `condition` holds, for at most `limit`. Returns whether it no longer holds.
    pub(super) fn wait_while(&self, limit: Duration, condition: impl FnMut(&mut State) -> bool) -> bool {
        let outcome = self.changed.wait_timeout_while(self.read(), limit, condition);
        !outcome.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Whether the issuer's addresses are https.
    #[cfg(feature = "tls")]
    pub(super) fn is_https(&self) -> bool {
        self.scheme == "https"
    }

    /// Wraps a new connection in TLS or leaves it plain.
    #[cfg_attr(
        not(feature = "tls"),
        allow(clippy::unused_self, reason = "without TLS, it does not read the state")
    )]
    pub(super) fn secure(&self, socket: TcpStream) -> Stream {
        #[cfg(feature = "tls")]
        if let Some(config) = self.read().tls.clone() {
            return Stream::tls(socket, config);
        }
        Stream::Plain(socket)
    }

    /// Serves one request: logs it, delays it during a hold, and answers with the endpoint's
    /// behaviour.
    pub(super) fn serve(&self, request: &Request<()>, stream: &mut Stream) -> io::Result<()> {
        let endpoint = Endpoint::at(request.uri().path(), &self.path);
        self.change(|state| {
            state.requests.push(request.clone());
            state.fetches += usize::from(endpoint == Some(Endpoint::Jwks));
        });
        let Some(endpoint) = endpoint.filter(|_| request.method() == Method::GET) else {
            return Behaviour::Normal.answer(&behaviour::status(StatusCode::NOT_FOUND), stream, self);
        };
        if endpoint == Endpoint::Jwks {
            self.wait_for_release();
        }
        let behaviour = self.read().behaviours.get(&endpoint).cloned().unwrap_or_default();
        let mut good = match endpoint {
            Endpoint::Jwks => key_set(&self.read(), request),
            Endpoint::OpenIdConfiguration
            | Endpoint::AuthorizationServer
            | Endpoint::InsertedOpenIdConfiguration => {
                behaviour::json(self.metadata().to_string().into_bytes())
            }
        };
        if let Some(headers) = self.read().headers.get(&endpoint) {
            good.headers_mut().extend(headers.clone());
        }
        behaviour.answer(&good, stream, self)
    }

    fn wait_for_release(&self) {
        let held = |state: &mut State| state.holds > 0 && !state.stopped;
        drop(self.changed.wait_while(self.read(), held).unwrap_or_else(PoisonError::into_inner));
    }
}

impl Pause for Shared {
    fn pause(&self, duration: Duration) -> bool {
        !self.wait_while(duration, |state| !state.stopped)
    }
}

/// The key set with its validator, or 304 if the client has this version (RFC 9110 section 13.1.2).
fn key_set(state: &State, request: &Request<()>) -> Response<Vec<u8>> {
    let text = state.jwks();
    let set = state.headers.get(&Endpoint::Jwks).and_then(|headers| headers.get(header::ETAG));
    let etag = set.cloned().unwrap_or_else(|| etag(&text));
    let known = request.headers().get(header::IF_NONE_MATCH) == Some(&etag);
    let mut response =
        if known { behaviour::status(StatusCode::NOT_MODIFIED) } else { behaviour::json(text.into_bytes()) };
    response.headers_mut().insert(header::ETAG, etag);
    response
}

fn etag(text: &str) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    HeaderValue::from_str(&format!("\"{:x}\"", hasher.finish())).expect("hexadecimal digits fit a header")
}
