//! The settings of one issuer, before they are checked.

mod setters;

use std::fmt;
use std::time::Duration;

use super::provider::Provider;
use super::redacted::redacted;
use crate::crypto::{Algorithm, Backend};

/// An issuer that a resource server trusts, with all settings for its tokens and keys.
///
/// Pass it to [`ValidatorBuilder::issuer`](crate::ValidatorBuilder::issuer) or, for further
/// issuers, to [`add_issuer`](crate::ValidatorBuilder::add_issuer). A URL or a [`Provider`]
/// converts into an `Issuer`. A setter replaces an earlier value;
/// [`add_audience`](Self::add_audience) adds to it.
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

/// Omits passwords, queries and keys.
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

/// The issuer's identifier, in the form it was given.
#[derive(Clone)]
pub(super) enum IssuerName {
    /// The exact `iss`.
    Iss(String),
    Domain(String),
}

/// Redacted in the same way as in a [`Problem`](super::problem::Problem).
impl fmt::Debug for IssuerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Iss(iss) => f.debug_tuple("Iss").field(&redacted(iss)).finish(),
            Self::Domain(domain) => f.debug_tuple("Domain").field(&redacted(domain)).finish(),
        }
    }
}

/// Returns `https://{domain}`. The domain may include a scheme and a final slash.
pub(super) fn of_domain(domain: &str) -> String {
    let bare = domain.split_once("://").map_or(domain, |(_, rest)| rest);
    format!("https://{}", bare.trim_end_matches('/'))
}

/// Adds a required claim; it replaces an earlier value of the same claim.
fn require(mut claims: Vec<(String, String)>, later: (String, String)) -> Vec<(String, String)> {
    claims.retain(|(name, _)| *name != later.0);
    claims.push(later);
    claims
}

impl Issuer {
    /// Creates an issuer from its `iss`. The `iss` of a token must equal it byte for byte,
    /// including a final slash.
    pub fn new(iss: impl Into<String>) -> Self {
        Self::default().iss(iss)
    }

    /// The `iss` that these settings name, if any.
    fn named(&self) -> Option<String> {
        match (&self.name, &self.provider) {
            (Some(IssuerName::Iss(iss)), _) => Some(iss.clone()),
            (Some(IssuerName::Domain(domain)), _) => Some(of_domain(domain)),
            (None, preset) => preset.as_ref().map(|preset| preset.issuer.clone()),
        }
    }

    /// Merges two sets of settings; a setting in `later` replaces the one in `self`. A preset in
    /// `later` also replaces an earlier name, since it names an issuer itself. If `later` names a
    /// different issuer, the keys and tenants in `self` are dropped, since they belong to the
    /// earlier issuer.
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

    /// An issuer with every setting, whose values depend on `n`.
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
