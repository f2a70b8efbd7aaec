//! The settings of one issuer, one method each.

use std::fmt;
use std::time::Duration;

use super::provider::Provider;
use super::redacted::redacted;
use crate::crypto::{Algorithm, Backend};

/// An issuer that a resource server trusts, with every setting that concerns its tokens and its
/// keys.
///
/// [`ValidatorBuilder::issuer`](crate::ValidatorBuilder::issuer) takes one, and
/// [`add_issuer`](crate::ValidatorBuilder::add_issuer) more. A URL or a [`Provider`] turns into
/// one. A setter replaces what was set before; the adder ([`add_audience`](Self::add_audience))
/// keeps it.
///
/// # Examples
/// ```no_run
/// use axioms_core::{Issuer, Provider, Validator};
///
/// let staff = Issuer::new("https://staff.example.com").audience("orders");
/// let customers = Issuer::from(Provider::auth0("tenant.eu.auth0.com")).audience("shop");
/// let validator = Validator::builder().issuer(customers).add_issuer(staff).build()?;
/// # Ok::<(), axioms_core::BuildError>(())
/// ```
#[derive(Clone, Default)]
#[must_use = "an issuer does nothing until a builder takes it"]
pub struct Issuer {
    pub(super) provider: Option<Provider>,
    pub(super) name: Option<IssuerName>,
    pub(super) any: Option<bool>,
    pub(super) tenants: Option<Vec<String>>,
    pub(super) jwks_url: Option<String>,
    pub(super) jwks: Option<String>,
    pub(super) audiences: Option<Vec<String>>,
    pub(super) token_types: Option<Vec<String>>,
    pub(super) strict_typ: Option<bool>,
    /// Names and values.
    pub(super) required_claims: Option<Vec<(String, String)>>,
    pub(super) algorithms: Option<Vec<Algorithm>>,
    pub(super) leeway: Option<Duration>,
    pub(super) max_token_lifetime: Option<Duration>,
    pub(super) scope_claims: Option<Vec<String>>,
    pub(super) roles_claims: Option<Vec<String>>,
    pub(super) permissions_claims: Option<Vec<String>>,
    pub(super) refresh_interval: Option<Duration>,
    pub(super) cache_ttl: Option<Duration>,
    pub(super) certificate_authorities: Option<Vec<u8>>,
    pub(super) dangerous_allow_http: Option<bool>,
    pub(super) backend: Option<Backend>,
}

/// Without passwords, queries and keys.
impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each = |texts: &Option<Vec<String>>| -> Option<Vec<String>> {
            texts.as_ref().map(|texts| texts.iter().map(|text| redacted(text)).collect())
        };
        let claims = |claims: &Option<Vec<(String, String)>>| -> Option<Vec<(String, String)>> {
            let claims = claims.as_ref()?.iter().map(|(name, value)| (redacted(name), redacted(value)));
            Some(claims.collect())
        };
        f.debug_struct("Issuer")
            .field("provider", &self.provider)
            .field("name", &self.name)
            .field("any", &self.any)
            .field("tenants", &each(&self.tenants))
            .field("jwks_url", &self.jwks_url.as_deref().map(redacted))
            .field("jwks", &self.jwks.as_ref().map(|_| "***"))
            .field("audiences", &each(&self.audiences))
            .field("token_types", &each(&self.token_types))
            .field("strict_typ", &self.strict_typ)
            .field("required_claims", &claims(&self.required_claims))
            .field("algorithms", &self.algorithms)
            .field("leeway", &self.leeway)
            .field("max_token_lifetime", &self.max_token_lifetime)
            .field("scope_claims", &each(&self.scope_claims))
            .field("roles_claims", &each(&self.roles_claims))
            .field("permissions_claims", &each(&self.permissions_claims))
            .field("refresh_interval", &self.refresh_interval)
            .field("cache_ttl", &self.cache_ttl)
            .field("certificate_authorities", &self.certificate_authorities.as_ref().map(|_| "***"))
            .field("dangerous_allow_http", &self.dangerous_allow_http)
            .field("backend", &self.backend)
            .finish()
    }
}

/// How the issuer is named.
#[derive(Clone)]
pub(super) enum IssuerName {
    /// As in `iss`.
    Iss(String),
    Domain(String),
}

/// As a problem shows it.
impl fmt::Debug for IssuerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Iss(iss) => f.debug_tuple("Iss").field(&redacted(iss)).finish(),
            Self::Domain(domain) => f.debug_tuple("Domain").field(&redacted(domain)).finish(),
        }
    }
}

fn owned(values: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    values.into_iter().map(Into::into).collect()
}

/// `https://{domain}`, where the domain may have been written with a scheme and a final slash.
pub(super) fn of_domain(domain: &str) -> String {
    let bare = domain.split_once("://").map_or(domain, |(_, rest)| rest);
    format!("https://{}", bare.trim_end_matches('/'))
}

/// A later value for a claim replaces an earlier one.
fn require(mut claims: Vec<(String, String)>, later: (String, String)) -> Vec<(String, String)> {
    claims.retain(|(name, _)| *name != later.0);
    claims.push(later);
    claims
}

impl Issuer {
    /// An issuer by its `iss`: a token's must equal it byte for byte, a final slash included.
    pub fn new(iss: impl Into<String>) -> Self {
        Self::default().iss(iss)
    }

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

    /// The `iss` that these settings name, if they name one.
    fn named(&self) -> Option<String> {
        match (&self.name, &self.provider) {
            (Some(IssuerName::Iss(iss)), _) => Some(iss.clone()),
            (Some(IssuerName::Domain(domain)), _) => Some(of_domain(domain)),
            (None, preset) => preset.as_ref().map(|preset| preset.issuer.clone()),
        }
    }

    /// These settings, but for those that `later` makes as well. A preset names an issuer, so an
    /// earlier name does not outlive it. Keys and tenants are those of one issuer, so none outlives
    /// the issuer that they were set for.
    pub(super) fn overridden_by(mut self, later: Self) -> Self {
        if let (Some(before), Some(after)) = (self.named(), later.named())
            && before != after
        {
            (self.jwks_url, self.jwks, self.tenants) = (None, None, None);
        }
        let required_claims = match (self.required_claims, later.required_claims) {
            (Some(claims), Some(later)) => Some(later.into_iter().fold(claims, require)),
            (earlier, later) => later.or(earlier),
        };
        let name = if later.provider.is_some() { later.name } else { later.name.or(self.name) };
        Self {
            name,
            provider: later.provider.or(self.provider),
            any: later.any.or(self.any),
            tenants: later.tenants.or(self.tenants),
            jwks_url: later.jwks_url.or(self.jwks_url),
            jwks: later.jwks.or(self.jwks),
            audiences: later.audiences.or(self.audiences),
            token_types: later.token_types.or(self.token_types),
            strict_typ: later.strict_typ.or(self.strict_typ),
            required_claims,
            algorithms: later.algorithms.or(self.algorithms),
            leeway: later.leeway.or(self.leeway),
            max_token_lifetime: later.max_token_lifetime.or(self.max_token_lifetime),
            scope_claims: later.scope_claims.or(self.scope_claims),
            roles_claims: later.roles_claims.or(self.roles_claims),
            permissions_claims: later.permissions_claims.or(self.permissions_claims),
            refresh_interval: later.refresh_interval.or(self.refresh_interval),
            cache_ttl: later.cache_ttl.or(self.cache_ttl),
            certificate_authorities: later.certificate_authorities.or(self.certificate_authorities),
            dangerous_allow_http: later.dangerous_allow_http.or(self.dangerous_allow_http),
            backend: later.backend.or(self.backend),
        }
    }
}

/// As [`Issuer::new`].
impl From<&str> for Issuer {
    fn from(iss: &str) -> Self {
        Self::new(iss)
    }
}

/// As [`Issuer::new`].
impl From<&String> for Issuer {
    fn from(iss: &String) -> Self {
        Self::new(iss)
    }
}

/// As [`Issuer::new`].
impl From<String> for Issuer {
    fn from(iss: String) -> Self {
        Self::new(iss)
    }
}

/// As [`Issuer::provider`].
impl From<Provider> for Issuer {
    fn from(provider: Provider) -> Self {
        Self::default().provider(provider)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every setting, with values that differ by `n`.
    fn complete(n: u64) -> Issuer {
        let (text, seconds) = (format!("https://{n}.example"), Duration::from_secs(n));
        Issuer {
            provider: Some(Provider::auth0(&text)),
            name: Some(IssuerName::Iss(text.clone())),
            any: Some(n == 1),
            tenants: Some(vec![text.clone()]),
            jwks_url: Some(text.clone()),
            jwks: Some(text.clone()),
            audiences: Some(vec![text.clone()]),
            token_types: Some(vec![text.clone()]),
            strict_typ: Some(n == 1),
            required_claims: Some(vec![("kind".to_owned(), text.clone())]),
            algorithms: Some(vec![if n == 1 { Algorithm::RS256 } else { Algorithm::ES256 }]),
            leeway: Some(seconds),
            max_token_lifetime: Some(seconds),
            scope_claims: Some(vec![text.clone()]),
            roles_claims: Some(vec![text.clone()]),
            permissions_claims: Some(vec![text.clone()]),
            refresh_interval: Some(seconds),
            cache_ttl: Some(seconds),
            certificate_authorities: Some(text.into_bytes()),
            dangerous_allow_http: Some(n == 1),
            backend: Some(Backend::default()),
        }
    }

    #[test]
    fn a_later_issuer_overrides_what_it_sets_and_leaves_the_rest() {
        let shown = |issuer: Issuer| (format!("{issuer:?}"), issuer.jwks, issuer.certificate_authorities);
        assert_eq!(shown(complete(1).overridden_by(complete(2))), shown(complete(2)));
        assert_eq!(shown(complete(1).overridden_by(Issuer::default())), shown(complete(1)));
    }
}
