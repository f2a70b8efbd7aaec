//! The setters of an [`Issuer`].

use std::time::Duration;

use super::{Issuer, IssuerName, require};
use crate::config::provider::Provider;
use crate::crypto::{Algorithm, Backend};

impl Issuer {
    /// Sets the `iss` as [`Issuer::new`] does. It replaces the domain and the issuer of the preset.
    ///
    /// Environment: `AXIOMS_ISS_URL`.
    pub fn iss(mut self, iss: impl Into<String>) -> Self {
        self.name = Some(IssuerName::Iss(iss.into()));
        self
    }

    /// Sets the issuer to `https://{domain}`. A final slash and a leading `https://` in the domain
    /// are dropped; any other scheme is a problem. It replaces the `iss`.
    ///
    /// Environment: `AXIOMS_DOMAIN`. If `AXIOMS_ISS_URL` is set too, it takes precedence, and a
    /// warning reports it.
    pub fn domain(mut self, domain: impl Into<String>) -> Self {
        self.name = Some(IssuerName::Domain(domain.into()));
        self
    }

    /// Uses the preset of an identity provider: its issuer, the URL of its keys, and the format of
    /// its tokens. Settings made by other methods, before or after this call, take precedence over
    /// the preset. If one of them names a different issuer, the keys are discovered through that
    /// issuer's metadata.
    ///
    /// Environment: `AXIOMS_PROVIDER`, the preset's name and its arguments, comma separated. See
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

    /// Accepts tokens with any `iss`, or without one, for issuers whose `iss` is not stable. Every
    /// signer whose key is in the JWK Set is then trusted. It requires [`Issuer::jwks_url`] or
    /// [`Issuer::jwks`], and cannot be combined with a second issuer.
    ///
    /// Environment: `AXIOMS_ANY_ISSUER`. Default: false.
    pub fn any_issuer(mut self, any: bool) -> Self {
        self.any = Some(any);
        self
    }

    /// Trusts these tenants of a provider whose tenants share keys. `{tid}` in the issuer is
    /// replaced by the tenant's id. The `iss` of a token must be that of a listed tenant, and its
    /// `tid` claim must name the same tenant.
    ///
    /// It requires [`Issuer::jwks_url`] or [`Issuer::jwks`]. Environment: `AXIOMS_TENANTS`, comma
    /// separated.
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

    /// Sets the URL of the JWK Set. Default: the `jwks_uri` in the issuer's metadata.
    ///
    /// Environment: `AXIOMS_JWKS_URL`.
    pub fn jwks_url(mut self, url: impl Into<String>) -> Self {
        self.jwks_url = Some(url.into());
        self
    }

    /// Sets the keys themselves, as the text of a JWK Set (RFC 7517 section 5), for tests and for
    /// programs without network access. Nothing is fetched and no thread is started.
    ///
    /// The keys are trusted until the validator is dropped; to replace them, build a new one. An
    /// issuer or [`Issuer::any_issuer`] is still required. Unusable keys are skipped; if none is
    /// usable, building the validator fails. Environment: none.
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

    /// Sets the accepted audience: the value that the issuer writes into `aud` for this API.
    ///
    /// At least one audience is required. Environment: `AXIOMS_AUDIENCE`, comma separated.
    pub fn audience(self, audience: impl Into<String>) -> Self {
        self.audiences([audience])
    }

    /// Accepts an additional audience.
    pub fn add_audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.get_or_insert_default().push(audience.into());
        self
    }

    /// Sets the accepted audiences. A token must contain at least one of them in `aud`.
    ///
    /// Environment: `AXIOMS_AUDIENCE`, comma separated.
    pub fn audiences(mut self, audiences: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.audiences = Some(owned(audiences));
        self
    }

    /// Sets the accepted values of `typ` (RFC 7515 section 4.1.9). The comparison ignores case and
    /// the prefix `application/`. If `JWT` is one of them, a token without `typ` is accepted too.
    /// The type of a token that is never an access token, such as `dpop+jwt`, is a problem.
    ///
    /// Environment: `AXIOMS_TOKEN_TYPS`, comma separated. Default: `at+jwt`, `JWT`.
    pub fn token_types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.token_types = Some(owned(types));
        self
    }

    /// Accepts only tokens that follow the profile of RFC 9068: `typ` is `at+jwt`, and `iss`,
    /// `exp`, `aud`, `sub`, `client_id`, `iat` and `jti` are present.
    ///
    /// Environment: `AXIOMS_STRICT_TYP`. Default: false.
    pub fn strict_typ(mut self, strict: bool) -> Self {
        self.strict_typ = Some(strict);
        self
    }

    /// Requires a claim with this value in every token of the issuer. Use it to distinguish access
    /// tokens from ID tokens and refresh tokens that are signed with the same keys. A string is
    /// compared exactly, a number or a boolean by its JSON text; an array never matches. The name
    /// has the format described at [`Issuer::scope_claims`].
    ///
    /// Each call adds a claim. A second value for the same claim replaces the first, and replaces
    /// the value that a provider's preset requires.
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

    /// Restricts the accepted signature algorithms.
    ///
    /// Environment: `AXIOMS_ALGORITHMS`, comma separated. Default: every [`Algorithm`] that the
    /// backend supports.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.algorithms = Some(algorithms.into_iter().collect());
        self
    }

    /// Sets the allowed difference between the issuer's clock and this one, at most 300 s.
    ///
    /// Environment: `AXIOMS_LEEWAY`, in seconds. Default: 60 s.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = Some(leeway);
        self
    }

    /// Sets the maximum lifetime of a token, from `iat` to `exp`; at least 1 s. Tokens that live
    /// longer and tokens without `iat` are refused.
    ///
    /// Environment: `AXIOMS_MAX_TOKEN_LIFETIME`, in seconds. Default: no limit.
    pub fn max_token_lifetime(mut self, lifetime: Duration) -> Self {
        self.max_token_lifetime = Some(lifetime);
        self
    }

    /// Sets the claims that may contain scopes. The first of them that is present in a token is
    /// used; the others are ignored. A name that starts with `/` is a JSON Pointer (RFC 6901). Any
    /// other name is the literal name of a member, even if it contains dots or is a URL. A claim
    /// named twice is a problem, and so is a pointer that contains `~` not followed by 0 or 1.
    ///
    /// Environment: `AXIOMS_SCOPE_CLAIMS`, comma separated. Default: `scope`, or the claim of the
    /// provider's preset.
    pub fn scope_claims(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scope_claims = Some(owned(names));
        self
    }

    /// Sets the claims that may contain roles, in the format of [`Issuer::scope_claims`].
    ///
    /// Environment: `AXIOMS_ROLES_CLAIMS`, comma separated. Default: `roles`, or the claim of the
    /// provider's preset.
    pub fn roles_claims(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.roles_claims = Some(owned(names));
        self
    }

    /// Sets the claims that may contain permissions, in the format of [`Issuer::scope_claims`].
    ///
    /// Environment: `AXIOMS_PERMISSIONS_CLAIMS`, comma separated. Default: `permissions`.
    pub fn permissions_claims(mut self, names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.permissions_claims = Some(owned(names));
        self
    }

    /// Sets the interval at which the keys are fetched again in the background: from 1 s to 302400
    /// s (3.5 days). Less than 60 s causes a warning. The issuer's `Cache-Control` can shorten the
    /// interval, but not below 60 s.
    ///
    /// Environment: `AXIOMS_JWKS_REFRESH_INTERVAL`, in seconds. Default: 3600 s.
    pub fn refresh_interval(mut self, interval: Duration) -> Self {
        self.refresh_interval = Some(interval);
        self
    }

    /// Sets how long keys are trusted after the last successful fetch: at least twice the refresh
    /// interval, at most 604800 s (7 days). If the issuer withdraws a key and is then unreachable,
    /// the key is refused after this time.
    ///
    /// Environment: `AXIOMS_JWKS_CACHE_TTL`, in seconds. Default: twice the refresh interval, which
    /// is 7200 s by default.
    pub fn cache_ttl(mut self, ttl: Duration) -> Self {
        self.cache_ttl = Some(ttl);
        self
    }

    /// Sets the certificate authorities for the issuer's https, as one or more PEM certificates.
    /// They replace the built-in list of public authorities.
    ///
    /// If the certificate of the issuer's server is not accepted, its keys are unavailable, and
    /// [`Validator::health`](crate::Validator::health) reports the reason.
    ///
    /// Environment: `AXIOMS_CA_FILE`, the path of a PEM file.
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

    /// Allows fetching keys and metadata over plain http from hosts that are not on loopback, such
    /// as a container on the same host. An attacker on the network can then replace the keys and
    /// forge any token. It causes a warning.
    ///
    /// Environment: `AXIOMS_DANGEROUS_ALLOW_HTTP`. Default: false.
    pub fn dangerous_allow_http(mut self, allow: bool) -> Self {
        self.dangerous_allow_http = Some(allow);
        self
    }

    /// Chooses the library that verifies signatures. It matters only if the features of several
    /// libraries are enabled.
    pub fn backend(mut self, backend: Backend) -> Self {
        self.backend = Some(backend);
        self
    }
}

fn owned(values: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    values.into_iter().map(Into::into).collect()
}
