//! Settings from environment variables, in one table.

use std::collections::BTreeMap;
use std::ffi::OsString;

use super::builder::ValidatorBuilder;
use super::issuer::{Issuer, IssuerName};
use super::problem::Problem;
use super::provider::Provider;
use super::setting::Setting;
use super::value::{ValueFault, boolean, bytes, check, each, file, list, pairs, seconds};
use super::warning::Warning;

const PREFIX: &str = "AXIOMS_";

/// What an empty value means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Empty {
    /// The same as no variable.
    Unset,
    /// A problem: the variable restricts what is accepted, and an empty expansion must not lift the
    /// restriction.
    Problem,
    /// An empty list.
    List,
}

/// Parses the value of a variable and sets it on the builder.
type Setter = fn(&mut ValidatorBuilder, &str) -> Result<(), ValueFault>;

/// The order matters: if two variables name the issuer, the later one takes precedence.
const VARIABLES: &[(Setting, Empty, Setter)] = &[
    (Setting::Audience, Empty::Problem, |b, v| put(&mut issuer(b).audiences, list(v))),
    (Setting::Provider, Empty::Problem, |b, v| put(&mut issuer(b).provider, Ok(Provider::parse(v)?))),
    (Setting::Domain, Empty::Unset, |b, v| put(&mut issuer(b).name, Ok(IssuerName::Domain(v.into())))),
    (Setting::Issuer, Empty::Unset, |b, v| {
        if let Some(IssuerName::Domain(domain)) = &issuer(b).name {
            let advice = format!("it has no effect, because {} names the issuer; remove it", Setting::Issuer);
            let problem = Problem::invalid(Setting::Domain, domain, advice);
            b.warnings.push(Warning::Doubtful(problem));
        }
        put(&mut issuer(b).name, Ok(IssuerName::Iss(v.into())))
    }),
    (Setting::AnyIssuer, Empty::Unset, |b, v| put(&mut issuer(b).any, boolean(v))),
    (Setting::Tenants, Empty::Problem, |b, v| put(&mut issuer(b).tenants, list(v))),
    (Setting::JwksUrl, Empty::Unset, |b, v| put(&mut issuer(b).jwks_url, Ok(v.into()))),
    (Setting::TokenTypes, Empty::Problem, |b, v| put(&mut issuer(b).token_types, list(v))),
    (Setting::StrictTyp, Empty::Problem, |b, v| put(&mut issuer(b).strict_typ, boolean(v))),
    (Setting::RequireClaim, Empty::Problem, |b, v| put(&mut issuer(b).required_claims, pairs(v))),
    (Setting::Algorithms, Empty::Problem, |b, v| put(&mut issuer(b).algorithms, each(v))),
    (Setting::Leeway, Empty::Unset, |b, v| put(&mut issuer(b).leeway, seconds(v))),
    (Setting::MaxTokenLifetime, Empty::Problem, |b, v| put(&mut issuer(b).max_token_lifetime, seconds(v))),
    (Setting::ScopeClaims, Empty::Problem, |b, v| put(&mut issuer(b).scope_claims, list(v))),
    (Setting::RolesClaims, Empty::Problem, |b, v| put(&mut issuer(b).roles_claims, list(v))),
    (Setting::PermissionsClaims, Empty::Problem, |b, v| put(&mut issuer(b).permissions_claims, list(v))),
    (Setting::RefreshInterval, Empty::Unset, |b, v| put(&mut issuer(b).refresh_interval, seconds(v))),
    (Setting::CacheTtl, Empty::Unset, |b, v| put(&mut issuer(b).cache_ttl, seconds(v))),
    (Setting::CertificateAuthorities, Empty::Problem, |b, v| {
        put(&mut issuer(b).certificate_authorities, file(v))
    }),
    (Setting::DangerousAllowHttp, Empty::Unset, |b, v| put(&mut issuer(b).dangerous_allow_http, boolean(v))),
    (Setting::SafeMethods, Empty::List, |b, v| put(&mut b.safe_methods, each(v))),
    (Setting::Realm, Empty::Unset, |b, v| put(&mut b.realm, Ok(v.into()))),
    (Setting::Drain, Empty::Unset, |b, v| put(&mut b.drain, bytes(v))),
    (Setting::TokenCache, Empty::Unset, |b, v| put(&mut b.token_cache, bytes(v))),
    (Setting::Prefetch, Empty::Unset, |b, v| put(&mut b.prefetch, boolean(v))),
    (Setting::FailFast, Empty::Problem, |b, v| put(&mut b.fail_fast, boolean(v))),
    (Setting::WarnOnStderr, Empty::Unset, |b, v| put(&mut b.warn_on_stderr, boolean(v))),
];

impl ValidatorBuilder {
    /// Reads the settings from the environment variables named `AXIOMS_*`. Later calls override
    /// them.
    ///
    /// Problems are collected and reported by [`ValidatorBuilder::build`], which also warns about
    /// unknown variables and suggests the name that was probably meant.
    ///
    /// Values are trimmed. Quoted values, lists written as JSON, empty items of a list, and
    /// unexpanded references such as `${NAME}` or `<no value>` are problems. An empty value counts
    /// as unset, except for variables that restrict what is accepted, such as `AXIOMS_ALGORITHMS`:
    /// there it is a problem, so that an empty expansion cannot disable a protection. An empty
    /// `AXIOMS_SAFE_METHODS` means no methods.
    pub fn from_env() -> Self {
        read(std::env::vars_os())
    }

    /// Reads the settings as [`ValidatorBuilder::from_env`] does, from the given variables, such as
    /// those of a file or a test.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::ValidatorBuilder;
    ///
    /// let error = ValidatorBuilder::from_vars([("AXIOMS_AUDIENCE", "my-api"), ("AXIOMS_LEEWAY", "soon")])
    ///     .build()
    ///     .unwrap_err();
    /// assert!(error.to_string().contains("whole number of seconds"));
    /// ```
    pub fn from_vars<N, V>(variables: impl IntoIterator<Item = (N, V)>) -> Self
    where
        N: Into<std::ffi::OsString>,
        V: Into<std::ffi::OsString>,
    {
        read(variables.into_iter().map(|(name, value)| (name.into(), value.into())))
    }
}

fn issuer(builder: &mut ValidatorBuilder) -> &mut Issuer {
    builder.first.get_or_insert_default()
}

fn put<T>(setting: &mut Option<T>, value: Result<T, ValueFault>) -> Result<(), ValueFault> {
    *setting = Some(value?);
    Ok(())
}

/// Returns a builder with the settings of these variables.
fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> ValidatorBuilder {
    let named = |(name, value): (OsString, OsString)| {
        let name = name.into_string().ok().filter(|name| name.starts_with(PREFIX))?;
        Some((name, value))
    };
    let mut given: BTreeMap<String, OsString> = variables.into_iter().filter_map(named).collect();
    let mut builder = ValidatorBuilder::default();
    for (setting, empty, set) in VARIABLES {
        let value = setting.variable().and_then(|variable| given.remove(variable));
        if let Some(problem) = value.and_then(|value| take(&mut builder, *setting, *empty, *set, value)) {
            builder.problems.push(problem);
        }
    }
    for name in given.into_keys() {
        let meant = nearest(&name);
        builder.warnings.push(Warning::UnknownVariable { name, meant });
    }
    builder
}

/// Sets the value, or returns what is wrong with it.
fn take(
    builder: &mut ValidatorBuilder,
    setting: Setting,
    empty: Empty,
    set: Setter,
    value: OsString,
) -> Option<Problem> {
    let value = match value.into_string() {
        Ok(value) => value,
        Err(value) => return Some(Problem::invalid(setting, value.to_string_lossy(), "it is not UTF-8")),
    };
    let value = value.trim();
    match empty {
        Empty::Unset if value.is_empty() => return None,
        Empty::Problem if value.is_empty() => {
            return Some(Problem::invalid(
                setting,
                "",
                "it is set but empty; remove the variable, or give it a value",
            ));
        }
        _ => {}
    }
    let done = check(value).and_then(|()| set(builder, value));
    done.err().map(|fault| fault.of(setting, value))
}

/// The variable that was probably meant.
fn nearest(name: &str) -> Option<&'static str> {
    let known = VARIABLES.iter().filter_map(|(setting, ..)| setting.variable());
    let (distance, nearest) = known.map(|known| (distance(known, name), known)).min()?;
    (distance <= 3).then_some(nearest)
}

/// The Levenshtein distance: how many letters to change, add or remove.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, y) in row.iter_mut().skip(1).zip(b.bytes()) {
            left = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, left);
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_letters() {
        for (a, b, expected) in
            [("", "", 0), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1), ("abc", "xyz", 3)]
        {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
        assert_eq!(distance("AXIOMS_AUDIENCE", "AXIOMS_AUDIANCE"), 1);
    }
}
