//! The builder of an issuer.

use std::sync::Arc;

use axioms_core::{Algorithm, Clock, SystemClock};

use super::{TestIssuer, publish};
#[cfg(feature = "tls")]
use crate::ServerCertificate;
use crate::SigningKey;
use crate::server::Server;
use crate::state::{Shared, State};

/// Sets up a [`TestIssuer`], from [`TestIssuer::builder`].
///
/// # Examples
/// One tenant of a provider that signs with RSA:
/// ```
/// use axioms_core::Algorithm;
/// use axioms_testing::{TestClock, TestIssuer};
///
/// let issuer = TestIssuer::builder()
///     .algorithms([Algorithm::RS256])
///     .path("/tenant/a")
///     .clock(TestClock::new())
///     .start();
/// assert!(issuer.url().ends_with("/tenant/a"));
/// ```
#[derive(Debug)]
pub struct TestIssuerBuilder {
    algorithms: Vec<Algorithm>,
    clock: Arc<dyn Clock>,
    path: String,
    #[cfg(feature = "tls")]
    tls: Option<Arc<rustls::ServerConfig>>,
}

impl Default for TestIssuerBuilder {
    fn default() -> Self {
        // ES256 comes first and signs by default, because RSA is slow in pure Rust.
        let mut algorithms: Vec<_> = SigningKey::algorithms().collect();
        algorithms.sort_by_key(|algorithm| *algorithm != Algorithm::ES256);
        Self {
            algorithms,
            clock: Arc::new(SystemClock::new()),
            path: String::new(),
            #[cfg(feature = "tls")]
            tls: None,
        }
    }
}

impl TestIssuerBuilder {
    /// Makes keys of these algorithms only. The first one signs by default.
    #[must_use]
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Uses this clock instead of the machine's.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Sets the path of the issuer identifier, as at multi-tenant providers: `/tenant/a`.
    ///
    /// # Panics
    /// If it does not start with a slash.
    #[must_use]
    pub fn path(mut self, path: &str) -> Self {
        assert!(path.starts_with('/'), "the path {path:?} must start with a slash");
        path.clone_into(&mut self.path);
        self
    }

    /// Serves https instead of http, with this certificate. Clients must trust the authority that
    /// signed it; see [`CertificateAuthority`](crate::CertificateAuthority).
    #[cfg(feature = "tls")]
    #[must_use]
    pub fn tls(mut self, certificate: &ServerCertificate) -> Self {
        self.tls = Some(certificate.server_config());
        self
    }

    /// Starts the issuer on a free loopback port.
    ///
    /// # Panics
    /// If no algorithm was given, or if no port is free.
    #[must_use]
    pub fn start(self) -> TestIssuer {
        let default_algorithm = *self.algorithms.first().expect("an issuer needs at least one algorithm");
        let mut state = State::default();
        #[cfg(feature = "tls")]
        {
            state.tls = self.tls;
        }
        for key in initial_keys(&self.algorithms) {
            publish(&mut state, key);
        }
        let listener = Server::listen().expect("a free loopback port");
        let address = listener.local_addr().expect("a listener has an address");
        let shared = Arc::new(Shared::new(address, self.path, state));
        let (securing, serving) = (shared.clone(), shared.clone());
        let secure = move |socket| securing.secure(socket);
        let server = Server::start(listener, secure, move |request, stream| serving.serve(&request, stream))
            .expect("a thread to serve from");
        TestIssuer { url: shared.issuer(), default_algorithm, clock: self.clock, shared, server }
    }
}

/// A key for each algorithm. The RSA algorithms share one secret, because generating one is the
/// slowest part. The key set still binds each key to its algorithm.
fn initial_keys(algorithms: &[Algorithm]) -> Vec<SigningKey> {
    let mut keys: Vec<SigningKey> = Vec::with_capacity(algorithms.len());
    for algorithm in algorithms {
        let key = match keys.iter().find_map(|key| key.sibling(*algorithm)) {
            Some(sibling) => sibling,
            None => SigningKey::generate(*algorithm),
        };
        keys.push(key);
    }
    keys
}
