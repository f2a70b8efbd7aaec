//! Turns the given settings into the effective ones: those of the resource server, and the policy
//! and keys of each issuer.

use std::collections::HashSet;
use std::sync::Arc;

use http::Method;

use super::builder::ValidatorBuilder;
use super::check::{self, CheckedIssuer};
use super::defaults;
use super::error::ConfigError;
use super::issuer::{Issuer, IssuerName};
use super::problem::Problem;
use super::setting::Setting;
use super::settings::Settings;
use super::warning::Warning;
use crate::clock::SystemClock;
use crate::jwks;
use crate::notice;
use crate::refusal::{ProtectionSpace, is_quotable};
use crate::token::issuer_policy::{IssuerPolicy, Issuers};

/// Checks all settings, logs the warnings, and returns the problems.
pub(crate) fn resolve(given: ValidatorBuilder) -> Result<Settings, ConfigError> {
    if given.warn_on_stderr == Some(false) {
        notice::silence();
    }
    let mut problems = server_problems(&given);
    let ValidatorBuilder {
        first,
        added,
        safe_methods,
        realm,
        token_cache,
        drain,
        prefetch,
        fail_fast,
        clock,
        mut warnings,
        ..
    } = given;
    let clock = clock.unwrap_or_else(|| Arc::new(SystemClock::new()));
    let safe_methods = safe_methods.unwrap_or_default();
    warnings.extend(doubtful_methods(&safe_methods));

    let mut issuers = Vec::with_capacity(1 + added.len());
    let mut take = |checked: CheckedIssuer, added: Option<&Issuer>| {
        let label = added.map(label);
        let name = |problem: Problem| match &label {
            Some(label) => problem.of_added(label),
            None => problem,
        };
        problems.extend(checked.problems.into_iter().map(name));
        let warn = |warning| match warning {
            Warning::Doubtful(problem) => Warning::Doubtful(name(problem)),
            unknown @ Warning::UnknownVariable { .. } => unknown,
        };
        warnings.extend(checked.warnings.into_iter().map(warn));
        issuers.extend(checked.resolved);
    };
    // If no setting of the first issuer is made, only the added issuers exist.
    if first.is_some() || added.is_empty() {
        let first = first.unwrap_or_default();
        take(check::check(&first, Arc::clone(&clock), given.problems, !added.is_empty()), None);
    }
    for issuer in &added {
        take(check::check(issuer, Arc::clone(&clock), Vec::new(), false), Some(issuer));
    }
    problems.extend(ambiguities(&issuers));
    warnings.iter().for_each(Warning::log);
    if !problems.is_empty() {
        return Err(ConfigError::new(problems));
    }
    let realm = realm.as_deref().unwrap_or(ProtectionSpace::DEFAULT_REALM).into();
    let token_cache = token_cache.unwrap_or(defaults::TOKEN_CACHE);
    let drain = drain.unwrap_or(defaults::DRAIN);
    let prefetch = prefetch.unwrap_or(true);
    let fail_fast = fail_fast.unwrap_or_default();
    Ok(Settings { issuers, realm, safe_methods, token_cache, drain, prefetch, fail_fast, clock })
}

fn server_problems(given: &ValidatorBuilder) -> Vec<Problem> {
    let mut problems = Vec::new();
    if let Some(bytes) = given.token_cache.filter(|bytes| (1..defaults::MIN_TOKEN_CACHE).contains(bytes)) {
        let remedy = "at least 65536 bytes, or 0 to cache no tokens";
        problems.push(Problem::invalid(Setting::TokenCache, format!("{bytes} bytes"), remedy));
    }
    if let Some(realm) = given.realm.as_deref().filter(|realm| realm.is_empty() || !is_quotable(realm)) {
        let remedy = "must be non-empty printable ASCII without double quote and backslash";
        problems.push(Problem::invalid(Setting::Realm, realm, remedy));
    }
    if given.prefetch == Some(false) && given.fail_fast == Some(true) {
        let remedy = "fail_fast waits for the first fetch; remove one of the two";
        problems.push(Problem::invalid(Setting::Prefetch, "false", remedy));
    }
    problems.extend(given.safe_methods.iter().flatten().filter_map(mistaken_method));
    problems
}

/// Methods are compared exactly (RFC 9110 section 9.1), so a misspelt method would have no effect.
fn mistaken_method(method: &Method) -> Option<Problem> {
    const KNOWN: [Method; 9] = [
        Method::OPTIONS,
        Method::HEAD,
        Method::GET,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::CONNECT,
        Method::TRACE,
    ];
    let text = method.as_str();
    let meant = KNOWN.iter().find(|known| known.as_str().eq_ignore_ascii_case(text));
    let remedy = match meant {
        Some(known) if known == method => return None,
        Some(known) => format!("methods are case-sensitive; write {known}"),
        None if text.contains('*') => "there is no wildcard; name each method, such as OPTIONS".to_owned(),
        None => return None,
    };
    Some(Problem::invalid(Setting::SafeMethods, text, remedy))
}

fn doubtful_methods(methods: &[Method]) -> impl Iterator<Item = Warning> {
    let doubtful = methods.iter().filter(|method| !matches!(**method, Method::OPTIONS | Method::HEAD));
    doubtful.map(|method| {
        let advice = "a guarding layer lets it through to the handler without a token; only \
            OPTIONS and HEAD are usual, and CORS preflight needs neither if the CORS layer is \
            outside the guard";
        Warning::Doubtful(Problem::invalid(Setting::SafeMethods, method, advice))
    })
}

/// The name of an added issuer in a problem.
fn label(issuer: &Issuer) -> &str {
    let name = issuer.name.as_ref().map(|(IssuerName::Iss(name) | IssuerName::Domain(name))| name.as_str());
    let preset = issuer.provider.as_ref().map(|provider| provider.issuer.as_str());
    name.or(preset).or(issuer.jwks_url.as_deref()).unwrap_or("an added issuer")
}

/// With several issuers, the `iss` of a token must select exactly one.
fn ambiguities(issuers: &[(IssuerPolicy, jwks::JwksSource)]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen = HashSet::new();
    for (rules, _) in issuers.iter().filter(|_| issuers.len() > 1) {
        match &rules.issuer {
            Issuers::Any => problems.push(Problem::missing(
                Setting::AnyIssuer,
                "`iss` selects one of several issuers; name each issuer",
            )),
            Issuers::These(tenants) => {
                let twice = tenants.listed().iter().filter(|tenant| !seen.insert(&*tenant.iss));
                problems.extend(twice.map(|tenant| {
                    let remedy = "this issuer is configured twice; merge the two";
                    Problem::invalid(Setting::AddIssuer, &*tenant.iss, remedy)
                }));
            }
        }
    }
    problems
}
