//! Whether a validator has the keys it needs, and when it last asked for them.

use std::time::Duration;

/// The state of the keys of every issuer that a [`Validator`](crate::Validator) trusts.
///
/// For operators and for readiness probes. It holds addresses and error texts: answer clients with [`Health::is_ready`]
/// alone.
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
    /// One for each issuer, in the order of their configuration.
    pub issuers: Vec<IssuerHealth>,
}

impl Health {
    /// Whether at least one issuer has keys that are trusted, so that its tokens can be checked: for a readiness probe.
    /// With several issuers, one that is down does not make the service unready for the tokens of the others.
    ///
    /// Failed fetches alone change nothing: good keys go on until they are too old.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.issuers.iter().any(|issuer| issuer.ready)
    }

    /// Whether every issuer has keys that are trusted: for an alert.
    #[must_use]
    pub fn all_ready(&self) -> bool {
        self.issuers.iter().all(|issuer| issuer.ready)
    }

    /// The state of one issuer's keys, by [`IssuerHealth::issuer`].
    #[must_use]
    pub fn issuer(&self, issuer: &str) -> Option<&IssuerHealth> {
        self.issuers.iter().find(|health| health.issuer == issuer)
    }
}

/// The state of one issuer's keys.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuerHealth {
    /// The issuer as configured; the JWK Set URL where that is all there is, or many tenants share it.
    pub issuer: String,
    /// Whether there are keys that are trusted now.
    pub ready: bool,
    /// The ids of the keys as they were last fetched, in alphabetical order; trusted only if `ready`. A key without an id
    /// is not among them.
    pub key_ids: Vec<String>,
    /// How long ago keys were last fetched well; `None` where they never were, or are those of the configuration.
    pub key_age: Option<Duration>,
    /// How long ago the last attempt ended, well or badly; `None` before the end of the first.
    pub last_fetch: Option<Duration>,
    /// Why the last attempt failed, if it did.
    pub last_error: Option<String>,
    /// How long until the next attempt that is planned. A request that needs a key may cause an earlier one. `None` where
    /// the configuration holds the keys, and nothing is fetched.
    pub next_fetch: Option<Duration>,
    /// Attempts that have ended.
    pub fetches: u64,
    /// How many of them failed.
    pub failed_fetches: u64,
}
