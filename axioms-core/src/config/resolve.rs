//! From the settings as given to the rules that hold: every check of a configuration is made here.

use std::sync::Arc;
use std::time::Duration;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use super::builder::ValidatorBuilder;
use super::problem::{ConfigError, Problem};
use super::provider::{self, Dialect};
use crate::crypto::Algorithm;
use crate::jwks::discovery::KeySource;
use crate::jwks::document::{self, KeyRules};
use crate::jwks::fetch::Trust;
use crate::jwks::key_set::KeySet;
use crate::jwks::{self, url};
use crate::token::rules::{ClaimNames, Issuers, RequiredClaim, Rules, Tenant};
use crate::validator::Settings;

const AUDIENCE: &str = "audience (AXIOMS_AUDIENCE)";
const ISSUER: &str = "issuer (AXIOMS_ISS_URL, AXIOMS_DOMAIN)";
const JWKS_URL: &str = "jwks_url (AXIOMS_JWKS_URL)";
const JWKS: &str = "jwks";
/// Stands for the tenant's id in an issuer.
const TENANT: &str = "{tid}";
const MAX_LEEWAY: Duration = Duration::from_secs(300);
/// With less, the longest tokens that are kept would find no place.
const MIN_TOKEN_CACHE: usize = 64 * 1024;
const MIN_REFRESH: Duration = Duration::from_secs(60);

/// The settings of the whole validator: the first builder's own, and one set of rules for it and each builder added.
pub(super) fn resolve(mut given: ValidatorBuilder) -> Result<Settings, ConfigError> {
    let others = std::mem::take(&mut given.others);
    let (realm, safe_methods, clock) =
        (given.realm.as_str().into(), given.safe_methods.clone(), Arc::clone(&given.clock));
    let (token_cache, drain) = (given.token_cache, given.drain);
    let mut issuers = Vec::with_capacity(1 + others.len());
    let mut problems = Vec::new();
    if (1..MIN_TOKEN_CACHE).contains(&token_cache) {
        problems.push(Problem::invalid(
            "token_cache (AXIOMS_TOKEN_CACHE)",
            format!("{token_cache} bytes"),
            "at least 65536 bytes, or 0 to keep no tokens",
        ));
    }
    for mut builder in std::iter::once(given).chain(others) {
        builder.clock = Arc::clone(&clock);
        match resolve_issuer(builder) {
            Ok(issuer) => issuers.push(issuer),
            Err(found) => problems.extend(found),
        }
    }
    problems.extend(ambiguities(&issuers));
    if !problems.is_empty() {
        return Err(ConfigError::new(problems));
    }
    Ok(Settings { issuers, realm, safe_methods, token_cache, drain, clock })
}

/// With several issuers, the `iss` of a token must select exactly one.
fn ambiguities(issuers: &[(Rules, jwks::Source)]) -> Vec<Problem> {
    const SETTING: &str = "and_issuer";
    let mut problems = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for (rules, _) in issuers.iter().filter(|_| issuers.len() > 1) {
        match &rules.issuer {
            Issuers::Any => problems.push(Problem::missing(
                SETTING,
                "any_issuer leaves nothing to tell several issuers apart by; name each issuer",
            )),
            Issuers::These(tenants) => {
                for tenant in tenants.listed() {
                    if seen.contains(&&*tenant.iss) {
                        problems.push(Problem::invalid(
                            SETTING,
                            &*tenant.iss,
                            "this issuer is configured twice; join the two",
                        ));
                    }
                    seen.push(&tenant.iss);
                }
            }
        }
    }
    problems
}

fn resolve_issuer(given: ValidatorBuilder) -> Result<(Rules, jwks::Source), Vec<Problem>> {
    let mut check = Check { problems: given.problems.clone(), given: &given };
    check.provider();
    check.audiences();
    let issuer = check.issuer();
    let source = if given.jwks.is_some() { None } else { check.source(issuer.as_deref()) };
    let issuers = check.tenants(issuer);
    let types = check.types();
    let algorithms = check.algorithms();
    check.backend();
    check.leeway();
    let cache_ttl = check.times();
    check.claim_names();
    check.required_claims();
    check.realm();
    let trust = Trust { roots: check.roots(), crypto: given.backend.crypto_provider() };
    let key_rules = KeyRules { algorithms: algorithms.clone(), backend: given.backend };
    let static_keys = given.jwks.as_deref().and_then(|text| check.static_keys(text, &key_rules));
    let problems = check.problems;
    if !problems.is_empty() {
        return Err(problems);
    }
    let names = |names: &[String]| ClaimNames::parse(names.iter().map(String::as_str));
    let Dialect { audience_claims, mark, scope_claim, roles_claim } =
        given.provider.map_or_else(Dialect::default, |provider| provider.dialect);
    let rules = Rules {
        issuer: issuers,
        audiences: given.audiences.into_iter().map(String::into_boxed_str).collect(),
        audience_claims,
        required_claims: required_claims(mark, &given.required_claims),
        types,
        require_profile: given.strict_typ,
        algorithms,
        leeway: given.leeway,
        max_lifetime: given.max_token_lifetime,
        scope_claims: names(&given.scope_claims.unwrap_or_else(|| vec![scope_claim.to_owned()])),
        roles_claims: names(&given.roles_claims.unwrap_or_else(|| vec![roles_claim.into_owned()])),
        permissions_claims: names(&given.permissions_claims),
    };
    let keys = match (source, static_keys) {
        (Some(source), _) => jwks::Source::Fetched(jwks::Options {
            issuer: rules.issuer.only().unwrap_or(source.url()).to_owned(),
            source,
            rules: key_rules,
            trust,
            refresh_interval: given.refresh_interval,
            ttl: cache_ttl,
            clock: given.clock,
        }),
        (None, Some(keys)) => jwks::Source::Static(jwks::StaticKeys {
            issuer: rules.issuer.only().unwrap_or(JWKS).to_owned(),
            keys,
            #[cfg(feature = "doctor")]
            text: given.jwks.unwrap_or_default(),
            #[cfg(feature = "doctor")]
            rules: key_rules,
        }),
        // A source that is missing is a problem, told above.
        (None, None) => return Err(problems),
    };
    Ok((rules, keys))
}

/// Collects the problems of a configuration.
struct Check<'a> {
    given: &'a ValidatorBuilder,
    problems: Vec<Problem>,
}

impl Check<'_> {
    fn missing(&mut self, setting: &'static str, remedy: &str) {
        self.problems.push(Problem::missing(setting, remedy));
    }

    fn invalid(&mut self, setting: &'static str, value: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem::invalid(setting, value, remedy));
    }

    fn provider(&mut self) {
        self.problems.extend(self.given.provider.iter().flat_map(|preset| preset.problems.clone()));
    }

    /// The JWK Set URL as given, else the preset's, which is of no use for the tokens of another issuer.
    fn jwks_url(&self) -> Option<(&'static str, &str)> {
        let Self { given, .. } = self;
        let own_issuer = given.issuer.is_some() || given.domain.is_some();
        let preset = given.provider.as_ref().filter(|_| !own_issuer);
        let explicit = given.jwks_url.as_deref().map(|url| (JWKS_URL, url));
        explicit.or_else(|| preset.map(|preset| (provider::SETTING, preset.jwks_url.as_str())))
    }

    fn audiences(&mut self) {
        if self.given.audiences.is_empty() {
            self.missing(AUDIENCE, "set what the issuer writes into `aud` for this API; without it, tokens meant for others would be accepted");
        }
        for audience in &self.given.audiences {
            if audience.trim().is_empty() {
                self.invalid(AUDIENCE, audience, "an audience must not be empty");
            }
        }
    }

    /// The exact `iss`, from the issuer or the domain.
    fn issuer(&mut self) -> Option<String> {
        let given = self.given;
        let preset = given.provider.as_ref().map(|provider| provider.issuer.clone());
        let issuer = given.issuer.clone().or_else(|| given.domain.as_deref().map(of_domain)).or(preset);
        if given.any_issuer {
            if issuer.is_some() {
                self.missing(
                    "any_issuer (AXIOMS_ANY_ISSUER)",
                    "an issuer is set as well; drop one of the two",
                );
            }
            return None;
        }
        let Some(issuer) = issuer else {
            let remedy = if given.jwks.is_some() {
                "keys alone would let `iss` go unchecked; set the issuer, or say any_issuer if that is meant"
            } else if given.jwks_url.is_some() {
                "a JWK Set URL alone would let `iss` go unchecked; set the issuer, or say any_issuer if that is meant"
            } else {
                "set the issuer, exactly as in its tokens' `iss`, or the domain it is on"
            };
            self.missing(ISSUER, remedy);
            return None;
        };
        // Only an issuer that keys are fetched from must be a URL; beside a JWK Set URL any text can stand in `iss`.
        if self.jwks_url().is_none()
            && given.jwks.is_none()
            && !issuer.contains(TENANT)
            && let Err(fault) = url::check_issuer(&issuer, given.allow_http)
        {
            self.invalid(ISSUER, url::shown(&issuer), fault.to_string());
        }
        if issuer.trim().is_empty() {
            self.invalid(ISSUER, &issuer, "an issuer must not be empty");
        }
        Some(issuer)
    }

    /// The accepted `iss`: the issuer itself, or one for each tenant.
    fn tenants(&mut self, issuer: Option<String>) -> Issuers {
        const SETTING: &str = "tenants (AXIOMS_TENANTS)";
        let Some(issuer) = issuer else { return Issuers::Any };
        let tenants = &self.given.tenants;
        match (issuer.contains(TENANT), tenants.is_empty()) {
            (false, true) => Issuers::these([Tenant { iss: issuer.into(), tid: None }]),
            (true, true) => {
                self.missing(SETTING, "the issuer holds {tid}, so name the tenants that are trusted; without a list, every tenant of the provider would be");
                Issuers::these([])
            }
            (false, false) => {
                self.missing(
                    SETTING,
                    "tenants are named, but the issuer does not say where their id stands; write {tid} in it",
                );
                Issuers::these([])
            }
            (true, false) => {
                if tenants.iter().any(String::is_empty) {
                    self.missing(SETTING, "a tenant must not be empty");
                }
                let tenant = |tid: &String| Tenant {
                    iss: issuer.replace(TENANT, tid).into(),
                    tid: Some(tid.as_str().into()),
                };
                Issuers::these(tenants.iter().map(tenant))
            }
        }
    }

    fn source(&mut self, issuer: Option<&str>) -> Option<KeySource> {
        let allow_http = self.given.allow_http;
        let given = self.jwks_url().map(|(setting, url)| (setting, url.to_owned()));
        let source = match (given, issuer) {
            (Some((setting, url)), _) => {
                if let Err(fault) = url::check(&url, allow_http) {
                    self.invalid(setting, url::shown(&url), fault.to_string());
                }
                KeySource::Url(url)
            }
            (None, Some(issuer)) if issuer.contains(TENANT) => {
                self.missing(JWKS_URL, "tenants share keys that no single issuer's metadata names; set the URL of the shared keys");
                return None;
            }
            (None, Some(issuer)) => KeySource::Issuer { issuer: issuer.to_owned(), allow_http },
            (None, None) => {
                if self.given.any_issuer {
                    self.missing(JWKS_URL, "any_issuer names no issuer whose metadata could tell where the keys are; set the URL");
                }
                return None;
            }
        };
        if source.url().starts_with("https:") && self.given.backend.crypto_provider().is_none() {
            self.missing("TLS", "https needs a crypto provider: enable the feature `aws-lc-rs` or `graviola`, or install one with rustls::crypto::CryptoProvider::install_default");
        }
        Some(source)
    }

    /// The keys of the configuration; with none that can be used, why each is skipped.
    fn static_keys(&mut self, text: &str, rules: &KeyRules) -> Option<KeySet> {
        if self.given.jwks_url.is_some() || self.given.provider.is_some() {
            let remedy = "keys are given, and a place to fetch them from (jwks_url or provider) as well; drop one of the two";
            self.missing(JWKS, remedy);
        }
        let mut skipped = Vec::new();
        let keys = document::read(text.as_bytes(), rules, |index, _, outcome| {
            skipped.extend(outcome.err().map(|reason| format!("; key {index}: {reason}")));
        });
        keys.map_err(|error| self.missing(JWKS, &format!("{error}{}", skipped.concat()))).ok()
    }

    fn types(&mut self) -> Vec<Box<str>> {
        const SETTING: &str = "token_types (AXIOMS_TOKEN_TYPS)";
        if self.given.strict_typ {
            return vec!["at+jwt".into()];
        }
        if self.given.token_types.is_empty() {
            self.missing(SETTING, "name at least one type, such as at+jwt");
        }
        let bare = |typ: &String| match typ.split_at_checked("application/".len()) {
            Some((prefix, rest)) if prefix.eq_ignore_ascii_case("application/") => rest.into(),
            _ => typ.as_str().into(),
        };
        self.given.token_types.iter().map(bare).collect()
    }

    /// Those that the backend verifies: a token of another is refused without a look at the keys.
    fn algorithms(&mut self) -> Vec<Algorithm> {
        let lacking = self.given.backend.lacks();
        let supported: Vec<_> =
            self.given.algorithms.iter().copied().filter(|algorithm| !lacking.contains(algorithm)).collect();
        if supported.is_empty() {
            let remedy = "name at least one algorithm that the signature backend verifies, such as RS256";
            self.missing("algorithms (AXIOMS_ALGORITHMS)", remedy);
        }
        supported
    }

    fn backend(&mut self) {
        if !self.given.backend.runs_here() {
            let remedy = "Graviola is made of instructions that this processor lacks; enable the feature `aws-lc-rs` in its place";
            self.missing("backend", remedy);
        }
    }

    fn leeway(&mut self) {
        if self.given.leeway > MAX_LEEWAY {
            let value = format!("{} s", self.given.leeway.as_secs());
            self.invalid(
                "leeway (AXIOMS_LEEWAY)",
                value,
                "at most 300 s; a larger difference is a clock to be mended",
            );
        }
    }

    fn times(&mut self) -> Duration {
        let interval = self.given.refresh_interval;
        let twice = interval.saturating_mul(2);
        if interval < MIN_REFRESH {
            let value = format!("{} s", interval.as_secs());
            self.invalid(
                "refresh_interval (AXIOMS_JWKS_REFRESH_INTERVAL)",
                value,
                "at least 60 s; a rotated key is found at once in any case",
            );
        }
        let ttl = self.given.cache_ttl.unwrap_or(twice);
        if ttl < twice {
            let (value, twice) = (format!("{} s", ttl.as_secs()), twice.as_secs());
            self.invalid(
                "cache_ttl (AXIOMS_JWKS_CACHE_TTL)",
                value,
                format!(
                    "at least twice the refresh interval, {twice} s, so that one failed fetch refuses nobody"
                ),
            );
        }
        ttl
    }

    fn claim_names(&mut self) {
        let given = self.given;
        let settings = [
            ("scope_claims (AXIOMS_SCOPE_CLAIMS)", given.scope_claims.as_ref()),
            ("roles_claims (AXIOMS_ROLES_CLAIMS)", given.roles_claims.as_ref()),
            ("permissions_claims (AXIOMS_PERMISSIONS_CLAIMS)", Some(&given.permissions_claims)),
        ];
        for (setting, names) in settings {
            if names.is_some_and(|names| names.is_empty() || names.iter().any(String::is_empty)) {
                self.missing(setting, "name at least one claim, and none that is empty");
            }
        }
    }

    fn required_claims(&mut self) {
        const SETTING: &str = "require_claim (AXIOMS_REQUIRED_CLAIMS)";
        let claims = &self.given.required_claims;
        if claims.iter().any(|(name, value)| name.is_empty() || value.is_empty()) {
            self.missing(
                SETTING,
                "name a claim, and the value that it has in every access token of the issuer",
            );
        }
        let repeated = claims
            .iter()
            .enumerate()
            .find(|(n, (name, _))| claims.iter().take(*n).any(|(earlier, _)| earlier == name));
        if let Some((_, (name, _))) = repeated {
            self.invalid(SETTING, name, "it is given two values, and no token can have both; drop one");
        }
    }

    /// The realm stands between quotes in a header.
    fn realm(&mut self) {
        let realm = &self.given.realm;
        let quotable = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
        if realm.is_empty() || !realm.bytes().all(quotable) {
            self.invalid(
                "realm (AXIOMS_REALM)",
                realm,
                "printable ASCII, not empty, without double quote and backslash",
            );
        }
    }

    fn roots(&mut self) -> RootCerts {
        let pem = &self.given.certificate_authorities;
        if pem.is_empty() {
            return RootCerts::WebPki;
        }
        let (mut certificates, mut broken): (Vec<Certificate<'static>>, usize) = (Vec::new(), 0);
        for item in parse_pem(pem) {
            match item {
                Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
                Ok(_) => {}
                Err(_) => broken += 1,
            }
        }
        // The client would pass over what is no certificate inside, and then trust less than was asked for.
        let ders = certificates.iter().map(|certificate| CertificateDer::from(certificate.der()));
        broken += RootCertStore::empty().add_parsable_certificates(ders).1;
        let setting = "certificate_authorities (AXIOMS_CA_FILE)";
        if broken > 0 {
            self.missing(setting, &format!("{broken} of its PEM blocks cannot be read as a certificate"));
        } else if certificates.is_empty() {
            self.missing(
                setting,
                "no certificate in it; it must hold PEM blocks that begin with -----BEGIN CERTIFICATE-----",
            );
        }
        RootCerts::new_with_certs(&certificates)
    }
}

/// What the program requires, and the provider's mark unless the program says otherwise of the same claim.
fn required_claims(mark: Option<RequiredClaim>, given: &[(String, String)]) -> Vec<RequiredClaim> {
    let given: Vec<_> = given.iter().map(|(name, value)| RequiredClaim::configured(name, value)).collect();
    let mark = mark.filter(|mark| !given.iter().any(|claim| claim.name == mark.name));
    mark.into_iter().chain(given).collect()
}

/// `https://{domain}`, where the domain may have been written with a scheme and a final slash.
fn of_domain(domain: &str) -> String {
    let bare = domain.split_once("://").map_or(domain, |(_, rest)| rest);
    format!("https://{}", bare.trim_end_matches('/'))
}
