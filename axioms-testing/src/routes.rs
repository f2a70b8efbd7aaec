//! The well-known paths of an issuer's documents, for issuers with and without a path.

/// One of the documents that a [`TestIssuer`](super::TestIssuer) serves.
///
/// # Examples
/// An issuer without OpenID Connect Discovery, whose metadata is found elsewhere:
/// ```
/// use axioms_core::http::StatusCode;
/// use axioms_core::{Algorithm, Validator};
/// use axioms_testing::{AUDIENCE, Behaviour, Endpoint, TestIssuer};
///
/// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
/// issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Status(StatusCode::NOT_FOUND));
/// let validator = Validator::builder().issuer(issuer.url()).audience(AUDIENCE).build()?;
/// assert!(validator.validate(&issuer.token().sign()).is_ok());
/// # Ok::<(), axioms_core::BuildError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// The key set, at `{issuer}/.well-known/jwks.json`.
    Jwks,
    /// The metadata of OpenID Connect Discovery, at `{issuer}/.well-known/openid-configuration`.
    OpenIdConfiguration,
    /// The metadata of [RFC 8414](https://www.rfc-editor.org/rfc/rfc8414#section-3), whose
    /// well-known part comes before the issuer's path:
    /// `/.well-known/oauth-authorization-server{path}`.
    AuthorizationServer,
    /// The metadata of OpenID Connect Discovery where RFC 8414 would have it ([section
    /// 5](https://www.rfc-editor.org/rfc/rfc8414#section-5)):
    /// `/.well-known/openid-configuration{path}`. For an issuer without a path that is
    /// [`Endpoint::OpenIdConfiguration`].
    InsertedOpenIdConfiguration,
}

impl Endpoint {
    const ALL: [Self; 4] =
        [Self::Jwks, Self::OpenIdConfiguration, Self::AuthorizationServer, Self::InsertedOpenIdConfiguration];

    /// The path at which an issuer with the path `issuer_path` serves this.
    pub(super) fn path(self, issuer_path: &str) -> String {
        // Both specifications drop a trailing slash before they add the well-known part.
        let prefix = issuer_path.strip_suffix('/').unwrap_or(issuer_path);
        match self {
            Self::Jwks => format!("{prefix}/.well-known/jwks.json"),
            Self::OpenIdConfiguration => format!("{prefix}/.well-known/openid-configuration"),
            Self::AuthorizationServer => format!("/.well-known/oauth-authorization-server{prefix}"),
            Self::InsertedOpenIdConfiguration => format!("/.well-known/openid-configuration{prefix}"),
        }
    }

    /// The document that an issuer with the path `issuer_path` serves at `path`.
    pub(super) fn at(path: &str, issuer_path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|endpoint| endpoint.path(issuer_path) == path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_addresses_follow_the_issuers_path() {
        for (issuer_path, jwks, openid, oauth) in [
            (
                "",
                "/.well-known/jwks.json",
                "/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server",
            ),
            (
                "/",
                "/.well-known/jwks.json",
                "/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server",
            ),
            (
                "/tenant/a",
                "/tenant/a/.well-known/jwks.json",
                "/tenant/a/.well-known/openid-configuration",
                "/.well-known/oauth-authorization-server/tenant/a",
            ),
        ] {
            assert_eq!(Endpoint::at(jwks, issuer_path), Some(Endpoint::Jwks));
            assert_eq!(Endpoint::at(openid, issuer_path), Some(Endpoint::OpenIdConfiguration));
            assert_eq!(Endpoint::at(oauth, issuer_path), Some(Endpoint::AuthorizationServer));
            assert_eq!(Endpoint::at("/elsewhere", issuer_path), None);
        }
        let inserted = Endpoint::at("/.well-known/openid-configuration/tenant/a", "/tenant/a");
        assert_eq!(inserted, Some(Endpoint::InsertedOpenIdConfiguration));
    }
}
