//! Finds the URL of an issuer's JWK Set: the configured URL, the one in the issuer's metadata
//! (OpenID Connect Discovery 1.0, RFC 8414), or the conventional URL.

use std::time::Instant;

use http::StatusCode;

use super::error::{Attempt, JwksError, JwksFault, Reply};
use crate::fetch::reach::{self, Reach};
use crate::fetch::url;
use crate::fetch::{Answer, Client, FetchFault};
use crate::json::Object;
use crate::text;

/// Where to look for the keys.
#[derive(Debug, Clone)]
pub(crate) enum KeySource {
    /// The JWK Set URL was configured.
    Url(String),
    /// The issuer's metadata names the URL.
    Issuer { issuer: String, allow_http: bool },
}

/// The URL of the JWK Set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JwksLocation {
    pub(crate) url: String,
    pub(crate) named_by: NamedBy,
}

/// Where a URL comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NamedBy {
    Configuration,
    /// The issuer's metadata.
    Metadata,
    /// The issuer has no metadata; this is the URL that many issuers use.
    Convention,
}

/// The outcome of a search: the locations tried, in order, and the result.
#[derive(Debug)]
pub(crate) struct Located {
    pub(crate) attempts: Vec<Attempt>,
    pub(crate) place: Result<JwksLocation, JwksError>,
}

impl KeySource {
    /// The configured URL: of the JWK Set, or of the issuer whose metadata names it.
    pub(crate) fn url(&self) -> &str {
        match self {
            Self::Url(url) | Self::Issuer { issuer: url, .. } => url,
        }
    }

    /// Finds the JWK Set.
    pub(crate) fn locate(&self, client: &Client, deadline: Instant) -> Located {
        match self {
            Self::Url(url) => {
                let place = JwksLocation { url: url.clone(), named_by: NamedBy::Configuration };
                Located { attempts: Vec::new(), place: Ok(place) }
            }
            Self::Issuer { issuer, allow_http } => search(client, deadline, issuer, *allow_http),
        }
    }
}

/// Tries the metadata locations in turn. The conventional URL is used only if every location
/// answers that it has no metadata, because keys at another URL than the one in the metadata may be
/// old.
fn search(client: &Client, deadline: Instant, issuer: &str, allow_http: bool) -> Located {
    let locations = metadata_locations(issuer);
    let mut attempts = Vec::with_capacity(locations.len());
    let mut refused = None;
    for location in locations {
        let reply = ask(client, &location, deadline, issuer, allow_http);
        let decision = match &reply {
            Reply::Metadata(url) => Some(Ok(JwksLocation { url: url.clone(), named_by: NamedBy::Metadata })),
            Reply::Other => None,
            Reply::Failed(error) => match error.fault.status() {
                Some(StatusCode::NOT_FOUND | StatusCode::GONE) => None,
                // Try the next location: gateways answer like this for unknown paths.
                Some(status) if !status.is_server_error() && status != StatusCode::TOO_MANY_REQUESTS => {
                    refused.get_or_insert_with(|| error.clone());
                    None
                }
                _ => Some(Err(error.clone())),
            },
        };
        if decision.is_none() {
            tracing::debug!(
                name: "axioms.no_metadata",
                target: "axioms",
                location,
                answer = %reply,
                "no issuer metadata at this location"
            );
        }
        attempts.push(Attempt { location, reply });
        if let Some(place) = decision {
            return Located { attempts, place };
        }
    }
    let url = format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'));
    let place = refused.map_or(Ok(JwksLocation { url, named_by: NamedBy::Convention }), Err);
    Located { attempts, place }
}

fn ask(client: &Client, location: &str, deadline: Instant, issuer: &str, allow_http: bool) -> Reply {
    let answer = client.get(location, None, deadline).map_err(JwksError::from);
    let jwks_uri = answer.and_then(|answer| match answer {
        Answer::Representation(metadata) => {
            jwks_uri(&metadata.body, issuer, allow_http).map_err(|fault| JwksError::at(location, fault))
        }
        Answer::NotModified { .. } => Ok(None),
    });
    match jwks_uri {
        Ok(Some(url)) => Reply::Metadata(url),
        Ok(None) => Reply::Other,
        Err(error) => Reply::Failed(error),
    }
}

/// The locations of an issuer's metadata. OpenID Connect Discovery section 4 appends the well-known
/// path to the issuer. RFC 8414 section 3.1 inserts it before the issuer's path, and section 5
/// allows the name of the former there too.
pub(crate) fn metadata_locations(issuer: &str) -> Vec<String> {
    let issuer = issuer.trim_end_matches('/');
    let mut locations = vec![format!("{issuer}/.well-known/openid-configuration")];
    if let Some((scheme, rest)) = issuer.split_once("://") {
        let (host, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let inserted = |name| format!("{scheme}://{host}/.well-known/{name}{path}");
        locations.push(inserted("oauth-authorization-server"));
        if !path.is_empty() {
            locations.push(inserted("openid-configuration"));
        }
    }
    locations
}

/// Returns the JWK Set URL in a document, if the document is an issuer's metadata, and `None` for
/// any other text, such as a web page. A document that is not text and unusable metadata are
/// errors, because the URL they may name is unknown.
pub(crate) fn jwks_uri(body: &[u8], issuer: &str, allow_http: bool) -> Result<Option<String>, JwksFault> {
    let text = std::str::from_utf8(body).map_err(|_| FetchFault::Unreadable("not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(FetchFault::Unreadable("empty").into());
    }
    // UTF-16, for example.
    if text.contains('\0') {
        return Err(FetchFault::Unreadable("not text").into());
    }
    let Ok(metadata) = Object::parse(text) else {
        // A web page does not begin with `{`.
        let begins_as_object = text.trim_start().starts_with('{');
        return if begins_as_object {
            Err(JwksFault::Metadata("it is not JSON, or repeats a member"))
        } else {
            Ok(None)
        };
    };
    match metadata.string("issuer") {
        Ok(None) => return Ok(None),
        Ok(Some(found)) if found == issuer => {}
        // The metadata of another issuer must not supply this one's keys (RFC 8414 section 3.3).
        Ok(Some(found)) => {
            return Err(JwksFault::OtherIssuer { found: cut(&found), expected: issuer.to_owned() });
        }
        Err(_) => return Err(JwksFault::Metadata("its `issuer` is not a string")),
    }
    let url = match metadata.string("jwks_uri") {
        Ok(Some(url)) => url.into_owned(),
        Ok(None) => return Err(JwksFault::Metadata("it has no `jwks_uri`")),
        Err(_) => return Err(JwksFault::Metadata("its `jwks_uri` is not a string")),
    };
    check_jwks_uri(&url, issuer, allow_http).map(|()| Some(url))
}

/// Checks the URL that the metadata names. An issuer must not name a host that is closer to this
/// machine than its own: a public issuer could make this machine send requests into the private
/// network, and any issuer could make it send requests to its own services.
fn check_jwks_uri(url: &str, issuer: &str, allow_http: bool) -> Result<(), JwksFault> {
    let shown = || cut(&url::without_credentials(url));
    let jwks_uri =
        url::check(url, allow_http).map_err(|reason| JwksFault::JwksUri { url: shown(), reason })?;
    let issuer = url::check(issuer, true).ok();
    let own = issuer.as_ref().and_then(|issuer| issuer.host()).map_or(Reach::Anywhere, reach::reach);
    let near_enough = jwks_uri.host().is_some_and(|host| reach::reach(host) <= own);
    if near_enough || allow_http { Ok(()) } else { Err(JwksFault::InsideJwksUri(shown())) }
}

/// Cuts an identifier for a message. It may be as long as the whole document, and each failed
/// attempt is logged.
fn cut(identifier: &str) -> String {
    const LONGEST: usize = 500;
    text::cut(identifier, LONGEST).to_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn metadata_locations_follow_both_specifications() {
        assert_eq!(
            metadata_locations("https://a.example/tenant/x"),
            [
                "https://a.example/tenant/x/.well-known/openid-configuration",
                "https://a.example/.well-known/oauth-authorization-server/tenant/x",
                "https://a.example/.well-known/openid-configuration/tenant/x",
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

    fn read(configured: &str, metadata: &Value) -> Result<Option<String>, JwksFault> {
        jwks_uri(metadata.to_string().as_bytes(), configured, false)
    }

    #[test]
    fn an_error_does_not_repeat_a_whole_document() {
        let long = "\u{1b}".repeat(200_000);
        for issuer in [&long, "https://a.example"] {
            let metadata = json!({"issuer": issuer, "jwks_uri": long});
            let error = read("https://a.example", &metadata).unwrap_err().to_string();
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
            ("https://a.example", "https://a.example", "file:///etc/passwd", false),
            ("https://a.example", "https://a.example", "/jwks", false),
            ("https://a.example", "https://a.example", "https://a.example:99999/jwks", false),
        ];
        for (configured, issuer, jwks_uri, accepted) in rows {
            let metadata = json!({"issuer": issuer, "jwks_uri": jwks_uri});
            let found = read(configured, &metadata);
            assert_eq!(found.is_ok(), accepted, "{configured} {issuer} {jwks_uri}: {found:?}");
        }
    }

    /// F16: the hosts that an issuer may name.
    #[test]
    fn an_issuer_names_no_address_that_is_nearer_than_its_own() {
        let public = ["https://a.example", "https://8.8.8.8", "https://[2606:4700:4700::1111]"];
        let inside = [
            "https://10.0.0.1",
            "https://[fd00::1]",
            "https://keycloak:8443/realms/a",
            "https://auth.corp.internal",
            "https://kubernetes.default.svc.cluster.local",
        ];
        let loopback = ["http://127.0.0.1:1", "http://localhost:1", "https://[::1]"];
        // Which issuers may name each URL: 0 all, 1 inside a network, 2 on this machine, 3 none.
        let rows = [
            (0, "https://keys.example/jwks"),
            (0, "https://1.1.1.1/jwks"),
            (1, "https://keycloak:8443/jwks"),
            (1, "https://metadata.google.internal/jwks"),
            (1, "https://kubernetes.default.svc./jwks"),
            (1, "https://10.0.0.2/jwks"),
            (1, "https://172.18.0.2:6443/openid/v1/jwks"),
            (1, "https://192.168.0.1/jwks"),
            (1, "https://100.64.0.1/jwks"),
            (1, "https://169.254.169.254/latest/meta-data/"),
            (1, "https://0.0.0.0/jwks"),
            (1, "https://[::]/jwks"),
            (1, "https://[fe80::1]/jwks"),
            (1, "https://[fd00::1]/jwks"),
            (1, "https://[::ffff:127.0.0.1]/jwks"),
            (1, "https://[::127.0.0.1]/jwks"),
            (2, "https://127.0.0.1/jwks"),
            (2, "https://[::1]/jwks"),
            (2, "https://localhost/jwks"),
            (2, "https://LOCALHOST./jwks"),
            (2, "https://keys.localhost/jwks"),
            (2, "https://localhost.localdomain/jwks"),
            (2, "https://ip6-loopback/jwks"),
            (2, "http://127.0.0.1:8080/jwks"),
            (3, "https://2130706433/jwks"),
            (3, "https://0177.0.0.1/jwks"),
            (3, "https://0x7f.1/jwks"),
        ];
        for (nearness, url) in rows {
            for (own, issuers) in [(0, &public[..]), (1, &inside), (2, &loopback)] {
                for issuer in issuers {
                    let found = read(issuer, &json!({"issuer": issuer, "jwks_uri": url}));
                    assert_eq!(found.is_ok(), nearness <= own, "{issuer} names {url}: {found:?}");
                }
            }
            let metadata = json!({"issuer": public[0], "jwks_uri": url}).to_string();
            let dangerous = jwks_uri(metadata.as_bytes(), public[0], true);
            assert_eq!(dangerous.is_ok(), nearness < 3, "{url} where http is allowed");
        }
    }

    #[test]
    fn a_document_is_metadata_or_unusable_metadata_or_something_else() {
        let sound = r#"{"issuer":"https://a.example","jwks_uri":"https://a.example/jwks"}"#;
        for text in [sound, &format!("\u{feff}{sound}"), &format!(" \r\n{sound}\n")] {
            assert!(matches!(jwks_uri(text.as_bytes(), "https://a.example", false), Ok(Some(_))), "{text}");
        }
        for text in
            ["<!doctype html>", "not found", "[]", "null", "{}", r#"{"jwks_uri":"https://a.example"}"#]
        {
            assert!(matches!(jwks_uri(text.as_bytes(), "https://a.example", false), Ok(None)), "{text}");
        }
        for body in
            [&b""[..], b" \n", b"\xef\xbb\xbf", b"\x1f\x8b\xff", b"\0{\0}", b"{\0}\0", b"{\"a\":\"Caf\xe9\"}"]
        {
            let found = jwks_uri(body, "https://a.example", false);
            assert!(matches!(found, Err(JwksFault::Fetch(FetchFault::Unreadable(_)))), "{body:?}: {found:?}");
        }
        for (text, words) in [
            (r#"{"issuer":"https://a.example"}"#, "no `jwks_uri`"),
            (r#"{"issuer":"https://a.example","jwks_uri":null}"#, "`jwks_uri`"),
            (
                r#"{"issuer":"https://a.example","jwks_uri":["https://a.example"]}"#,
                "`jwks_uri` is not a string",
            ),
            (r#"{"issuer":"https://a.example","jwks_uri":""}"#, "absolute URL"),
            (r#"{"issuer":7,"jwks_uri":"https://a.example"}"#, "`issuer` is not a string"),
            (r#"{"issuer":"https://b.example"}"#, "equal byte for byte"),
            (r#"{"issuer":"https://a.example","issuer":"https://b.example"}"#, "not JSON"),
            (r#"{"issuer":"https://a.exa"#, "not JSON"),
            ("{\"issuer\":\"https://a.example\"} x", "not JSON"),
        ] {
            let error = jwks_uri(text.as_bytes(), "https://a.example", false).unwrap_err().to_string();
            assert!(error.contains(words), "{text}: {error}");
        }
    }
}
