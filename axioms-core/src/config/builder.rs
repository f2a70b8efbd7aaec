//! The settings of a validator, one method each.

use std::sync::Arc;
use std::time::Duration;

use http::Method;

use super::env;
use super::problem::{ConfigError, Problem};
use super::provider::Provider;
use super::resolve::resolve;
use crate::Validator;
use crate::clock::{Clock, SystemClock};
use crate::crypto::{Algorithm, Backend};

/// Builds a [`Validator`].
///
/// An audience is required, and an issuer or the domain it is on. Each setting has a counterpart in the environment,
/// named beside it; see [`Validator::from_env`].
///
/// # Examples
/// ```no_run
/// use axioms_core::Validator;
///
/// let validator = Validator::builder()
///     .audience("https://api.example.com")
///     .issuer("https://issuer.example.com")
///     .build()?;
/// # Ok::<(), axioms_core::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a setting of its own, not a state")]
#[must_use = "a builder does nothing until `build` is called"]
pub struct ValidatorBuilder {
    pub(super) provider: Option<Provider>,
    pub(super) audiences: Vec<String>,
    pub(super) domain: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) any_issuer: bool,
    pub(super) tenants: Vec<String>,
    pub(super) others: Vec<Self>,
    pub(super) jwks_url: Option<String>,
    pub(super) jwks: Option<String>,
    pub(super) token_types: Vec<String>,
    pub(super) strict_typ: bool,
    /// By name: a later value for a claim replaces an earlier one.
    pub(super) required_claims: Vec<(String, String)>,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) leeway: Duration,
    pub(super) max_token_lifetime: Option<Duration>,
    pub(super) refresh_interval: Duration,
    pub(super) cache_ttl: Option<Duration>,
    pub(super) prefetch: bool,
    pub(super) fail_fast: bool,
    pub(super) scope_claims: Option<Vec<String>>,
    pub(super) roles_claims: Option<Vec<String>>,
    pub(super) permissions_claims: Vec<String>,
    pub(super) safe_methods: Vec<Method>,
    pub(super) realm: String,
    pub(super) token_cache: usize,
    pub(super) drain: usize,
    pub(super) certificate_authorities: Vec<u8>,
    pub(super) allow_http: bool,
    pub(super) backend: Backend,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) problems: Vec<Problem>,
}

impl Default for ValidatorBuilder {
    fn default() -> Self {
        Self {
            provider: None,
            audiences: Vec::new(),
            domain: None,
            issuer: None,
            any_issuer: false,
            tenants: Vec::new(),
            others: Vec::new(),
            jwks_url: None,
            jwks: None,
            token_types: vec!["at+jwt".to_owned(), "JWT".to_owned()],
            strict_typ: false,
            required_claims: Vec::new(),
            algorithms: Algorithm::ALL.to_vec(),
            leeway: Duration::from_secs(60),
            max_token_lifetime: None,
            refresh_interval: Duration::from_secs(3600),
            cache_ttl: None,
            prefetch: true,
            fail_fast: false,
            scope_claims: None,
            roles_claims: None,
            permissions_claims: vec!["permissions".to_owned()],
            safe_methods: Vec::new(),
            realm: "api".to_owned(),
            token_cache: 8 * 1024 * 1024,
            drain: 16 * 1024 * 1024,
            certificate_authorities: Vec::new(),
            allow_http: false,
            backend: Backend::default(),
            clock: Arc::new(SystemClock),
            problems: Vec::new(),
        }
    }
}

fn owned<I: IntoIterator<Item: Into<String>>>(values: I) -> Vec<String> {
    values.into_iter().map(Into::into).collect()
}

impl ValidatorBuilder {
    /// Takes the settings of the environment, the variables named `AXIOMS_*`; calls that follow override them.
    ///
    /// Problems are kept until [`ValidatorBuilder::build`]. A variable that is not known is logged as a warning, with
    /// the name that was probably meant.
    pub fn from_env() -> Self {
        env::read(std::env::vars_os())
    }

    /// As [`ValidatorBuilder::from_env`], with variables from elsewhere, such as a file or a test.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::ValidatorBuilder;
    ///
    /// let error = ValidatorBuilder::from_vars([("AXIOMS_AUDIENCE", "my-api"), ("AXIOMS_LEEWAY", "soon")])
    ///     .build()
    ///     .unwrap_err();
    /// assert!(error.to_string().contains("whole number of seconds"));
    /// ```
    pub fn from_vars<N, V>(variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<std::ffi::OsString>,
        V: Into<std::ffi::OsString>,
    {
        env::read(variables.into_iter().map(|(name, value)| (name.into(), value.into())))
    }

    /// Takes from a preset all that is known of an identity provider: the issuer, where its keys are, and what its
    /// tokens look like. Settings made by other calls, before or after, win over the preset. Where one of them names
    /// another issuer, the keys are found through that issuer's metadata.
    ///
    /// Environment: `AXIOMS_PROVIDER`, the preset's name and what it is made from, comma separated; see [`Provider`].
    ///
    /// # Examples
    /// ```no_run
    /// use axioms_core::{Provider, Validator};
    ///
    /// let validator = Validator::builder()
    ///     .provider(Provider::auth0("tenant.eu.auth0.com"))
    ///     .audience("https://api.example.com")
    ///     .build()?;
    /// # Ok::<(), axioms_core::ConfigError>(())
    /// ```
    pub fn provider(mut self, provider: Provider) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Adds an accepted audience: what the issuer writes into `aud` for this API. A token must name at least one.
    ///
    /// Required. Environment: `AXIOMS_AUDIENCE`, comma separated.
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Sets the issuer by its domain: `https://{domain}`. A scheme and a final slash in it are dropped.
    ///
    /// Environment: `AXIOMS_DOMAIN`.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.domain = Some(domain.into());
        self
    }

    /// Sets the issuer: a token's `iss` must equal it byte for byte, a final slash included. Overrides the domain.
    ///
    /// Environment: `AXIOMS_ISS_URL`.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Trusts these tenants of a provider whose tenants share keys: `{tid}` in the issuer stands for the tenant's id. A
    /// token's `iss` must be that of a tenant in the list, and its claim `tid` must name the same tenant.
    ///
    /// Environment: `AXIOMS_TENANTS`, comma separated. It needs [`ValidatorBuilder::jwks_url`].
    ///
    /// # Examples
    /// ```no_run
    /// # use axioms_core::Validator;
    /// let validator = Validator::builder()
    ///     .audience("api://orders")
    ///     .issuer("https://login.microsoftonline.com/{tid}/v2.0")
    ///     .tenants(["7d2c8ec7-c33c-4c00-8bba-fe8200000000"])
    ///     .jwks_url("https://login.microsoftonline.com/common/discovery/v2.0/keys")
    ///     .build()?;
    /// # Ok::<(), axioms_core::ConfigError>(())
    /// ```
    pub fn tenants<I: IntoIterator<Item: Into<String>>>(mut self, tenants: I) -> Self {
        self.tenants = owned(tenants);
        self
    }

    /// Trusts the issuer of another builder as well, by that builder's rules: audiences, algorithms, claims, leeway and
    /// keys are each issuer's own. Realm, safe methods, token cache, prefetch, fail-fast and clock are those of the builder
    /// that it is added to.
    ///
    /// A token's unverified `iss` selects among the configured issuers, and nothing more: a key of one never verifies a
    /// token of another.
    ///
    /// # Examples
    /// ```no_run
    /// # use axioms_core::Validator;
    /// let staff = Validator::builder().audience("orders").issuer("https://staff.example.com");
    /// let customers = Validator::builder().audience("shop").issuer("https://customers.example.com");
    /// let validator = customers.and_issuer(staff).build()?;
    /// # Ok::<(), axioms_core::ConfigError>(())
    /// ```
    pub fn and_issuer(mut self, other: Self) -> Self {
        self.others.push(other);
        self
    }

    /// Accepts any `iss`, or none: whoever can sign with a key of the JWK Set URL is trusted. For issuers that write
    /// no stable `iss`; it needs [`ValidatorBuilder::jwks_url`].
    ///
    /// Environment: `AXIOMS_ANY_ISSUER`. Default: off.
    pub fn any_issuer(mut self) -> Self {
        self.any_issuer = true;
        self
    }

    /// Sets the URL of the JWK Set, in place of finding it through the issuer's metadata.
    ///
    /// Environment: `AXIOMS_JWKS_URL`.
    pub fn jwks_url(mut self, url: impl Into<String>) -> Self {
        self.jwks_url = Some(url.into());
        self
    }

    /// Sets the keys themselves: a JWK Set (RFC 7517 section 5) as text. Nothing is fetched and no thread is started. For
    /// tests, and for programs without a network.
    ///
    /// The keys are trusted as long as the validator lives; to replace them, build another one. An issuer is required
    /// all the same, or [`ValidatorBuilder::any_issuer`]. Keys that cannot be used are skipped; without any that can, the
    /// validator is not built. Environment: none.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::Validator;
    ///
    /// let keys = r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "2026",
    ///     "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;
    /// let validator = Validator::builder()
    ///     .audience("https://api.example.com")
    ///     .issuer("https://issuer.example.com")
    ///     .jwks(keys)
    ///     .build()?;
    /// assert!(validator.health().is_ready());
    /// # Ok::<(), axioms_core::ConfigError>(())
    /// ```
    pub fn jwks(mut self, text: impl Into<String>) -> Self {
        self.jwks = Some(text.into());
        self
    }

    /// Sets the accepted `typ` values, compared without regard to case and to `application/`. With `JWT` among them a
    /// token without `typ` is accepted too.
    ///
    /// Environment: `AXIOMS_TOKEN_TYPS`, comma separated. Default: `at+jwt`, `JWT`.
    pub fn token_types<I: IntoIterator<Item: Into<String>>>(mut self, types: I) -> Self {
        self.token_types = owned(types);
        self
    }

    /// Accepts only tokens of the profile of RFC 9068: `typ` is `at+jwt`, and `iss`, `exp`, `aud`, `sub`, `client_id`,
    /// `iat` and `jti` are all there.
    ///
    /// Environment: `AXIOMS_STRICT_TYP`. Default: off.
    pub fn strict_typ(mut self) -> Self {
        self.strict_typ = true;
        self
    }

    /// Requires that every access token of the issuer has this claim with this value: what tells its access tokens from its
    /// ID and refresh tokens, which are signed with the same keys. A string is compared exactly, a number or a boolean by
    /// its JSON text; an array never matches. The name is given as for [`scope_claims`](Self::scope_claims).
    ///
    /// Each call adds a claim. A second value for a claim replaces the first, and what a provider's preset demands of it.
    ///
    /// Environment: `AXIOMS_REQUIRED_CLAIMS`, pairs `name=value`, comma separated.
    ///
    /// # Examples
    /// ```
    /// # use axioms_core::Validator;
    /// let builder = Validator::builder()
    ///     .issuer("https://issuer.example.com")
    ///     .audience("orders")
    ///     .require_claim("token_use", "access");
    /// ```
    pub fn require_claim(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let (name, value) = (name.into(), value.into());
        self.required_claims.retain(|(required, _)| *required != name);
        self.required_claims.push((name, value));
        self
    }

    /// Narrows the accepted signature algorithms.
    ///
    /// Environment: `AXIOMS_ALGORITHMS`, comma separated. Default: every algorithm of [`Algorithm`].
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = algorithms.into_iter().collect();
        self
    }

    /// Sets how far the issuer's clock and this one may differ: at most 300 s.
    ///
    /// Environment: `AXIOMS_LEEWAY`, in seconds. Default: 60 s.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Refuses tokens that live longer than this from `iat` to `exp`, or lack `iat`.
    ///
    /// Environment: `AXIOMS_MAX_TOKEN_LIFETIME`, in seconds. Default: no limit.
    pub fn max_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.max_token_lifetime = Some(lifetime);
        self
    }

    /// Sets how often the keys are fetched anew in the background: at least 60 s. The issuer's `Cache-Control` may
    /// shorten it, not below 60 s.
    ///
    /// Environment: `AXIOMS_JWKS_REFRESH_INTERVAL`, in seconds. Default: 3600 s.
    pub fn refresh_interval(mut self, interval: Duration) -> Self {
        self.refresh_interval = interval;
        self
    }

    /// Sets how long keys are trusted after the last good fetch: at least twice the refresh interval. A key that the
    /// issuer withdraws while it cannot be reached is refused after this time.
    ///
    /// Environment: `AXIOMS_JWKS_CACHE_TTL`, in seconds. Default: twice the refresh interval, so 7200 s.
    pub fn cache_ttl(mut self, ttl: Duration) -> Self {
        self.cache_ttl = Some(ttl);
        self
    }

    /// Sets whether [`ValidatorBuilder::build`] waits for the first fetch of the keys, which takes at most 5 s. They are
    /// fetched at once in either case.
    ///
    /// Environment: `AXIOMS_JWKS_PREFETCH`. Default: true.
    pub fn prefetch(mut self, prefetch: bool) -> Self {
        self.prefetch = prefetch;
        self
    }

    /// Makes [`ValidatorBuilder::build`] fail when the first fetch of the keys fails. Without it the validator starts
    /// empty, answers 503, and goes on trying.
    ///
    /// Environment: `AXIOMS_FAIL_FAST`. Default: off.
    pub fn fail_fast(mut self) -> Self {
        self.fail_fast = true;
        self
    }

    /// Sets the claims that may hold scopes: the first one that a token has counts, the others are not looked at. A name
    /// that starts with `/` is a JSON Pointer (RFC 6901); any other is one literal member, dots and URLs included.
    ///
    /// Environment: `AXIOMS_SCOPE_CLAIMS`, comma separated. Default: `scope`, or what the provider's preset says.
    pub fn scope_claims<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.scope_claims = Some(owned(names));
        self
    }

    /// Sets the claims that may hold roles, named as for [`ValidatorBuilder::scope_claims`].
    ///
    /// Environment: `AXIOMS_ROLES_CLAIMS`, comma separated. Default: `roles`, or what the provider's preset says.
    pub fn roles_claims<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.roles_claims = Some(owned(names));
        self
    }

    /// Sets the claims that may hold permissions, named as for [`ValidatorBuilder::scope_claims`].
    ///
    /// Environment: `AXIOMS_PERMISSIONS_CLAIMS`, comma separated. Default: `permissions`.
    pub fn permissions_claims<I: IntoIterator<Item: Into<String>>>(mut self, names: I) -> Self {
        self.permissions_claims = owned(names);
        self
    }

    /// Sets the methods that a guarding *layer* lets through without a token, where its policy does not name them. A
    /// guard in a handler's signature is not affected.
    ///
    /// CORS preflights need none of this: a CORS layer outside the guard answers them.
    ///
    /// Environment: `AXIOMS_SAFE_METHODS`, comma separated. Default: none.
    pub fn safe_methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        self.safe_methods = methods.into_iter().collect();
        self
    }

    /// Sets the realm of the challenge in `WWW-Authenticate` (RFC 9110 section 11.5).
    ///
    /// Environment: `AXIOMS_REALM`. Default: `api`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Sets how many bytes verified tokens may take in memory, so that a token's signature is verified once and not with
    /// every request: 0, which keeps none, or at least 64 KiB. Tokens longer than 4 KiB are not kept.
    ///
    /// Without it, each guard, layer and extractor of a request verifies the signature for itself.
    ///
    /// A token that is kept is as good as one that is not: its times and the route's policy are checked each time, and it
    /// is verified anew when the issuer's keys change.
    ///
    /// Environment: `AXIOMS_TOKEN_CACHE`, in bytes. Default: 8 MiB, enough for some 4,000 tokens.
    pub fn token_cache(mut self, bytes: usize) -> Self {
        self.token_cache = bytes;
        self
    }

    /// Sets how many bytes of a refused request's body an adapter goes on reading after it has answered; 0 reads none.
    ///
    /// A client that is still sending a body when the server closes the connection often never sees the answer. So where
    /// the framework allows it, the adapter answers at once and then reads and discards what the client still sends, for a
    /// limited time. The body of an accepted request is not affected.
    ///
    /// Environment: `AXIOMS_DRAIN`, in bytes. Default: 16 MiB.
    pub fn drain(mut self, bytes: usize) -> Self {
        self.drain = bytes;
        self
    }

    /// Trusts these certificate authorities, one or more certificates in PEM, for the issuer's https instead of the
    /// built-in list of public ones.
    ///
    /// A server whose certificate is not accepted is an outage: its keys cannot be had, and
    /// [`Validator::health`] says why.
    ///
    /// # Examples
    /// ```no_run
    /// # use axioms_core::Validator;
    /// let validator = Validator::builder()
    ///     .issuer("https://sso.internal.example.com")
    ///     .audience("https://api.example.com")
    ///     .certificate_authorities(std::fs::read("/etc/ssl/company-ca.pem")?)
    ///     .build()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// Environment: `AXIOMS_CA_FILE`, the path of such a file.
    pub fn certificate_authorities(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificate_authorities = pem.into();
        self
    }

    /// Lets keys and metadata be fetched over plain http from hosts that are not on loopback. Whoever is on the way can
    /// then replace the keys and forge any token. There is no environment variable for it.
    pub fn dangerous_allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// Chooses the library that verifies signatures. It matters only where the features of several are enabled.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = backend;
        self
    }

    /// Sets where the time is read: for tests.
    pub fn clock(mut self, clock: impl Clock) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The validator. It starts a thread that fetches the keys, and ends it when the last clone is dropped.
    ///
    /// With prefetch (the default) this blocks for up to 5 s; call it before the server starts.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the configuration, and with [`ValidatorBuilder::fail_fast`] when the keys
    /// cannot be fetched.
    pub fn build(self) -> Result<Validator, ConfigError> {
        let (prefetch, fail_fast) = (self.prefetch, self.fail_fast);
        let unreachable =
            |error: String| ConfigError::new(vec![Problem::missing("the issuer's keys", error)]);
        let validator = Validator::start(resolve(self)?).map_err(|error| {
            unreachable(format!("the thread that fetches them cannot be started: {error}"))
        })?;
        if prefetch || fail_fast {
            let first = validator.wait_for_keys();
            if let (Err(error), true) = (first, fail_fast) {
                return Err(unreachable(error.to_string()));
            }
        }
        Ok(validator)
    }

    /// Says what a validator of this configuration finds, in place of building one: where each issuer's keys are and
    /// which of them it can use, whether the clocks agree, and at which check `token`, if one is given, is refused.
    ///
    /// It blocks while it asks each issuer once, for at most 5 s each.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the configuration. What goes wrong after that is in the [`Diagnosis`].
    ///
    /// # Examples
    /// ```no_run
    /// # use axioms_core::ValidatorBuilder;
    /// let diagnosis = ValidatorBuilder::from_env().diagnose(None)?;
    /// for issuer in &diagnosis.issuers {
    ///     println!("{}: {} keys", issuer.issuer, issuer.keys.len());
    /// }
    /// # Ok::<(), axioms_core::ConfigError>(())
    /// ```
    ///
    /// [`Diagnosis`]: crate::diagnosis::Diagnosis
    #[cfg(feature = "doctor")]
    pub fn diagnose(self, token: Option<&str>) -> Result<crate::diagnosis::Diagnosis, ConfigError> {
        resolve(self).map(|settings| crate::diagnosis::examine(settings, token, None))
    }

    /// Says what [`ValidatorBuilder::diagnose`] says of `token`, and which demand of `policy` it misses for a request of
    /// `method`: why a valid token is answered with 403. The method is of no account to a policy that demands the same of
    /// every method.
    ///
    /// # Errors
    /// As [`ValidatorBuilder::diagnose`].
    ///
    /// # Examples
    /// ```no_run
    /// # use axioms_core::{Policy, ValidatorBuilder, http::Method};
    /// let policy = Policy::builder().any_scopes(["read:messages"]).build()?;
    /// let diagnosis = ValidatorBuilder::from_env().diagnose_for("eyJ...", &Method::GET, &policy)?;
    /// if let Some(policy) = diagnosis.token.and_then(|token| token.policy) {
    ///     for missing in policy.demands.iter().flat_map(|demand| &demand.missing) {
    ///         println!("the {} {}: {}", missing.kind, missing.value, missing.remedy);
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[cfg(feature = "doctor")]
    pub fn diagnose_for(
        self,
        token: &str,
        method: &http::Method,
        policy: &crate::Policy,
    ) -> Result<crate::diagnosis::Diagnosis, ConfigError> {
        resolve(self).map(|settings| crate::diagnosis::examine(settings, Some(token), Some((method, policy))))
    }
}
