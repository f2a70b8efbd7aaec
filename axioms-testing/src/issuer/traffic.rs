//! Records the requests to an issuer, and delays its answers.

use std::sync::Arc;
use std::time::Duration;

use http::Request;

use super::TestIssuer;
use crate::state::Shared;

/// How long a test waits for a request before it fails.
const PATIENCE: Duration = Duration::from_secs(10);

impl TestIssuer {
    /// Every request so far, in order of arrival.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{Algorithm, Validator};
    /// use axioms_testing::{AUDIENCE, TestIssuer};
    ///
    /// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    /// let validator = Validator::builder().issuer(issuer.url()).audience(AUDIENCE).build()?;
    /// let paths: Vec<_> = issuer.requests().iter().map(|request| request.uri().path().to_owned()).collect();
    /// assert_eq!(paths, ["/.well-known/openid-configuration", "/.well-known/jwks.json"]);
    /// # Ok::<(), axioms_core::BuildError>(())
    /// ```
    #[must_use]
    pub fn requests(&self) -> Vec<Request<()>> {
        self.shared.read().requests.clone()
    }

    /// The number of requests for the key set so far, whatever the answer.
    #[must_use]
    pub fn fetches(&self) -> usize {
        self.shared.read().fetches
    }

    /// The number of connections so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        self.server.accepted()
    }

    /// Delays every answer of the key set until the returned value is dropped, so that a test can
    /// act during a fetch. Requests are counted when they arrive.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::Algorithm;
    /// use axioms_testing::{RawRequest, TestIssuer};
    /// use std::thread;
    ///
    /// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    /// let hold = issuer.hold();
    /// let address = issuer.address();
    /// let fetch = thread::spawn(move || RawRequest::get("/.well-known/jwks.json").send(address));
    ///
    /// issuer.wait_for_fetches(1);
    /// // The fetch waits for its answer here.
    /// drop(hold);
    /// # fetch.join().unwrap().unwrap();
    /// ```
    #[must_use = "answers are held back until the guard is dropped"]
    pub fn hold(&self) -> Hold {
        self.shared.change(|state| state.holds += 1);
        Hold { shared: self.shared.clone() }
    }

    /// Waits until `count` requests for the key set have arrived since the issuer started.
    ///
    /// # Panics
    /// If they have not arrived within ten seconds.
    pub fn wait_for_fetches(&self, count: usize) {
        let arrived = self.shared.wait_while(PATIENCE, |state| state.fetches < count);
        assert!(
            arrived,
            "waited {PATIENCE:?} for {count} requests for the key set, and {} came; does the code under test fetch?",
            self.fetches(),
        );
    }
}

/// Delays the answers of the key set until it is dropped. See [`TestIssuer::hold`].
#[derive(Debug)]
pub struct Hold {
    shared: Arc<Shared>,
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.shared.change(|state| state.holds -= 1);
    }
}
