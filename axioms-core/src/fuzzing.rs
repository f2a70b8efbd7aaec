//! Exposes private parsers to the fuzz targets in the separate package `fuzz/`. Only `cargo fuzz`
//! sets `cfg(fuzzing)`, so no other build contains this module.

#![allow(missing_docs, clippy::missing_errors_doc, clippy::must_use_candidate)]

use std::borrow::Cow;
use std::time::{Duration, SystemTime};

use http::{HeaderMap, Uri};

use crate::config::{self, ConfigError, ValidatorBuilder};
use crate::crypto::{Algorithm, Backend};
use crate::fetch::{self, proxy::Proxies, url};
use crate::jose::compact::{Compact, NotCompact};
use crate::jose::document::{Document, KeyRules};
use crate::json::{self, Effort, NotAnObject, Object, WrongType};
use crate::jwks::{JwksSource, discovery};
use crate::token::GrantValues;
use crate::token::claim_name::{ClaimName, ClaimNames};

pub type Member<'t> = (String, &'t str);

fn members<'t>(object: &Object<'t>) -> Vec<Member<'t>> {
    object.members().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Parses a strict JSON object with the limits for a document of the issuer.
pub fn object(text: &str) -> Option<Vec<Member<'_>>> {
    Object::parse(text).ok().as_ref().map(members)
}

/// Parses a strict JSON object with the limits for a token. The error is whether it takes too much
/// work.
pub fn object_of_token(text: &str) -> Result<Vec<Member<'_>>, bool> {
    let object = Object::within(&mut Effort::TOKEN.clone(), text);
    object.as_ref().map(members).map_err(|fault| matches!(fault, NotAnObject::TooComplex))
}

/// The value of a member of text that [`object`] has accepted.
pub fn member<'t>(object: &'t str, name: &str) -> Option<&'t str> {
    json::member(object, name)
}

pub fn glimpse(object: &str, name: &str) -> Option<String> {
    json::glimpse(object, name)
}

/// Reads a member as a date; `Err` if it has another type.
pub fn date(text: &str, name: &str) -> Result<Option<SystemTime>, ()> {
    let object = Object::parse(text).map_err(drop)?;
    object.date(name).map(|date| date.map(SystemTime::from)).map_err(|WrongType| ())
}

pub fn string(value: &str) -> Option<Cow<'_, str>> {
    json::string(value).ok()
}

pub fn strings(value: &str) -> Option<Vec<Cow<'_, str>>> {
    json::strings(value).ok()
}

pub fn identifiers(value: &str) -> Option<Vec<Cow<'_, str>>> {
    json::identifiers(value).ok()
}

/// What a configured claim name finds; `Err` if a configuration must not contain the name.
pub fn claim<'t>(text: &'t str, name: &str) -> Result<Option<&'t str>, String> {
    ClaimName::check(name).map_err(|fault| fault.to_string())?;
    let object = Object::parse(text).map_err(|_| "not an object".to_owned())?;
    Ok(ClaimNames::parse([name]).first(&object).1)
}

/// What a claim grants as scopes, and whether it grants `wanted`.
pub fn scopes(value: &str, wanted: &str) -> (Vec<String>, bool) {
    granted(&GrantValues::scopes(value), wanted)
}

/// What a claim grants as roles or permissions, and whether it grants `wanted`.
pub fn names(value: &str, wanted: &str) -> (Vec<String>, bool) {
    granted(&GrantValues::names(value), wanted)
}

fn granted(values: &GrantValues, wanted: &str) -> (Vec<String>, bool) {
    (values.iter().map(str::to_owned).collect(), values.hold(wanted))
}

/// The decoded header, payload and signature of a token, and the signed bytes.
pub fn compact(token: &str) -> Result<(String, String, Vec<u8>, Vec<u8>), &'static str> {
    let mut decoded = Vec::new();
    match Compact::parse(token, &mut decoded) {
        Ok(Compact { header, payload, signature, signing_input }) => {
            Ok((header.to_owned(), payload.to_owned(), signature.to_owned(), signing_input.to_owned()))
        }
        Err(NotCompact::TooLarge) => Err("too large"),
        Err(NotCompact::Segments) => Err("segments"),
        Err(NotCompact::HeaderIsNoText) => Err("header"),
        Err(NotCompact::PayloadIsNoText) => Err("payload"),
    }
}

/// A key of a JWK Set, and its algorithms or why it is skipped.
pub struct Key {
    pub id: Option<String>,
    pub issuer: Option<String>,
    pub outcome: Result<Vec<Algorithm>, String>,
    /// Whether a token that names the key finds a key, for each algorithm.
    pub is_found: bool,
}

/// The keys of a JWK Set; the error is why none of them is usable.
pub fn jwk_set(body: &[u8]) -> (Vec<Key>, Result<(), String>) {
    let rules = KeyRules { algorithms: Algorithm::ALL.to_vec(), backend: Backend::default() };
    let Document { keys, listing } = Document::parse(body, &rules);
    let found = |id: Option<&str>, algorithm: &Algorithm| {
        let found = keys.as_ref().is_ok_and(|keys| keys.find(id, *algorithm, |_| true).is_ok());
        found || id.is_none()
    };
    let listed = listing.entries.into_iter().map(|entry| {
        let algorithms = entry.outcome.as_deref().unwrap_or_default();
        let is_found = algorithms.iter().all(|algorithm| found(entry.key_id.as_deref(), algorithm));
        let outcome = entry.outcome.map_err(|reason| reason.to_string());
        Key { id: entry.key_id, issuer: entry.issuer, outcome, is_found }
    });
    (listed.collect(), keys.as_ref().map(drop).map_err(ToString::to_string))
}

/// The JWK Set URL in an issuer's metadata; `None` if it is another document.
pub fn jwks_uri(body: &[u8], issuer: &str, allow_http: bool) -> Result<Option<String>, String> {
    discovery::jwks_uri(body, issuer, allow_http).map_err(|fault| fault.to_string())
}

pub fn metadata_locations(issuer: &str) -> Vec<String> {
    discovery::metadata_locations(issuer)
}

pub fn check_url(url: &str, allow_http: bool) -> Result<Uri, String> {
    url::check(url, allow_http).map_err(|fault| fault.to_string())
}

pub fn check_issuer(issuer: &str, allow_http: bool) -> Result<Uri, String> {
    url::check_issuer(issuer, allow_http).map_err(|fault| fault.to_string())
}

pub fn without_credentials(url: &str) -> String {
    url::without_credentials(url)
}

/// From where a host can be reached: 0 from anywhere, 1 from inside its network, 2 only from its
/// machine.
pub fn nearness(host: &str) -> u8 {
    fetch::reach::reach(host) as u8
}

/// The proxy for a URL with these variables, as messages show it.
pub fn proxy(uri: &Uri, variable: impl Fn(&str) -> Option<String>) -> Result<Option<String>, String> {
    match Proxies::read(variable).of(uri) {
        Ok(proxy) => Ok(proxy.map(|proxy| proxy.shown.clone())),
        Err(fault) => Err(fault.to_string()),
    }
}

pub fn max_age(headers: &HeaderMap) -> Option<Duration> {
    fetch::max_age(headers)
}

/// Whether a PEM text contains usable certificate authorities.
pub fn authorities(pem: &[u8]) -> Result<(), String> {
    fetch::authorities(Some(pem)).map(drop).map_err(|fault| fault.to_string())
}

/// The bounded settings of one issuer.
pub struct Settings {
    pub audiences: Vec<String>,
    pub algorithms: Vec<Algorithm>,
    pub types: Vec<String>,
    pub leeway: Duration,
    pub keys: Option<RemoteKeys>,
}

pub struct RemoteKeys {
    pub url: String,
    pub refresh_interval: Duration,
    pub ttl: Duration,
}

/// The realm and the settings of each issuer, resolved without starting a validator.
pub fn settings(given: ValidatorBuilder) -> Result<(String, Vec<Settings>), ConfigError> {
    let config::Settings { issuers, realm, .. } = config::resolve(given)?;
    let issuers = issuers.into_iter().map(|(rules, source)| Settings {
        audiences: rules.audiences.into_iter().map(String::from).collect(),
        algorithms: rules.algorithms,
        types: rules.types.into_iter().map(String::from).collect(),
        leeway: rules.leeway,
        keys: match source {
            JwksSource::Static(_) => None,
            JwksSource::Remote(keys) => Some(RemoteKeys {
                url: keys.source.url().to_owned(),
                refresh_interval: keys.refresh_interval,
                ttl: keys.ttl,
            }),
        },
    });
    Ok((realm.to_string(), issuers.collect()))
}
