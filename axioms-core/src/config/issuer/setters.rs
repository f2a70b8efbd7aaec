//! The settings of one issuer, one method each.

use std::time::Duration;

use super::{Issuer, IssuerName, require};
use crate::config::provider::Provider;
use crate::crypto::{Algorithm, Backend};

impl Issuer {
    /// Sets the `iss` as [`Issuer::new`] does; replaces the domain, and the issuer of the preset.
    ///
    /// Environment: `AXIOMS_ISS_URL`.
    pub fn iss(mut self, iss: impl Into<String>) -> Self {
        self.name = Some(IssuerName::Iss(iss.into()));
        self
    }

    /// Sets the issuer by its domain: `https://{domain}`. A final slash in it is dropped, and so is
    /// `https://`; another scheme is a problem. Replaces the `iss`.
    ///
    /// Environment: `AXIOMS_DOMAIN`. Where `AXIOMS_ISS_URL` is set too, that one counts, and a
    /// warning says so.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.name = Some(IssuerName::Domain(domain.into()));
        self
    }

    /// Takes from a preset all that is known of an identity provider: the issuer, where its keys
    /// are, and what its tokens look like. Settings made by other methods, before or after, win
    /// over the preset. Where one of them names another issuer, the keys are found through that
    /// issuer's metadata.
    ///
    /// Environment: `AXIOMS_PROVIDER`, the preset's name and its arguments, comma separated; see
    /// [`Provider`].
    ///
    /// # Examples
    /// ```no_run
    /// use axioms_core::{Provider, Validator};
    ///
    /// let validator = Validator::builder()
    ///     .provider(Provider::auth0("tenant.eu.auth0.com"))
    ///     .audience("https://api.example.com")
    ///     .build()?;
    /// # Ok::<(), axioms_core::BuildError>(())
    /// ```
    pub fn provider(mut self, provider: Provider) -> Self {
        self.provider = Some(provider);
        self
    }

    /// Accepts any `iss`, or none: every signer whose key is in the JWK Set is trusted. For issuers
    /// that write no stable `iss`. It needs [`Issuer::jwks_url`] or [`Issuer::jwks`], and admits no
    /// second issuer.
    ///
    /// Environment: `AXIOMS_ANY_ISSUER`. Default: false.
    pub fn any_issuer(mut self, any: bool) -> Self {
        self.any = Some(any);
        self
    }

    /// Trusts these tenants of a provider whose tenants share keys: `{tid}` in the issuer stands
    /// for the tenant's id. A token's `iss` must be that of a tenant in the list, and its claim
    /// `tid` must name the same tenant.
    ///
    /// Environment: `AXIOMS_TENANTS`, comma separated. It needs [`Issuer::jwks_url`] or
    /// [`Issuer::jwks`].
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
    /// # Ok::<(), axioms_core::BuildError>(())
    /// ```
    pub fn tenants(mut self, tenants: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.tenants = Some(owned(tenants));
        self
    }

    /// Sets the URL of the JWK Set, in place of finding it through the issuer's metadata.
    ///
    /// Environment: `AXIOMS_JWKS_URL`.
    pub fn jwks_url(mut self, url: impl Into<String>) -> Self {
        self.jwks_url = Some(url.into());
        self
    }

    /// Sets the keys themselves: a JWK Set (RFC 7517 section 5) as text. Nothing is fetched and no
    /// thread is started. For tests, and for programs without a network.
    ///
    /// The keys are trusted as long as the validator lives; to replace them, build another one. An
    /// issuer is required all the same, or [`Issuer::any_issuer`]. Keys that cannot be used are
    /// skipped; without any that can, the validator is not built. Environment: none.
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
    /// # Ok::<(), axioms_core::BuildError>(())
    /// ```
    pub fn jwks(mut self, text: impl Into<String>) -> Self {
        self.jwks = Some(text.into());
        self
    }

    /// Sets the accepted audience: what the issuer writes into `aud` for this API.
    ///
    /// One is required. Environment: `AXIOMS_AUDIENCE`, comma separated.
    pub fn audience(self, audience: impl Into<String>) -> Self {
        self.audiences([audience])
    }

    /// Accepts another audience besides those set so far.
    pub fn add_audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.get_or_insert_default().push(audience.into());
        self
    }

    /// Sets the accepted audiences: a token must name at least one of them.
    ///
    /// Environment: `AXIOMS_AUDIENCE`, comma separated.
    pub fn audiences(mut self, audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.audiences = Some(owned(audiences));
        self
    }

    /// Sets the accepted `typ` values, compared without regard to case and to `application/`. With
    /// `JWT` among them a token without `typ` is accepted too. A type that is never that of an access
    /// token, such as `dpop+jwt`, is a problem.
    ///
    /// Environment: `AXIOMS_TOKEN_TYPS`, comma separated. Default: `at+jwt`, `JWT`.
    pub fn token_types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.token_types = Some(owned(types));
        self
    }

    /// Accepts only tokens of the profile of RFC 9068: `typ` is `at+jwt`, and `iss`, `exp`, `aud`,
    /// `sub`, `client_id`, `iat` and `jti` are present.
    ///
    /// Environment: `AXIOMS_STRICT_TYP`. Default: false.
    pub fn strict_typ(mut self, strict: bool) -> Self {
        self.strict_typ = Some(strict);
        self
    }

    /// Requires that every access token of the issuer has this claim with this value: what tells its
    /// access tokens from its ID and refresh tokens, which are signed with the same keys. A string is
    /// compared exactly, a number or a boolean by its JSON text; an array never matches. The name is
    /// given as for [`Issuer::scope_claims`].
    ///
    /// Each call adds a claim. A second value for a claim replaces the first, and what a provider's
    /// preset demands of it.
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
        let claims = self.required_claims.unwrap_or_default();
        self.required_claims = Some(require(claims, (name.into(), value.into())));
        self
    }

    /// Narrows the accepted signature algorithms.
    ///
    /// Environment: `AXIOMS_ALGORITHMS`, comma separated. Default: every [`Algorithm`] that the
    /// backend verifies.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = Some(algorithms.into_iter().collect());
        self
    }

    /// Sets how far the issuer's clock and this one may differ: at most 300 s.
    ///
    /// Environment: `AXIOMS_LEEWAY`, in seconds. Default: 60 s.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = Some(leeway);
        self
    }

    /// Refuses tokens whose lifetime, from `iat` to `exp`, is longer than this, and tokens without
    /// `iat`. At least 1 s.
    ///
    /// Environment: `AXIOMS_MAX_TOKEN_LIFETIME`, in seconds. Default: no limit.
    pub fn max_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.max_token_lifetime = Some(lifetime);
        self
    }

    /// Sets the claims that may hold scopes: the first one that a token has counts, the others are
    /// not looked at. A name that starts with `/` is a JSON Pointer (RFC 6901); any other is one
    /// literal member, dots and URLs included. A claim that is named twice is a problem, and so is
    /// a pointer in which `~` is followed by neither 0 nor 1.
    ///
    /// Environment: `AXIOMS_SCOPE_CLAIMS`, comma separated. Default: `scope`, or what the
    /// provider's preset says.
    pub fn scope_claims(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scope_claims = Some(owned(names));
        self
    }

    /// Sets the claims that may hold roles, named as for [`Issuer::scope_claims`].
    ///
    /// Environment: `AXIOMS_ROLES_CLAIMS`, comma separated. Default: `roles`, or what the
    /// provider's preset says.
    pub fn roles_claims(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.roles_claims = Some(owned(names));
        self
    }

    /// Sets the claims that may hold permissions, named as for [`Issuer::scope_claims`].
    ///
    /// Environment: `AXIOMS_PERMISSIONS_CLAIMS`, comma separated. Default: `permissions`.
    pub fn permissions_claims(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.permissions_claims = Some(owned(names));
        self
    }

    /// Sets how often the keys are fetched again in the background: from 1 s to 302400 s (3.5
    /// days); less than 60 s causes a warning. The issuer's `Cache-Control` may shorten a longer
    /// interval, not below 60 s.
    ///
    /// Environment: `AXIOMS_JWKS_REFRESH_INTERVAL`, in seconds. Default: 3600 s.
    pub fn refresh_interval(mut self, interval: Duration) -> Self {
        self.refresh_interval = Some(interval);
        self
    }

    /// Sets how long keys are trusted after the last good fetch: at least twice the refresh
    /// interval, at most 604800 s (7 days). A key that the issuer withdraws while it is unreachable
    /// is refused after this time.
    ///
    /// Environment: `AXIOMS_JWKS_CACHE_TTL`, in seconds. Default: twice the refresh interval, so
    /// 7200 s.
    pub fn cache_ttl(mut self, ttl: Duration) -> Self {
        self.cache_ttl = Some(ttl);
        self
    }

    /// Trusts these certificate authorities, one or more certificates in PEM, for the issuer's
    /// https instead of the built-in list of public ones.
    ///
    /// A server whose certificate is not accepted is an outage: its keys are unavailable, and
    /// [`Validator::health`](crate::Validator::health) says why.
    ///
    /// Environment: `AXIOMS_CA_FILE`, the path of such a file.
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
    pub fn certificate_authorities(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificate_authorities = Some(pem.into());
        self
    }

    /// Lets keys and metadata be fetched over plain http from hosts that are not on loopback, as
    /// from a container on the same host. An attacker on the network can then replace the keys and
    /// forge any token; a warning says so.
    ///
    /// Environment: `AXIOMS_DANGEROUS_ALLOW_HTTP`. Default: false.
    pub fn dangerous_allow_http(mut self, allow: bool) -> Self {
        self.dangerous_allow_http = Some(allow);
        self
    }

    /// Chooses the library that verifies signatures. It matters only where the features of several
    /// are enabled.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = Some(backend);
        self
    }
}

fn owned(values: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    values.into_iter().map(Into::into).collect()
}
