//! [`TestIssuer`]: an authorization server that a test owns.

mod builder;
mod traffic;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use axioms_core::{Algorithm, Clock};
pub use builder::TestIssuerBuilder;
use http::HeaderValue;
use serde_json::Value;
pub use traffic::Hold;

#[cfg(feature = "tls")]
use super::ServerCertificate;
use super::server::Server;
use super::state::{Shared, State};
use super::tokens::newest;
use super::{Behaviour, Endpoint, SigningKey, TokenBuilder};

/// An authorization server on a loopback port, with a key of every algorithm.
///
/// It serves discovery and its key set, mints tokens, and does at run time what real issuers do to resource
/// servers: it rotates keys, fails, stalls and answers with rubbish. It stops when dropped.
///
/// # Examples
/// Keys rotate, and the old one goes:
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
    /// An issuer with a key of every algorithm, on the machine's clock.
    ///
    /// # Panics
    /// When no loopback port is free.
    #[must_use]
    pub fn start() -> Self {
        Self::builder().start()
    }

    /// Sets up an issuer: its algorithms, its clock, its path.
    #[must_use]
    pub fn builder() -> TestIssuerBuilder {
        TestIssuerBuilder::default()
    }

    /// The issuer identifier: what `iss` says, and what a validator is configured with. No trailing slash, unless
    /// [`TestIssuerBuilder::path`] has one.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The address of the key set.
    #[must_use]
    pub fn jwks_url(&self) -> String {
        self.shared.jwks_url()
    }

    /// The address that the issuer listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The clock that tokens are minted by. Give it to the validator too, so that both agree on the time.
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

    /// Every key that the issuer has had, oldest first, the withdrawn ones included.
    #[must_use]
    pub fn keys(&self) -> Vec<SigningKey> {
        self.shared.read().keys.clone()
    }

    /// The newest key for an algorithm.
    ///
    /// # Panics
    /// When the issuer has none.
    #[must_use]
    pub fn key(&self, algorithm: Algorithm) -> SigningKey {
        newest(&self.keys(), algorithm)
    }

    /// Adds a new key, publishes it, and signs with it from now on; returns its id. Older keys stay published
    /// until they are withdrawn, as at real issuers.
    #[allow(clippy::must_use_candidate, reason = "the rotation is what it is called for, not the id")]
    pub fn rotate(&self, algorithm: Algorithm) -> String {
        let key = SigningKey::generate(algorithm);
        let kid = key.kid().to_owned();
        self.shared.change(|state| publish(state, key));
        kid
    }

    /// Takes every key with this id out of the key set. It can still sign: such tokens are the test.
    ///
    /// # Panics
    /// When no such key is published.
    pub fn withdraw(&self, kid: &str) {
        self.shared.change(|state| {
            let before = state.published.len();
            state.published.retain(|jwk| jwk["kid"] != kid);
            assert!(state.published.len() < before, "the key set has no key {kid:?} to withdraw");
        });
    }

    /// Puts any JSON value among the keys: a broken key, a symmetric one, or a second one with the same id.
    pub fn add_jwk(&self, jwk: impl Into<Value>) {
        self.shared.change(|state| state.published.push(jwk.into()));
    }

    /// Adds keys that sign nothing until the key set has `total` members.
    pub fn pad_jwks(&self, total: usize) {
        let mut filler = SigningKey::generate(Algorithm::ES256).public_jwk();
        self.shared.change(|state| {
            for n in state.published.len()..total {
                filler["kid"] = format!("filler-{n}").into();
                state.published.push(filler.clone());
            }
        });
    }

    /// Serves exactly this text for the key set, until [`TestIssuer::reset_jwks`].
    pub fn set_jwks(&self, text: impl Into<String>) {
        self.shared.change(|state| state.replacement = Some(text.into()));
    }

    /// Serves the issuer's own key set again.
    pub fn reset_jwks(&self) {
        self.shared.change(|state| state.replacement = None);
    }

    /// The key set, as it is served.
    #[must_use]
    pub fn jwks(&self) -> String {
        self.shared.read().jwks()
    }

    /// The discovery document, the same at both well-known addresses. To serve a changed one, use
    /// [`Behaviour::Body`].
    #[must_use]
    pub fn metadata(&self) -> Value {
        self.shared.metadata()
    }

    /// Sets how an endpoint answers from now on. Answers under way stay as they are.
    pub fn behave(&self, endpoint: Endpoint, behaviour: Behaviour) {
        self.shared.change(|state| state.behaviours.insert(endpoint, behaviour));
    }

    /// Sends `Date` with every document (RFC 9110 section 6.6.1), to have a clock that can be compared.
    ///
    /// # Panics
    /// When the value has characters that a header cannot carry.
    pub fn date(&self, value: &str) {
        let value = HeaderValue::from_str(value).expect("a date is visible ASCII");
        self.shared.change(|state| state.date = Some(value));
    }

    /// Sends `Cache-Control` with the key set.
    ///
    /// # Panics
    /// When the value has characters that a header cannot carry.
    pub fn cache_control(&self, value: &str) {
        let value = HeaderValue::from_str(value).expect("a Cache-Control value is visible ASCII");
        self.shared.change(|state| state.cache_control = Some(value));
    }

    /// Sends this `ETag` with the key set, whatever the key set is, and answers 304 to a request that brings it back.
    ///
    /// # Panics
    /// When the value has characters that a header cannot carry.
    pub fn etag(&self, value: &str) {
        let value = HeaderValue::from_str(value).expect("an ETag is visible ASCII");
        self.shared.change(|state| state.etag = Some(value));
    }

    /// Serves https with this certificate from now on, a good one or a bad one.
    ///
    /// # Panics
    /// When the issuer was not started with [`TestIssuerBuilder::tls`]: its addresses are http then.
    #[cfg(feature = "tls")]
    pub fn present(&self, certificate: &ServerCertificate) {
        self.set_tls(Some(certificate.server_config()));
    }

    /// Answers in plain HTTP from now on, at the same https address, as behind a proxy that has lost its configuration;
    /// until [`TestIssuer::present`].
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
        // Ends holds, delays and hangs; the server, dropped next, cuts the connections.
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
