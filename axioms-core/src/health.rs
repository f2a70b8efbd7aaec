//! The health of a validator: whether it has keys, and when they were fetched.

use std::time::Duration;

/// The state of the keys of every issuer that a [`Validator`](crate::Validator) trusts.
///
/// It is for operators and readiness probes. It contains URLs and error texts, so answer clients
/// only with [`Health::is_ready`].
///
/// # Examples
/// ```
/// use axioms_core::http::StatusCode;
///
/// fn readiness(validator: &axioms_core::Validator) -> StatusCode {
///     let health = validator.health();
///     for issuer in health.issuers.iter().filter(|issuer| !issuer.ready) {
///         eprintln!("{}: {:?}; next attempt in {:?}", issuer.issuer, issuer.last_error, issuer.next_fetch);
///     }
///     if health.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Health {
    /// The state of each issuer, in the order of configuration.
    pub issuers: Vec<IssuerHealth>,
}

impl Health {
    /// Whether at least one issuer has trusted keys, so that its tokens can be checked. Use it for
    /// a readiness probe: if one of several issuers is down, the service can still check the tokens
    /// of the others.
    ///
    /// A failed fetch does not change it: the previous keys are trusted until they expire.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.issuers.iter().any(|issuer| issuer.ready)
    }

    /// Whether every issuer has trusted keys. Use it for an alert.
    #[must_use]
    pub fn all_ready(&self) -> bool {
        self.issuers.iter().all(|issuer| issuer.ready)
    }

    /// The state of the issuer with this [`IssuerHealth::issuer`].
    #[must_use]
    pub fn issuer(&self, issuer: &str) -> Option<&IssuerHealth> {
        self.issuers.iter().find(|health| health.issuer == issuer)
    }
}

/// The state of one issuer's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuerHealth {
    /// The configured issuer; the JWK Set URL if no issuer is configured or if several tenants
    /// share the keys.
    pub issuer: String,
    /// Whether there are trusted keys.
    pub ready: bool,
    /// The ids of the last fetched keys, in alphabetical order. They are trusted only if `ready` is
    /// true. Keys without an id are not listed.
    pub key_ids: Vec<String>,
    /// The time since the last successful fetch; `None` if there was none, or if the keys are in
    /// the configuration.
    pub key_age: Option<Duration>,
    /// The time since the last attempt ended, successful or not; `None` before the first has ended.
    pub last_fetch: Option<Duration>,
    /// The error of the last attempt, if it failed.
    pub last_error: Option<String>,
    /// The time until the next scheduled attempt. A request that needs a key may cause an earlier
    /// one. `None` if the keys are in the configuration, so that nothing is fetched.
    pub next_fetch: Option<Duration>,
    /// How many attempts have ended.
    pub fetches: u64,
    /// How many of them failed.
    pub failed_fetches: u64,
}
