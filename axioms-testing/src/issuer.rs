//! [`TestIssuer`]: an authorization server for tests.

mod builder;
mod traffic;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axioms_core::{Algorithm, Clock};
pub use builder::TestIssuerBuilder;
use http::{HeaderName, HeaderValue};
use serde_json::Value;
pub use traffic::Hold;

#[cfg(feature = "tls")]
use super::ServerCertificate;
use super::server::Server;
use super::state::{Shared, State};
use super::tokens::newest;
use super::{Behaviour, Endpoint, SigningKey, TokenBuilder};

/// An authorization server on a loopback port, with a key for every algorithm.
///
/// It serves metadata and its key set, issues tokens, and can simulate at run time what real
/// issuers do: rotate keys, fail, stall, and send malformed answers. It stops when it is dropped.
///
/// # Examples
/// Rotating keys and withdrawing the old one:
/// ```
/// use axioms_core::Algorithm;
/// use axioms_testing::TestIssuer;
///
/// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
/// let old = issuer.key(Algorithm::ES256);
/// let kid = issuer.rotate(Algorithm::ES256);
/// issuer.withdraw(old.kid());
///
/// let fresh = issuer.token().sign(); // Signed under `kid`.
/// let stale = issuer.token().signed_with(&old).sign(); // Its key is no longer in the set.
/// ```
///
/// An outage:
/// ```
/// use axioms_core::http::StatusCode;
/// use axioms_testing::{Behaviour, Endpoint, TestIssuer};
/// # use axioms_core::Algorithm;
///
/// # let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
/// issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
/// issuer.behave(Endpoint::Jwks, Behaviour::Normal);
/// ```
pub struct TestIssuer {
    url: String,
    default_algorithm: Algorithm,
    clock: Arc<dyn Clock>,
    shared: Arc<Shared>,
    server: Server,
}

impl TestIssuer {
    /// Starts an issuer with a key for every algorithm, on the machine's clock.
    ///
    /// # Panics
    /// If no loopback port is free.
    #[must_use]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Returns a builder that sets algorithms, clock, path and TLS.
    #[must_use]
    pub fn builder() -> TestIssuerBuilder {
        TestIssuerBuilder::default()
    }

    /// The issuer identifier: the value of `iss`, with which a validator is configured. It has no
    /// trailing slash, unless [`TestIssuerBuilder::path`] has one.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The URL of the key set.
    #[must_use]
    pub fn jwks_url(&self) -> String {
        self.shared.jwks_url()
    }

    /// The address that the issuer listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The clock for the times of tokens. Pass it to the validator too, so that both agree on the
    /// time.
    ///
    /// # Examples
    /// ```
    /// use std::time::Duration;
    /// use axioms_core::{Algorithm, Validator};
    /// use axioms_testing::{AUDIENCE, TestClock, TestIssuer};
    ///
    /// let clock = TestClock::new();
    /// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    /// let validator =
    ///     Validator::builder().issuer(issuer.url()).audience(AUDIENCE).clock(issuer.clock()).build()?;
    ///
    /// let token = issuer.token().sign();
    /// assert!(validator.validate(&token).is_ok());
    /// clock.advance(Duration::from_secs(3600));
    /// assert!(validator.validate(&token).is_err());
    /// # Ok::<(), axioms_core::BuildError>(())
    /// ```
    #[must_use]
    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    /// Starts a valid token, signed with the newest key of the first algorithm.
    #[must_use]
    pub fn token(&self) -> TokenBuilder {
        let keys = self.keys();
        let key = newest(&keys, self.default_algorithm);
        TokenBuilder::new(&self.url, key, keys, self.clock())
    }

    /// Every key that the issuer has had, oldest first, including withdrawn keys.
    #[must_use]
    pub fn keys(&self) -> Vec<SigningKey> {
        self.shared.read().keys.clone()
    }

    /// The newest key for an algorithm.
    ///
    /// # Panics
    /// If the issuer has none.
    #[must_use]
    pub fn key(&self, algorithm: Algorithm) -> SigningKey {
        newest(&self.keys(), algorithm)
    }

    /// Adds a new key, publishes it, and signs with it from now on; returns its id. Older keys stay
    /// published until they are withdrawn, as at real issuers.
    #[allow(clippy::must_use_candidate, reason = "callers may need only the rotation, not the id")]
    pub fn rotate(&self, algorithm: Algorithm) -> String {
        let key = SigningKey::generate(algorithm);
        let kid = key.kid().to_owned();
        self.shared.change(|state| publish(state, key));
        kid
    }

    /// Removes every key with this id from the key set. The key can still sign, to test that such
    /// tokens are refused.
    ///
    /// # Panics
    /// If no such key is published.
    pub fn withdraw(&self, kid: &str) {
        self.shared.change(|state| {
            let before = state.published.len();
            state.published.retain(|jwk| jwk["kid"] != kid);
            assert!(state.published.len() < before, "the key set has no key {kid:?} to withdraw");
        });
    }

    /// Adds any JSON value to the keys: a malformed key, a symmetric one, or a second one with the
    /// same id.
    ///
    /// # Examples
    /// One key under two ids:
    /// ```
    /// use axioms_core::Algorithm;
    /// use axioms_testing::TestIssuer;
    ///
    /// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    /// let twin = issuer.key(Algorithm::ES256).with_kid("twin");
    /// issuer.add_jwk(twin.public_jwk());
    /// let token = issuer.token().signed_with(&twin).sign();
    /// ```
    pub fn add_jwk(&self, jwk: impl Into<Value>) {
        self.shared.change(|state| state.published.push(jwk.into()));
    }

    /// Serves exactly this text as the key set from now on, even if keys are added, withdrawn or
    /// rotated.
    pub fn set_jwks(&self, text: impl Into<String>) {
        self.shared.change(|state| state.replacement = Some(text.into()));
    }

    /// The key set, as it is served.
    #[must_use]
    pub fn jwks(&self) -> String {
        self.shared.read().jwks()
    }

    /// The metadata, the same at every well-known URL. To serve a changed document, use
    /// [`Behaviour::Body`].
    ///
    /// # Examples
    /// Metadata of another issuer:
    /// ```
    /// use axioms_core::Algorithm;
    /// use axioms_testing::{Behaviour, Endpoint, TestIssuer};
    ///
    /// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    /// let mut metadata = issuer.metadata();
    /// metadata["issuer"] = "https://other.example.com".into();
    /// issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Body(metadata.to_string().into_bytes()));
    /// ```
    #[must_use]
    pub fn metadata(&self) -> Value {
        self.shared.metadata()
    }

    /// Sets how an endpoint answers from now on. Answers in progress are not affected.
    pub fn behave(&self, endpoint: Endpoint, behaviour: Behaviour) {
        self.shared.change(|state| state.behaviours.insert(endpoint, behaviour));
    }

    /// Sends this header with a document from now on, replacing one with the same name. An `ETag`
    /// of the key set is also compared: a request that sends it back is answered 304, even if the
    /// key set has changed.
    ///
    /// # Panics
    /// If the name or the value is not valid in a header.
    ///
    /// # Examples
    /// Keys that are fresh for a minute:
    /// ```
    /// use axioms_core::Algorithm;
    /// use axioms_testing::{Endpoint, TestIssuer};
    ///
    /// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    /// issuer.set_header(Endpoint::Jwks, "Cache-Control", "max-age=60");
    /// ```
    pub fn set_header(&self, endpoint: Endpoint, name: &str, value: &str) {
        let name: HeaderName = name.parse().expect("the name of a header is a token");
        let value = HeaderValue::from_str(value).expect("the value of a header is visible ASCII");
        self.shared.change(|state| state.headers.entry(endpoint).or_default().insert(name, value));
    }

    /// Serves https with this certificate, valid or not, from now on.
    ///
    /// # Panics
    /// If the issuer was not started with [`TestIssuerBuilder::tls`], because its URLs are then
    /// http.
    #[cfg(feature = "tls")]
    pub fn present(&self, certificate: &ServerCertificate) {
        self.set_tls(Some(certificate.server_config()));
    }

    /// Answers in plain HTTP at the same https URL from now on, as behind a misconfigured proxy,
    /// until [`TestIssuer::present`] is called.
    ///
    /// # Panics
    /// As [`TestIssuer::present`].
    #[cfg(feature = "tls")]
    pub fn stop_tls(&self) {
        self.set_tls(None);
    }

    #[cfg(feature = "tls")]
    fn set_tls(&self, config: Option<Arc<rustls::ServerConfig>>) {
        assert!(self.shared.is_https(), "the issuer serves http; start it with `TestIssuerBuilder::tls`");
        self.shared.change(|state| state.tls = config);
    }
}

impl Drop for TestIssuer {
    fn drop(&mut self) {
        // Ends holds, delays and hangs. The server is dropped next and closes the connections.
        self.shared.change(|state| state.stopped = true);
    }
}

impl fmt::Debug for TestIssuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestIssuer").field("url", &self.url).finish_non_exhaustive()
    }
}

fn publish(state: &mut State, key: SigningKey) {
    state.published.push(key.public_jwk());
    state.keys.push(key);
}

#[cfg(test)]
mod tests;
