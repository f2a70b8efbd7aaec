//! Turns the given settings of one issuer into its policy and its keys.

mod keys;

use std::sync::Arc;
use std::time::Duration;

use super::conflicts::conflicts;
use super::defaults;
use super::dialect::Dialect;
use super::issuer::{Issuer, IssuerName, of_domain};
use super::problem::Problem;
use super::setting::Setting;
use super::warning::Warning;
use crate::clock::Clock;
use crate::crypto::{Algorithm, Backend};
use crate::fetch::url;
use crate::jose::document::KeyRules;
use crate::jose::media_type;
use crate::jwks;
use crate::token::claim_name::{ClaimName, ClaimNames, RequiredClaim};
use crate::token::issuer_policy::{IssuerPolicy, Issuers, OTHER_TYPES, Tenant};

/// The placeholder for the tenant's id in an issuer.
const TENANT: &str = "{tid}";
const PADDED: &str = "it is compared exactly, and starts or ends with white space; remove the white space";

/// The result of checking one issuer. `resolved` is `None` if there are problems.
pub(super) struct CheckedIssuer {
    pub(super) resolved: Option<(IssuerPolicy, jwks::JwksSource)>,
    pub(super) problems: Vec<Problem>,
    pub(super) warnings: Vec<Warning>,
}

/// Checks an issuer. `problems` were found while its settings were read; `before_added` is true for
/// the first of several issuers.
pub(super) fn check(
    given: &Issuer,
    clock: Arc<dyn Clock>,
    problems: Vec<Problem>,
    before_added: bool,
) -> CheckedIssuer {
    let mut check = IssuerCheck { given, before_added, problems, warnings: Vec::new() };
    let resolved = check.resolve(clock);
    let IssuerCheck { problems, warnings, .. } = check;
    CheckedIssuer { resolved: resolved.filter(|_| problems.is_empty()), problems, warnings }
}

struct IssuerCheck<'a> {
    given: &'a Issuer,
    before_added: bool,
    problems: Vec<Problem>,
    warnings: Vec<Warning>,
}

impl IssuerCheck<'_> {
    fn resolve(&mut self, clock: Arc<dyn Clock>) -> Option<(IssuerPolicy, jwks::JwksSource)> {
        let given = self.given;
        self.problems.extend(given.provider.iter().flat_map(|preset| preset.problems.clone()));
        self.problems.extend(conflicts(given, self.jwks_url().map(|(_, url)| url)));
        self.preset();
        self.audiences();
        let issuer = self.issuer();
        let source = if given.jwks.is_some() { None } else { self.source(issuer.as_deref()) };
        let issuer = self.tenants(issuer);
        let types = self.types();
        let backend = given.backend.unwrap_or_default();
        let algorithms = self.algorithms(backend);
        self.processor(backend);
        let leeway = self.leeway();
        self.lifetime();
        let Dialect { audience_claims, mark, scope_claim, roles_claim } =
            given.provider.as_ref().map_or_else(Dialect::default, |provider| provider.dialect.clone());
        let rules = IssuerPolicy {
            issuer,
            audiences: given.audiences.iter().flatten().map(|audience| audience.as_str().into()).collect(),
            audience_claims,
            required_claims: self.required_claims(mark),
            types,
            require_profile: given.strict_typ.unwrap_or_default(),
            algorithms: algorithms.clone(),
            leeway,
            max_lifetime: given.max_token_lifetime,
            scope_claims: self.claims(Setting::ScopeClaims, given.scope_claims.as_deref(), scope_claim),
            roles_claims: self.claims(Setting::RolesClaims, given.roles_claims.as_deref(), &roles_claim),
            permissions_claims: self.claims(
                Setting::PermissionsClaims,
                given.permissions_claims.as_deref(),
                "permissions",
            ),
        };
        let keys = self.keys(KeyRules { algorithms, backend }, rules.issuer.only(), source, clock)?;
        Some((rules, keys))
    }

    fn missing(&mut self, setting: Setting, remedy: &str) {
        self.problems.push(Problem::missing(setting, remedy));
    }

    fn invalid(&mut self, setting: Setting, value: impl AsRef<str>, remedy: impl Into<String>) {
        self.problems.push(Problem::invalid(setting, value, remedy));
    }

    /// Whether one of these settings already has a problem, so that its absence need not be
    /// reported too.
    fn has_problem_with(&self, settings: &[Setting]) -> bool {
        self.problems.iter().any(|problem| settings.contains(&problem.setting()))
    }

    /// Warns if another issuer replaces the preset's and the preset has no dialect, so that it has
    /// no effect.
    fn preset(&mut self) {
        let replaced = self.given.provider.as_ref().filter(|_| self.given.name.is_some());
        if let Some(preset) = replaced.filter(|preset| preset.dialect.is_plain()) {
            let advice = "another issuer is set, so the preset has no effect; remove it";
            self.warn(Setting::Provider, preset.issuer.clone(), advice);
        }
    }

    fn audiences(&mut self) {
        let audiences = self.given.audiences.as_deref().unwrap_or_default();
        if audiences.is_empty() && !self.has_problem_with(&[Setting::Audience]) {
            self.missing(
                Setting::Audience,
                "set the value that the issuer writes into `aud` for this API; \
                without it, tokens meant for others would be accepted",
            );
        }
        for audience in audiences.iter().filter(|audience| audience.trim().is_empty()) {
            self.invalid(Setting::Audience, audience, "an audience must not be empty");
        }
        for audience in audiences.iter().filter(|audience| is_padded(audience)) {
            self.invalid(Setting::Audience, audience, PADDED);
        }
    }

    /// The exact `iss`; `None` if any `iss` is accepted, or if none is known.
    fn issuer(&mut self) -> Option<String> {
        const NAMES: [Setting; 4] = [Setting::Provider, Setting::Domain, Setting::Issuer, Setting::AnyIssuer];
        let given = self.given;
        if given.any == Some(true) {
            return None;
        }
        let (setting, issuer) = match (&given.name, &given.provider) {
            (Some(IssuerName::Iss(iss)), _) => (Setting::Issuer, iss.clone()),
            (Some(IssuerName::Domain(domain)), _) => (Setting::Domain, of_domain(domain)),
            (None, Some(provider)) => (Setting::Provider, provider.issuer.clone()),
            (None, None) if self.has_problem_with(&NAMES) => return None,
            (None, None) => {
                let remedy = if given.jwks.is_some() {
                    "with keys alone, `iss` would not be checked; set the issuer, or \
                        any_issuer if that is intended"
                } else if given.jwks_url.is_some() {
                    "with a JWK Set URL alone, `iss` would not be checked; set the issuer, or \
                        any_issuer if that is intended"
                } else if self.before_added {
                    "settings of the builder, such as the audience, belong to a first issuer, and none is \
                        set; set them on the added issuer (Issuer::audience), or set the first issuer"
                } else {
                    "set the issuer, exactly as in its tokens' `iss`, or its domain (AXIOMS_DOMAIN)"
                };
                self.missing(Setting::Issuer, remedy);
                return None;
            }
        };
        if issuer.trim().is_empty() {
            self.invalid(setting, &issuer, "an issuer must not be empty");
            return None;
        }
        if let Some(IssuerName::Iss(name) | IssuerName::Domain(name)) = &given.name
            && is_padded(name)
        {
            self.invalid(setting, name, PADDED);
            return None;
        }
        if let Some(IssuerName::Domain(domain)) = &given.name
            && let Some((scheme, _)) = domain.split_once("://")
            && !scheme.eq_ignore_ascii_case("https")
        {
            let remedy = "a domain means https://{domain}; for another scheme, set the whole issuer \
                (AXIOMS_ISS_URL) instead";
            self.invalid(setting, domain, remedy);
            return None;
        }
        // The issuer must be a URL only if its keys are discovered from it. If the keys or their
        // URL are set, `iss` can be any text.
        if self.jwks_url().is_none()
            && given.jwks.is_none()
            && !issuer.contains(TENANT)
            && let Err(fault) = url::check_issuer(&issuer, self.allows_http())
        {
            self.problems.push(Problem::invalid(setting, &issuer, fault.to_string()).caused_by(fault));
        }
        Some(issuer)
    }

    /// The accepted values of `iss`: the issuer itself, or one value for each tenant.
    fn tenants(&mut self, issuer: Option<String>) -> Issuers {
        let Some(issuer) = issuer else { return Issuers::Any };
        let tenants = self.given.tenants.as_deref().unwrap_or_default();
        match (issuer.contains(TENANT), tenants.is_empty()) {
            (false, true) => return Issuers::these([Tenant { iss: issuer.into(), tid: None }]),
            (true, true) if self.has_problem_with(&[Setting::Tenants]) => {}
            (true, true) => self.missing(
                Setting::Tenants,
                "the issuer contains {tid}, so name the tenants that are trusted; otherwise every \
                    tenant of the provider would be trusted",
            ),
            (false, false) => self.missing(
                Setting::Tenants,
                "the issuer has no placeholder for the tenants' ids; write {tid} in place of the id",
            ),
            (true, false) if tenants.iter().any(|tid| tid.trim().is_empty()) => {
                self.missing(Setting::Tenants, "a tenant must not be empty");
            }
            (true, false) if tenants.iter().any(|tid| is_padded(tid)) => {
                self.missing(Setting::Tenants, PADDED);
            }
            (true, false) => {}
        }
        let tenant =
            |tid: &String| Tenant { iss: issuer.replace(TENANT, tid).into(), tid: Some(tid.as_str().into()) };
        Issuers::these(tenants.iter().map(tenant))
    }

    fn types(&mut self) -> Vec<Box<str>> {
        if self.given.strict_typ == Some(true) {
            return vec![defaults::PROFILE_TYPE.into()];
        }
        let Some(types) = &self.given.token_types else {
            return defaults::TOKEN_TYPES.map(Into::into).into();
        };
        if types.is_empty() || types.iter().any(|typ| media_type::bare(typ).is_empty()) {
            self.missing(Setting::TokenTypes, "name at least one type, such as at+jwt, and no empty one");
        }
        for typ in types {
            let bare = media_type::bare(typ);
            if OTHER_TYPES.iter().any(|other| other.eq_ignore_ascii_case(bare)) {
                let remedy = "tokens of this type are not access tokens, and are always refused; \
                    name the type of the issuer's access tokens, such as at+jwt";
                self.invalid(Setting::TokenTypes, typ, remedy);
            } else if !bare.bytes().all(is_of_a_type) {
                let remedy = "not a media type; name each type in full, such as at+jwt: there is no wildcard";
                self.invalid(Setting::TokenTypes, typ, remedy);
            }
        }
        types.iter().map(|typ| media_type::bare(typ).into()).collect()
    }

    /// The accepted algorithms. The backend supports all of them, so a token with another algorithm
    /// is refused before a key is looked up.
    fn algorithms(&mut self, backend: Backend) -> Vec<Algorithm> {
        let lacking = backend.lacks();
        let all = || Algorithm::ALL.iter().copied().filter(|algorithm| !lacking.contains(algorithm));
        let Some(given) = &self.given.algorithms else { return all().collect() };
        if given.is_empty() {
            self.missing(Setting::Algorithms, "name at least one algorithm, such as RS256");
        }
        for algorithm in given.iter().filter(|algorithm| lacking.contains(algorithm)) {
            let remedy = "the signature backend does not support it; name others, such as RS256";
            self.invalid(Setting::Algorithms, algorithm.name(), remedy);
        }
        given.clone()
    }

    fn processor(&mut self, backend: Backend) {
        if !backend.runs_here() {
            self.missing(
                Setting::Backend,
                "Graviola needs instructions that this processor lacks; \
                enable the feature `aws-lc-rs` instead",
            );
        }
    }

    fn leeway(&mut self) -> Duration {
        let leeway = self.given.leeway.unwrap_or(defaults::LEEWAY);
        if leeway > defaults::MAX_LEEWAY {
            let remedy = "at most 300 s; if clocks differ by more, correct the clocks";
            self.invalid(Setting::Leeway, seconds(leeway), remedy);
        }
        leeway
    }

    fn lifetime(&mut self) {
        let lifetime = self.given.max_token_lifetime;
        if let Some(lifetime) = lifetime.filter(|lifetime| *lifetime < Duration::from_secs(1)) {
            let remedy = "at least 1 s, because 0 would refuse every token; remove it for no limit";
            self.invalid(Setting::MaxTokenLifetime, seconds(lifetime), remedy);
        }
    }

    /// The claims that the program requires, and the claim that the preset requires unless the
    /// program sets the same claim.
    fn required_claims(&mut self, mark: Option<RequiredClaim>) -> Vec<RequiredClaim> {
        let given = self.given.required_claims.as_deref().unwrap_or_default();
        if given.iter().any(|(name, value)| name.is_empty() || value.is_empty()) {
            let remedy = "name a claim and the value that it has in every access token of the issuer";
            self.missing(Setting::RequireClaim, remedy);
        }
        self.pointers(Setting::RequireClaim, given.iter().map(|(name, _)| name));
        let names = ClaimNames::parse(given.iter().map(|(name, _)| name.as_str()));
        for name in names.repeated() {
            let remedy = "it is given two values, and no token can have both; remove one";
            self.invalid(Setting::RequireClaim, name, remedy);
        }
        let given: Vec<_> =
            given.iter().map(|(name, value)| RequiredClaim::configured(name, value)).collect();
        let mark = mark.filter(|mark| !given.iter().any(|claim| claim.name == mark.name));
        mark.into_iter().chain(given).collect()
    }

    fn claims(&mut self, setting: Setting, given: Option<&[String]>, default: &str) -> ClaimNames {
        let Some(names) = given else { return ClaimNames::parse([default]) };
        if names.is_empty() || names.iter().any(|name| name.trim().is_empty()) {
            self.missing(setting, "name at least one claim, and no empty one");
        }
        self.pointers(setting, names);
        let names = ClaimNames::parse(names.iter().map(String::as_str));
        for name in names.repeated() {
            self.invalid(setting, name, "this claim is named twice; remove one");
        }
        names
    }

    fn pointers<'n>(&mut self, setting: Setting, names: impl IntoIterator<Item = &'n String>) {
        for name in names {
            if let Err(fault) = ClaimName::check(name) {
                self.problems.push(Problem::invalid(setting, name, fault.to_string()).caused_by(fault));
            }
        }
    }

    fn warn(&mut self, setting: Setting, value: impl AsRef<str>, advice: &str) {
        self.warnings.push(Warning::Doubtful(Problem::invalid(setting, value, advice)));
    }
}

/// RFC 6838 section 4.2, with the slash between a type and a subtype.
fn is_of_a_type(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$&-^_.+/".contains(&byte)
}

/// Whether the text starts or ends with white space.
fn is_padded(text: &str) -> bool {
    let trimmed = text.trim();
    !trimmed.is_empty() && trimmed != text
}

fn seconds(duration: Duration) -> String {
    if duration.subsec_nanos() == 0 { format!("{} s", duration.as_secs()) } else { format!("{duration:?}") }
}
