//! The keys of one issuer: where they come from, and how long they are trusted.

use std::sync::Arc;
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;

use super::{IssuerCheck, TENANT, seconds};
use crate::clock::Clock;
use crate::config::defaults;
use crate::config::problem::Problem;
use crate::config::redacted::redacted;
use crate::config::setting::Setting;
use crate::fetch::url;
use crate::fetch::{BadAuthorities, Trust, authorities};
use crate::jose::document::{Document, KeyRules};
use crate::jwks;
use crate::jwks::discovery::KeySource;

impl IssuerCheck<'_> {
    /// The keys, either given as text or fetched from `source`. `iss` is the issuer's exact `iss`,
    /// if there is one.
    pub(super) fn keys(
        &mut self,
        rules: KeyRules,
        iss: Option<&str>,
        source: Option<KeySource>,
        clock: Arc<dyn Clock>,
    ) -> Option<jwks::JwksSource> {
        let (refresh_interval, ttl) = self.times();
        self.http();
        let roots = authorities(self.given.certificate_authorities.as_deref());
        let problem = |error: BadAuthorities| {
            Problem::missing(Setting::CertificateAuthorities, error.to_string()).caused_by(error)
        };
        let roots = roots.map_err(|error| self.problems.push(problem(error))).ok()?;
        if let Some(text) = &self.given.jwks {
            return self.static_keys(text, &rules, iss).map(jwks::JwksSource::Static);
        }
        let source = source?;
        Some(jwks::JwksSource::Remote(jwks::RemoteKeys {
            // A human-readable name for errors, logs and health.
            issuer: iss.map_or_else(|| redacted(source.url()), str::to_owned),
            source,
            trust: Trust { roots, crypto: rules.backend.crypto_provider() },
            rules,
            refresh_interval,
            ttl,
            clock,
        }))
    }

    /// The given URL of the JWK Set, or else the preset's. The preset's is ignored if another
    /// issuer is set, and both are ignored if the keys are given as text.
    pub(super) fn jwks_url(&self) -> Option<(Setting, &str)> {
        let Self { given, .. } = self;
        if given.jwks.is_some() {
            return None;
        }
        let preset = given.provider.as_ref().filter(|_| given.name.is_none());
        let explicit = given.jwks_url.as_deref().map(|url| (Setting::JwksUrl, url));
        explicit.or_else(|| preset.map(|preset| (Setting::Provider, preset.jwks_url.as_str())))
    }

    pub(super) fn source(&mut self, issuer: Option<&str>) -> Option<KeySource> {
        let allow_http = self.allows_http();
        let given = self.jwks_url().map(|(setting, url)| (setting, url.to_owned()));
        let source = match (given, issuer) {
            (Some((setting, url)), _) => {
                if let Err(fault) = url::check(&url, allow_http) {
                    self.problems.push(Problem::invalid(setting, &url, fault.to_string()).caused_by(fault));
                }
                KeySource::Url(url)
            }
            (None, Some(issuer)) if issuer.contains(TENANT) => {
                self.missing(
                    Setting::JwksUrl,
                    "tenants share keys that no single issuer's \
                    metadata names; set the URL of the shared keys",
                );
                return None;
            }
            (None, Some(issuer)) => KeySource::Issuer { issuer: issuer.to_owned(), allow_http },
            (None, None) => {
                if self.given.any == Some(true) && !self.has_problem_with(&[Setting::AnyIssuer]) {
                    self.missing(
                        Setting::JwksUrl,
                        "with any_issuer, there is no issuer whose \
                        metadata names the URL of the keys; set the URL",
                    );
                }
                return None;
            }
        };
        self.tls(&source);
        Some(source)
    }

    fn tls(&mut self, source: &KeySource) {
        let backend = self.given.backend.unwrap_or_default();
        let uri = source.url().parse::<Uri>();
        let https = uri.is_ok_and(|uri| uri.scheme() == Some(&Scheme::HTTPS));
        if https && backend.crypto_provider().is_none() {
            self.missing(
                Setting::Backend,
                "https needs a TLS library: enable the feature \
                `aws-lc-rs` or `graviola`, or install one with \
                rustls::crypto::CryptoProvider::install_default",
            );
        }
    }

    /// Parses the keys given as text. If none is usable, reports why each was skipped.
    fn static_keys(&mut self, text: &str, rules: &KeyRules, iss: Option<&str>) -> Option<jwks::StaticKeys> {
        let Document { keys, listing } = Document::parse(text.as_bytes(), rules);
        match keys {
            Ok(keys) => {
                let issuer = iss.unwrap_or(Setting::Jwks.name()).to_owned();
                Some(jwks::StaticKeys { issuer, keys, listing })
            }
            Err(error) => {
                let skipped = listing.entries.iter().filter_map(|entry| {
                    let reason = entry.outcome.as_ref().err()?;
                    Some(format!("; key {}: {reason}", entry.index))
                });
                let remedy = format!("{error}{}", skipped.collect::<String>());
                self.problems.push(Problem::missing(Setting::Jwks, remedy).caused_by(error));
                None
            }
        }
    }

    /// The refresh interval, and the time for which keys are trusted.
    fn times(&mut self) -> (Duration, Duration) {
        let interval = self.given.refresh_interval.unwrap_or(defaults::REFRESH_INTERVAL);
        let twice = interval.saturating_mul(defaults::CACHE_TTL_INTERVALS);
        let ttl = self.given.cache_ttl.unwrap_or(twice);
        if interval < defaults::MIN_REFRESH_INTERVAL {
            self.invalid(Setting::RefreshInterval, seconds(interval), "at least 1 s");
        } else if interval < defaults::USUAL_REFRESH_INTERVAL {
            let advice = "each server asks the issuer this often; 60 s or more is enough, because \
                unknown keys are fetched at once";
            self.warn(Setting::RefreshInterval, seconds(interval), advice);
        }
        if twice > defaults::MAX_CACHE_TTL {
            let remedy = format!(
                "at most {}, half of the longest time that keys are trusted",
                seconds(defaults::MAX_CACHE_TTL / defaults::CACHE_TTL_INTERVALS)
            );
            self.invalid(Setting::RefreshInterval, seconds(interval), remedy);
        } else if ttl < twice {
            let remedy = format!(
                "at least twice the refresh interval, {}, so that one failed fetch does not refuse tokens",
                seconds(twice)
            );
            self.invalid(Setting::CacheTtl, seconds(ttl), remedy);
        }
        if self.given.cache_ttl.is_some_and(|ttl| ttl > defaults::MAX_CACHE_TTL) {
            let remedy = format!(
                "at most {}, because a withdrawn key is trusted this long while the issuer is unreachable",
                seconds(defaults::MAX_CACHE_TTL)
            );
            self.invalid(Setting::CacheTtl, seconds(ttl), remedy);
        }
        (interval, ttl)
    }

    pub(super) fn allows_http(&self) -> bool {
        self.given.dangerous_allow_http.unwrap_or_default()
    }

    fn http(&mut self) {
        if self.allows_http() {
            let advice = "an attacker on the network can replace the issuer's keys and forge any \
                token; use https, or keep the issuer on this host";
            self.warn(Setting::DangerousAllowHttp, "true", advice);
        }
    }
}
