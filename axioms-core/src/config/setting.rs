//! The names of the settings: the builder's method and the environment variable.

use std::fmt;

/// A setting of a [`ValidatorBuilder`](crate::ValidatorBuilder) or an [`Issuer`](crate::Issuer).
///
/// # Examples
/// ```
/// use axioms_core::Setting;
///
/// assert_eq!(Setting::CacheTtl.name(), "cache_ttl");
/// assert_eq!(Setting::CacheTtl.variable(), Some("AXIOMS_JWKS_CACHE_TTL"));
/// assert_eq!(Setting::CacheTtl.to_string(), "cache_ttl (AXIOMS_JWKS_CACHE_TTL)");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Setting {
    /// The accepted audiences.
    Audience,
    /// The exact `iss`.
    Issuer,
    /// The domain from which the issuer is derived.
    Domain,
    /// The preset.
    Provider,
    /// Whether any `iss` is accepted.
    AnyIssuer,
    /// The trusted tenants.
    Tenants,
    /// An issuer added to the first one.
    AddIssuer,
    /// The URL of the JWK Set.
    JwksUrl,
    /// The keys themselves.
    Jwks,
    /// The accepted `typ` values.
    TokenTypes,
    /// Whether tokens must follow the profile of RFC 9068.
    StrictTyp,
    /// The claims that every access token must have.
    RequireClaim,
    /// The accepted signature algorithms.
    Algorithms,
    /// The allowed difference between clocks.
    Leeway,
    /// The maximum lifetime of a token.
    MaxTokenLifetime,
    /// The claims that contain scopes.
    ScopeClaims,
    /// The claims that contain roles.
    RolesClaims,
    /// The claims that contain permissions.
    PermissionsClaims,
    /// How often the keys are fetched.
    RefreshInterval,
    /// How long keys are trusted.
    CacheTtl,
    /// The certificate authorities for the issuer's https.
    CertificateAuthorities,
    /// Whether plain http is allowed beyond loopback.
    DangerousAllowHttp,
    /// The library that verifies signatures and implements TLS.
    Backend,
    /// The methods that a guarding layer lets through.
    SafeMethods,
    /// The realm of the challenge.
    Realm,
    /// How many bytes of a refused request's body are read and discarded.
    Drain,
    /// The size of the cache of verified tokens.
    TokenCache,
    /// Whether `build` waits for the first fetch.
    Prefetch,
    /// Whether `build` fails when the first fetch fails.
    FailFast,
    /// Whether warnings go to stderr if no `tracing` subscriber records them.
    WarnOnStderr,
}

impl Setting {
    /// The builder's method.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.names().0
    }

    /// The environment variable, if there is one.
    #[must_use]
    pub const fn variable(self) -> Option<&'static str> {
        self.names().1
    }

    const fn names(self) -> (&'static str, Option<&'static str>) {
        match self {
            Self::Audience => ("audience", Some("AXIOMS_AUDIENCE")),
            Self::Issuer => ("issuer", Some("AXIOMS_ISS_URL")),
            Self::Domain => ("domain", Some("AXIOMS_DOMAIN")),
            Self::Provider => ("provider", Some("AXIOMS_PROVIDER")),
            Self::AnyIssuer => ("any_issuer", Some("AXIOMS_ANY_ISSUER")),
            Self::Tenants => ("tenants", Some("AXIOMS_TENANTS")),
            Self::AddIssuer => ("add_issuer", None),
            Self::JwksUrl => ("jwks_url", Some("AXIOMS_JWKS_URL")),
            Self::Jwks => ("jwks", None),
            Self::TokenTypes => ("token_types", Some("AXIOMS_TOKEN_TYPS")),
            Self::StrictTyp => ("strict_typ", Some("AXIOMS_STRICT_TYP")),
            Self::RequireClaim => ("require_claim", Some("AXIOMS_REQUIRED_CLAIMS")),
            Self::Algorithms => ("algorithms", Some("AXIOMS_ALGORITHMS")),
            Self::Leeway => ("leeway", Some("AXIOMS_LEEWAY")),
            Self::MaxTokenLifetime => ("max_token_lifetime", Some("AXIOMS_MAX_TOKEN_LIFETIME")),
            Self::ScopeClaims => ("scope_claims", Some("AXIOMS_SCOPE_CLAIMS")),
            Self::RolesClaims => ("roles_claims", Some("AXIOMS_ROLES_CLAIMS")),
            Self::PermissionsClaims => ("permissions_claims", Some("AXIOMS_PERMISSIONS_CLAIMS")),
            Self::RefreshInterval => ("refresh_interval", Some("AXIOMS_JWKS_REFRESH_INTERVAL")),
            Self::CacheTtl => ("cache_ttl", Some("AXIOMS_JWKS_CACHE_TTL")),
            Self::CertificateAuthorities => ("certificate_authorities", Some("AXIOMS_CA_FILE")),
            Self::DangerousAllowHttp => ("dangerous_allow_http", Some("AXIOMS_DANGEROUS_ALLOW_HTTP")),
            Self::Backend => ("backend", None),
            Self::SafeMethods => ("safe_methods", Some("AXIOMS_SAFE_METHODS")),
            Self::Realm => ("realm", Some("AXIOMS_REALM")),
            Self::Drain => ("drain", Some("AXIOMS_DRAIN")),
            Self::TokenCache => ("token_cache", Some("AXIOMS_TOKEN_CACHE")),
            Self::Prefetch => ("prefetch", Some("AXIOMS_JWKS_PREFETCH")),
            Self::FailFast => ("fail_fast", Some("AXIOMS_FAIL_FAST")),
            Self::WarnOnStderr => ("warn_on_stderr", Some("AXIOMS_WARN_ON_STDERR")),
        }
    }
}

/// The builder's method, followed by the variable in parentheses.
impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.names() {
            (name, Some(variable)) => write!(f, "{name} ({variable})"),
            (name, None) => f.write_str(name),
        }
    }
}
