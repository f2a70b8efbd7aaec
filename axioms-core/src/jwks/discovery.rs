//! Finds the URL of an issuer's JWK Set: configured, or in its metadata (OpenID Connect Discovery 1.0, RFC 8414), or
//! at the customary place.

use std::time::Instant;

use super::fetch::{Answer, Client, FetchError};
use super::url;
use crate::token::json::Object;

/// Where the keys are said to be.
#[derive(Debug, Clone)]
pub(crate) enum KeySource {
    /// The JWK Set URL was configured.
    Url(String),
    /// The issuer's metadata tells.
    Issuer { issuer: String, allow_http: bool },
}

impl KeySource {
    /// The URL that was configured: of the JWK Set, or of the issuer whose metadata names it.
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Url(url) | Self::Issuer { issuer: url, .. } => url,
        }
    }

    /// The URL of the JWK Set. `tell` hears of every location that is tried: whether the issuer's metadata is there.
    pub(crate) fn locate(
        &self,
        client: &Client,
        deadline: Instant,
        mut tell: impl FnMut(&str, Result<bool, &FetchError>),
    ) -> Result<String, FetchError> {
        let (issuer, allow_http) = match self {
            Self::Url(url) => return Ok(url.clone()),
            Self::Issuer { issuer, allow_http } => (issuer, *allow_http),
        };
        for location in metadata_locations(issuer) {
            let answer = client.get(&location, None, deadline).map(|answer| match answer {
                Answer::Document(metadata) => read(&metadata.body),
                Answer::NotModified { .. } => None,
            });
            tell(&location, answer.as_ref().map(Option::is_some));
            match answer {
                Ok(Some(metadata)) => return metadata.jwks_uri_of(issuer, allow_http),
                Ok(None) => {
                    tracing::debug!(name: "axioms.no_metadata", target: "axioms", location, "no issuer metadata at this location");
                }
                // Not there; a server that is down is another matter, and the attempt fails.
                Err(FetchError::Status(status)) if !status.is_server_error() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/')))
    }
}

/// OpenID Connect Discovery section 4 appends to the issuer; RFC 8414 section 3.1 inserts before its path.
fn metadata_locations(issuer: &str) -> Vec<String> {
    let issuer = issuer.trim_end_matches('/');
    let mut locations = vec![format!("{issuer}/.well-known/openid-configuration")];
    if let Some((scheme, rest)) = issuer.split_once("://") {
        let (host, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        locations.push(format!("{scheme}://{host}/.well-known/oauth-authorization-server{path}"));
    }
    locations
}

struct Metadata {
    issuer: String,
    jwks_uri: String,
}

/// `None` if the document is something else, as where a web application answers every path with its page.
fn read(body: &[u8]) -> Option<Metadata> {
    let object = Object::parse(std::str::from_utf8(body).ok()?).ok()?;
    let member = |name| object.string(name).ok().flatten().map(std::borrow::Cow::into_owned);
    Some(Metadata { issuer: member("issuer")?, jwks_uri: member("jwks_uri")? })
}

impl Metadata {
    /// The metadata of another issuer must not supply this one's keys (RFC 8414 section 3.3).
    fn jwks_uri_of(self, issuer: &str, allow_http: bool) -> Result<String, FetchError> {
        if self.issuer != issuer {
            return Err(FetchError::OtherIssuer { found: cut(&self.issuer), expected: issuer.to_owned() });
        }
        // A public issuer has no business naming an address of this machine.
        let issuer_is_local =
            url::check(issuer, true).is_ok_and(|uri| uri.host().is_some_and(super::reach::is_loopback));
        let acceptable = match url::check(&self.jwks_uri, allow_http) {
            Ok(uri) => uri.scheme_str() == Some("https") || issuer_is_local || allow_http,
            Err(_) => false,
        };
        if acceptable { Ok(self.jwks_uri) } else { Err(FetchError::InsecureJwksUri(cut(&self.jwks_uri))) }
    }
}

/// What an operator needs to see of an identifier: the document may be all of it, and each failed attempt is logged.
fn cut(identifier: &str) -> String {
    const LONGEST: usize = 500;
    identifier.chars().take(LONGEST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_locations_follow_both_specifications() {
        assert_eq!(
            metadata_locations("https://a.example/tenant/x"),
            [
                "https://a.example/tenant/x/.well-known/openid-configuration",
                "https://a.example/.well-known/oauth-authorization-server/tenant/x",
            ]
        );
        assert_eq!(
            metadata_locations("https://a.example/"),
            [
                "https://a.example/.well-known/openid-configuration",
                "https://a.example/.well-known/oauth-authorization-server",
            ]
        );
    }

    #[test]
    fn an_error_does_not_repeat_a_whole_document() {
        let long = "\u{1b}".repeat(200_000);
        let metadata = |issuer: &str| Metadata { issuer: issuer.to_owned(), jwks_uri: long.clone() };
        for issuer in [&long, "https://a.example"] {
            let error = metadata(issuer).jwks_uri_of("https://a.example", false).unwrap_err().to_string();
            assert!(error.len() < 4_000, "{} bytes", error.len());
        }
    }

    #[test]
    fn metadata_must_be_the_issuers_own_and_name_a_safe_url() {
        let rows = [
            ("https://a.example", "https://a.example", "https://keys.example/jwks", true),
            ("https://a.example", "https://a.example/", "https://a.example/jwks", false),
            ("https://a.example", "https://A.example", "https://a.example/jwks", false),
            ("https://a.example", "https://a.example", "http://a.example/jwks", false),
            ("https://a.example", "https://a.example", "http://127.0.0.1/jwks", false),
            ("https://a.example", "https://a.example", "file:///etc/passwd", false),
            ("http://localhost:1", "http://localhost:1", "http://localhost:1/jwks", true),
        ];
        for (configured, issuer, jwks_uri, accepted) in rows {
            let metadata = Metadata { issuer: issuer.to_owned(), jwks_uri: jwks_uri.to_owned() };
            assert_eq!(
                metadata.jwks_uri_of(configured, false).is_ok(),
                accepted,
                "{configured} {issuer} {jwks_uri}"
            );
        }
    }
}
