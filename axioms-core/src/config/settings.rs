//! The effective settings: a configuration that passed all checks.

use std::sync::Arc;

use http::Method;

use crate::clock::Clock;
use crate::jwks;
use crate::token::issuer_policy::IssuerPolicy;

/// The result of [`resolve`](super::resolve::resolve), with every [default](super::defaults) filled
/// in.
pub(crate) struct Settings {
    /// At least one.
    pub(crate) issuers: Vec<(IssuerPolicy, jwks::JwksSource)>,
    pub(crate) realm: Arc<str>,
    pub(crate) safe_methods: Vec<Method>,
    /// In bytes.
    pub(crate) token_cache: usize,
    /// In bytes.
    pub(crate) drain: usize,
    /// Whether `build` waits for the first fetch of the keys.
    pub(crate) prefetch: bool,
    /// Whether `build` fails if the first fetch fails.
    pub(crate) fail_fast: bool,
    pub(crate) clock: Arc<dyn Clock>,
}
