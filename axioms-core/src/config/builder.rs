//! The settings of a resource server, before they are checked.

use std::sync::Arc;
use std::time::Duration;

use http::Method;

use super::issuer::Issuer;
use super::problem::Problem;
use super::provider::Provider;
use super::warning::Warning;
use crate::clock::Clock;
use crate::crypto::{Algorithm, Backend};

/// Builds a [`Validator`](crate::Validator).
///
/// An issuer and an audience are required. Every setter of [`Issuer`] exists here too and applies
/// to the first issuer, so a resource server with one issuer needs only this builder. The
/// documentation of each setter names the environment variable that sets the same value; see
/// [`Validator::from_env`](crate::Validator::from_env).
///
/// A setter replaces the value of an earlier call or of the environment. A method named `add_*`
/// adds to it.
///
/// # Examples
/// ```no_run
/// use axioms_core::Validator;
///
/// let validator = Validator::builder()
///     .audience("https://api.example.com")
///     .issuer("https://issuer.example.com")
///     .build()?;
/// # Ok::<(), axioms_core::BuildError>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ValidatorBuilder {
    /// `None` until one of its settings is made.
    pub(super) first: Option<Issuer>,
    pub(super) added: Vec<Issuer>,
    pub(super) safe_methods: Option<Vec<Method>>,
    pub(super) realm: Option<String>,
    pub(super) token_cache: Option<usize>,
    pub(super) drain: Option<usize>,
    pub(super) prefetch: Option<bool>,
    pub(super) fail_fast: Option<bool>,
    pub(super) warn_on_stderr: Option<bool>,
    pub(super) clock: Option<Arc<dyn Clock>>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Warning>,
}

impl ValidatorBuilder {
    /// Sets the issuer from its `iss`, a [`Provider`] or an [`Issuer`]. The `iss` of a token must
    /// equal it byte for byte, including a final slash.
    ///
    /// Settings made on the [`Issuer`] replace earlier ones; all other settings are kept. If an
    /// earlier call or the environment named a different issuer, its
    /// [`jwks_url`](Issuer::jwks_url), [`jwks`](Issuer::jwks) and [`tenants`](Issuer::tenants) are
    /// dropped, so that its keys cannot verify tokens of the new issuer. Set those of the new
    /// issuer after this call, or on the [`Issuer`] itself. An earlier preset still describes the
    /// format of the tokens, but the issuer given here replaces the preset's.
    ///
    /// Environment: `AXIOMS_ISS_URL`.
    ///
    /// # Examples
    /// ```no_run
    /// # use axioms_core::ValidatorBuilder;
    /// // The keys come from the metadata of this issuer, even if AXIOMS_JWKS_URL is set.
    /// let builder = ValidatorBuilder::from_env().issuer("https://staging.example.com");
    /// ```
    pub fn issuer(mut self, issuer: impl Into<Issuer>) -> Self {
        self.first = Some(self.first.unwrap_or_default().overridden_by(issuer.into()));
        self
    }

    /// Sets the first issuer from its domain, as [`Issuer::domain`] does. The keys of a different
    /// issuer named earlier are dropped, as with [`ValidatorBuilder::issuer`].
    ///
    /// Environment: `AXIOMS_DOMAIN`.
    pub fn domain(self, domain: impl Into<String>) -> Self {
        self.issuer(Issuer::default().domain(domain))
    }

    /// Sets the first issuer from a preset, as `issuer(provider)` does. It replaces an issuer named
    /// earlier; an issuer set later replaces the preset's. See [`Issuer::provider`].
    ///
    /// Environment: `AXIOMS_PROVIDER`.
    pub fn provider(self, provider: Provider) -> Self {
        self.issuer(provider)
    }

    /// Trusts an additional issuer. Each issuer has its own audiences, algorithms, claims, leeway
    /// and keys.
    ///
    /// The unverified `iss` of a token only selects among the configured issuers. The keys of one
    /// issuer never verify a token of another.
    ///
    /// # Examples
    /// ```no_run
    /// # use axioms_core::{Issuer, Validator};
    /// let validator = Validator::builder()
    ///     .issuer(Issuer::new("https://customers.example.com").audience("shop"))
    ///     .add_issuer(Issuer::new("https://staff.example.com").audience("orders"))
    ///     .build()?;
    /// # Ok::<(), axioms_core::BuildError>(())
    /// ```
    pub fn add_issuer(mut self, issuer: impl Into<Issuer>) -> Self {
        self.added.push(issuer.into());
        self
    }

    /// Sets whether [`ValidatorBuilder::build`] waits for the first fetch of the keys, for at most
    /// 5 s. The fetch starts at once in either case.
    ///
    /// Environment: `AXIOMS_JWKS_PREFETCH`. Default: true.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.prefetch = Some(prefetch);
        self
    }

    /// Makes [`ValidatorBuilder::build`] fail if the first fetch of the keys fails. Otherwise the
    /// validator starts without keys, answers 503, and keeps retrying.
    ///
    /// It has no effect on keys given as text ([`Issuer::jwks`]), which are never fetched: `build`
    /// always fails if none of them can be used.
    ///
    /// Environment: `AXIOMS_FAIL_FAST`. Default: false.
    pub fn fail_fast(mut self, fail_fast: bool) -> Self {
        self.fail_fast = Some(fail_fast);
        self
    }

    /// Sets the methods that a guarding *layer* lets through without a token. Guards in a handler's
    /// signature are not affected. A method other than `OPTIONS` and `HEAD` causes a warning.
    ///
    /// CORS preflight does not need this setting: put the CORS layer outside the guard, where it
    /// answers preflight requests itself.
    ///
    /// Environment: `AXIOMS_SAFE_METHODS`, comma separated. Default: none.
    pub fn safe_methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.safe_methods = Some(methods.into_iter().collect());
        self
    }

    /// Sets the realm of the challenge in `WWW-Authenticate` (RFC 9110 section 11.5).
    ///
    /// Environment: `AXIOMS_REALM`. Default: `api`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = Some(realm.into());
        self
    }

    /// Sets the size of the cache of verified tokens, in bytes: 0, which disables it, or at least
    /// 64 KiB. The cache saves verifying the signature of the same token again on each request.
    /// Tokens longer than 4 KiB are not cached.
    ///
    /// If it is disabled, each guard, layer and extractor of a request verifies the signature
    /// again.
    ///
    /// A cached token is checked as strictly as a new one: its `exp` and `nbf` and the route's
    /// policy are checked on every request, and its signature is verified again when the issuer's
    /// keys change.
    ///
    /// Environment: `AXIOMS_TOKEN_CACHE`, in bytes. Default: 8 MiB, enough for about 4,000 tokens.
    pub fn token_cache(mut self, bytes: usize) -> Self {
        self.token_cache = Some(bytes);
        self
    }

    /// Sets how many bytes of a refused request's body an adapter reads and discards after it has
    /// answered. 0 reads nothing.
    ///
    /// If the server closes the connection while a client is still sending a body, the client often
    /// never sees the answer. Where the framework allows it, the adapter therefore answers at once
    /// and then reads the rest of the body, for a limited time. The bodies of accepted requests are
    /// not affected.
    ///
    /// Environment: `AXIOMS_DRAIN`, in bytes. Default: 16 MiB.
    pub fn drain(mut self, bytes: usize) -> Self {
        self.drain = Some(bytes);
        self
    }

    /// Sets whether startup warnings and errors go to stderr if no `tracing` subscriber records
    /// them: an unreachable issuer, a doubtful setting, a guard without a validator. Each is
    /// written once. `false` applies to every validator of the process from then on.
    ///
    /// Environment: `AXIOMS_WARN_ON_STDERR`. Default: true.
    pub fn warn_on_stderr(mut self, warn: bool) -> Self {
        self.warn_on_stderr = Some(warn);
        self
    }

    /// Sets the clock, for tests. Default: [`SystemClock`](crate::SystemClock).
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }
}

/// Forwards each setter of [`Issuer`] to the first issuer, so that a resource server with one
/// issuer needs no [`Issuer`] value.
macro_rules! settings_of_the_first_issuer {
    ($($name:ident($($value:ident: $type:ty),+);)+) => {
        impl ValidatorBuilder {$(
            #[doc = concat!("Calls [`Issuer::", stringify!($name), "`] on the first issuer.")]
            pub fn $name(mut self, $($value: $type),+) -> Self {
                self.first = Some(self.first.unwrap_or_default().$name($($value),+));
                self
            }
        )+}
    };
}

settings_of_the_first_issuer! {
    any_issuer(any: bool);
    tenants(tenants: impl IntoIterator<Item = impl Into<String>>);
    jwks_url(url: impl Into<String>);
    jwks(text: impl Into<String>);
    audience(audience: impl Into<String>);
    add_audience(audience: impl Into<String>);
    audiences(audiences: impl IntoIterator<Item = impl Into<String>>);
    token_types(types: impl IntoIterator<Item = impl Into<String>>);
    strict_typ(strict: bool);
    require_claim(name: impl Into<String>, value: impl Into<String>);
    algorithms(algorithms: impl IntoIterator<Item = Algorithm>);
    leeway(leeway: Duration);
    max_token_lifetime(lifetime: Duration);
    scope_claims(names: impl IntoIterator<Item = impl Into<String>>);
    roles_claims(names: impl IntoIterator<Item = impl Into<String>>);
    permissions_claims(names: impl IntoIterator<Item = impl Into<String>>);
    refresh_interval(interval: Duration);
    cache_ttl(ttl: Duration);
    certificate_authorities(pem: impl Into<Vec<u8>>);
    dangerous_allow_http(allow: bool);
    backend(backend: Backend);
}
