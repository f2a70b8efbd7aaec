//! The settings that hold: a configuration that was checked.

use std::sync::Arc;

use http::Method;

use crate::clock::Clock;
use crate::jwks;
use crate::token::issuer_policy::IssuerPolicy;

/// What [`resolve`](super::resolve::resolve) makes of a builder, with every default in place: see [`defaults`](super::defaults).
pub(crate) struct Settings {
    /// At least one.
    pub(crate) issuers: Vec<(IssuerPolicy, jwks::JwksSource)>,
    pub(crate) realm: Arc<str>,
    pub(crate) safe_methods: Vec<Method>,
    /// In bytes.
    pub(crate) token_cache: usize,
    /// In bytes.
    pub(crate) drain: usize,
    /// Whether building waits for the first fetch of the keys.
    pub(crate) prefetch: bool,
    /// Whether building fails where the first fetch does.
    pub(crate) fail_fast: bool,
    pub(crate) clock: Arc<dyn Clock>,
}
