//! The settings of a resource server, as given.

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
/// An issuer is required, and an audience. The settings of an issuer are those of [`Issuer`]; each
/// is a setter here too, for the first issuer, so that a resource server with one issuer needs no
/// more than this. Each setting has a counterpart in the environment, named next to it; see
/// [`Validator::from_env`](crate::Validator::from_env).
///
/// A setter replaces what was set before, by an earlier call or by the environment; an adder
/// (`add_*`) keeps it.
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
    /// `None` until a setting of it is made.
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
    /// Sets the issuer, by its `iss`, a [`Provider`] or an [`Issuer`]: a token's `iss` must equal
    /// it byte for byte, a final slash included.
    ///
    /// Settings that the [`Issuer`] makes replace those made before; the others stay. Where another
    /// issuer was named before, by a call or by the environment, its
    /// [`jwks_url`](Issuer::jwks_url), [`jwks`](Issuer::jwks) and [`tenants`](Issuer::tenants) are
    /// dropped, so that its keys verify no token of the new one: set those of the new issuer after
    /// this call, or on the [`Issuer`] itself. A preset set before stays for what it knows of the
    /// tokens, and the issuer given here counts.
    ///
    /// Environment: `AXIOMS_ISS_URL`.
    ///
    /// # Examples
    /// ```no_run
    /// # use axioms_core::ValidatorBuilder;
    /// // Whatever AXIOMS_JWKS_URL says, the keys come from the metadata of this issuer.
    /// let builder = ValidatorBuilder::from_env().issuer("https://staging.example.com");
    /// ```
    pub fn issuer(mut self, issuer: impl Into<Issuer>) -> Self {
        self.first = Some(self.first.unwrap_or_default().overridden_by(issuer.into()));
        self
    }

    /// Sets the first issuer by its domain, as [`Issuer::domain`] does. The keys of another issuer
    /// named before are dropped, as with [`ValidatorBuilder::issuer`].
    ///
    /// Environment: `AXIOMS_DOMAIN`.
    pub fn domain(self, domain: impl Into<String>) -> Self {
        self.issuer(Issuer::default().domain(domain))
    }

    /// Sets the first issuer by a preset, as `issuer(provider)` does: it replaces an issuer named
    /// before. An issuer set after it wins over the preset's; see [`Issuer::provider`].
    ///
    /// Environment: `AXIOMS_PROVIDER`.
    pub fn provider(self, provider: Provider) -> Self {
        self.issuer(provider)
    }

    /// Trusts another issuer as well, by settings of its own: audiences, algorithms, claims, leeway
    /// and keys are each issuer's.
    ///
    /// A token's unverified `iss` selects among the configured issuers, and nothing more: a key of
    /// one never verifies a token of another.
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

    /// Sets whether [`ValidatorBuilder::build`] waits for the first fetch of the keys, which takes
    /// at most 5 s. They are fetched at once in either case.
    ///
    /// Environment: `AXIOMS_JWKS_PREFETCH`. Default: true.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.prefetch = Some(prefetch);
        self
    }

    /// Makes [`ValidatorBuilder::build`] fail when the first fetch of the keys fails. Without it
    /// the validator starts empty, answers 503, and goes on trying.
    ///
    /// Keys given as text ([`Issuer::jwks`]) are never fetched, so it changes nothing for them:
    /// without a key that can be used, `build` fails in either case.
    ///
    /// Environment: `AXIOMS_FAIL_FAST`. Default: false.
    pub fn fail_fast(mut self, fail_fast: bool) -> Self {
        self.fail_fast = Some(fail_fast);
        self
    }

    /// Sets the methods that a guarding *layer* lets through without a token. A guard in a
    /// handler's signature is not affected. Any method but `OPTIONS` and `HEAD` causes a warning.
    ///
    /// CORS preflight does not need it: put the CORS layer outside the guard, where it answers
    /// preflights itself.
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

    /// Sets how many bytes verified tokens may take in memory, so that a token's signature is
    /// verified once and not with every request: 0, which keeps none, or at least 64 KiB. Tokens
    /// longer than 4 KiB are not kept.
    ///
    /// Without it, each guard, layer and extractor of a request verifies the signature for itself.
    ///
    /// A token that is kept is as good as one that is not: its times and the route's policy are
    /// checked each time, and it is verified again when the issuer's keys change.
    ///
    /// Environment: `AXIOMS_TOKEN_CACHE`, in bytes. Default: 8 MiB, enough for some 4,000 tokens.
    pub fn token_cache(mut self, bytes: usize) -> Self {
        self.token_cache = Some(bytes);
        self
    }

    /// Sets how many bytes of a refused request's body an adapter goes on reading after it has
    /// answered; 0 reads none.
    ///
    /// A client that is still sending a body when the server closes the connection often never sees
    /// the answer. So where the framework allows it, the adapter answers at once and then reads and
    /// discards what the client still sends, for a limited time. The body of an accepted request is
    /// not affected.
    ///
    /// Environment: `AXIOMS_DRAIN`, in bytes. Default: 16 MiB.
    pub fn drain(mut self, bytes: usize) -> Self {
        self.drain = Some(bytes);
        self
    }

    /// Sets whether warnings and errors of a start-up go to stderr where no `tracing` subscriber
    /// takes them: an issuer that is unreachable, a doubtful setting, a guard without a validator.
    /// Each is written once. With `false`, no validator of this process writes any more.
    ///
    /// Environment: `AXIOMS_WARN_ON_STDERR`. Default: true.
    pub fn warn_on_stderr(mut self, warn: bool) -> Self {
        self.warn_on_stderr = Some(warn);
        self
    }

    /// Sets where the time is read: for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Some(Arc::new(clock));
        self
    }
}

/// The short form for a resource server with one issuer: each setter of [`Issuer`], for the first
/// issuer.
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
