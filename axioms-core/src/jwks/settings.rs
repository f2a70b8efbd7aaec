//! The configuration of an issuer's keys.

use std::sync::Arc;
use std::time::Duration;

use super::discovery::KeySource;
use crate::clock::Clock;
use crate::fetch::Trust;
#[cfg(doc)]
use crate::health::IssuerHealth;
use crate::jose::document::{KeyRules, Listing};
use crate::jose::key_set::KeySet;

/// Where an issuer's keys come from.
#[derive(Debug)]
pub(crate) enum JwksSource {
    Remote(RemoteKeys),
    Static(StaticKeys),
}

/// How an issuer's keys are fetched and how long they are trusted.
#[derive(Debug, Clone)]
pub(crate) struct RemoteKeys {
    /// The issuer's name in logs, metrics and [`IssuerHealth`].
    pub(crate) issuer: String,
    pub(crate) source: KeySource,
    pub(crate) rules: KeyRules,
    pub(crate) trust: Trust,
    pub(crate) refresh_interval: Duration,
    pub(crate) ttl: Duration,
    pub(crate) clock: Arc<dyn Clock>,
}

/// Keys given in the configuration.
#[derive(Debug)]
pub(crate) struct StaticKeys {
    /// The issuer's name in [`IssuerHealth`].
    pub(crate) issuer: String,
    pub(crate) keys: KeySet,
    /// The outcome for each key of the JWK Set.
    #[cfg_attr(not(feature = "doctor"), allow(dead_code, reason = "a diagnosis reads it"))]
    pub(crate) listing: Listing,
}
