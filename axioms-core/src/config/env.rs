//! The environment as a source of settings: one table of variables, from which the unknown ones are told apart.

use std::ffi::OsString;
use std::io::Write as _;
use std::str::FromStr;
use std::time::Duration;

use http::Method;

use super::builder::ValidatorBuilder;
use super::problem::Problem;
use super::provider::Provider;
use crate::crypto::Algorithm;

const PREFIX: &str = "AXIOMS_";

/// Sets what a variable's value says, or tells what the value should be.
type Set = fn(&mut ValidatorBuilder, &str) -> Result<(), String>;

const VARIABLES: &[(&str, Set)] = &[
    ("AXIOMS_AUDIENCE", |b, v| put(&mut b.audiences, Ok(list(v)))),
    ("AXIOMS_PROVIDER", |b, v| put(&mut b.provider, Provider::parse(v).map(Some))),
    ("AXIOMS_DOMAIN", |b, v| put(&mut b.domain, Ok(Some(v.to_owned())))),
    ("AXIOMS_ISS_URL", |b, v| put(&mut b.issuer, Ok(Some(v.to_owned())))),
    ("AXIOMS_ANY_ISSUER", |b, v| put(&mut b.any_issuer, boolean(v))),
    ("AXIOMS_TENANTS", |b, v| put(&mut b.tenants, Ok(list(v)))),
    ("AXIOMS_JWKS_URL", |b, v| put(&mut b.jwks_url, Ok(Some(v.to_owned())))),
    ("AXIOMS_TOKEN_TYPS", |b, v| put(&mut b.token_types, Ok(list(v)))),
    ("AXIOMS_STRICT_TYP", |b, v| put(&mut b.strict_typ, boolean(v))),
    ("AXIOMS_REQUIRED_CLAIMS", |b, v| put(&mut b.required_claims, pairs(v))),
    ("AXIOMS_ALGORITHMS", |b, v| put(&mut b.algorithms, each::<Algorithm>(v))),
    ("AXIOMS_LEEWAY", |b, v| put(&mut b.leeway, seconds(v))),
    ("AXIOMS_MAX_TOKEN_LIFETIME", |b, v| put(&mut b.max_token_lifetime, seconds(v).map(Some))),
    ("AXIOMS_JWKS_REFRESH_INTERVAL", |b, v| put(&mut b.refresh_interval, seconds(v))),
    ("AXIOMS_JWKS_CACHE_TTL", |b, v| put(&mut b.cache_ttl, seconds(v).map(Some))),
    ("AXIOMS_JWKS_PREFETCH", |b, v| put(&mut b.prefetch, boolean(v))),
    ("AXIOMS_FAIL_FAST", |b, v| put(&mut b.fail_fast, boolean(v))),
    ("AXIOMS_SCOPE_CLAIMS", |b, v| put(&mut b.scope_claims, Ok(Some(list(v))))),
    ("AXIOMS_ROLES_CLAIMS", |b, v| put(&mut b.roles_claims, Ok(Some(list(v))))),
    ("AXIOMS_PERMISSIONS_CLAIMS", |b, v| put(&mut b.permissions_claims, Ok(list(v)))),
    ("AXIOMS_SAFE_METHODS", |b, v| put(&mut b.safe_methods, each::<Method>(v))),
    ("AXIOMS_REALM", |b, v| put(&mut b.realm, Ok(v.to_owned()))),
    ("AXIOMS_DRAIN", |b, v| put(&mut b.drain, bytes(v))),
    ("AXIOMS_TOKEN_CACHE", |b, v| put(&mut b.token_cache, bytes(v))),
    ("AXIOMS_CA_FILE", |b, v| put(&mut b.certificate_authorities, file(v))),
];

/// A builder with the settings of these variables. An empty value counts as unset.
pub(super) fn read(variables: impl IntoIterator<Item = (OsString, OsString)>) -> ValidatorBuilder {
    let mut builder = ValidatorBuilder::default();
    for (name, value) in variables {
        let Some(name) = name.to_str().filter(|name| name.starts_with(PREFIX)) else { continue };
        let Some((known, set)) = VARIABLES.iter().find(|(known, _)| *known == name) else {
            warn_of_unknown(name);
            continue;
        };
        match value.to_str() {
            Some("") => {}
            Some(value) => {
                if let Err(remedy) = set(&mut builder, value) {
                    builder.problems.push(Problem::invalid(known, value, remedy));
                }
            }
            None => {
                builder.problems.push(Problem::invalid(known, value.to_string_lossy(), "it is not UTF-8"));
            }
        }
    }
    builder
}

fn warn_of_unknown(name: &str) {
    let nearest = VARIABLES.iter().map(|(known, _)| *known).min_by_key(|known| distance(known, name));
    let meant = nearest.filter(|known| distance(known, name) <= 3);
    tracing::warn!(name: "axioms.unknown_variable", target: "axioms", variable = name, meant, "this environment variable is not known and has no effect");
    // A program often configures itself before its log, and a setting without effect must not go unseen.
    let hint = meant.map(|known| format!("; did you mean {known}?")).unwrap_or_default();
    let warning = format!("axioms: the environment variable {name} is not known and has no effect{hint}\n");
    // Not `eprintln!`, which panics where nobody reads it, as under a supervisor that has gone away.
    drop(std::io::stderr().write_all(warning.as_bytes()));
}

/// The Levenshtein distance: how many letters to change, add or drop.
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

fn put<T>(setting: &mut T, value: Result<T, String>) -> Result<(), String> {
    value.map(|value| *setting = value)
}

fn items(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(str::trim).filter(|item| !item.is_empty())
}

fn list(value: &str) -> Vec<String> {
    items(value).map(str::to_owned).collect()
}

fn pairs(value: &str) -> Result<Vec<(String, String)>, String> {
    let pair = |item: &str| {
        let (name, value) = item.split_once('=').ok_or("write pairs, such as token_use=access")?;
        Ok((name.trim().to_owned(), value.trim().to_owned()))
    };
    items(value).map(pair).collect()
}

fn each<T: FromStr<Err: std::fmt::Display>>(value: &str) -> Result<Vec<T>, String> {
    items(value).map(|item| item.parse().map_err(|error| format!("{item:?}: {error}"))).collect()
}

fn seconds(value: &str) -> Result<Duration, String> {
    value
        .trim()
        .parse()
        .map(Duration::from_secs)
        .map_err(|_| "write a whole number of seconds, such as 60".to_owned())
}

fn bytes(value: &str) -> Result<usize, String> {
    value.trim().parse().map_err(|_| "write a whole number of bytes, such as 8388608, or 0".to_owned())
}

fn boolean(value: &str) -> Result<bool, String> {
    match value.trim().to_ascii_lowercase().as_str() {
        "true" | "1" | "yes" | "on" => Ok(true),
        "false" | "0" | "no" | "off" => Ok(false),
        _ => Err("write true or false".to_owned()),
    }
}

fn file(path: &str) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("the file cannot be read: {error}"))
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

    #[test]
    fn the_readme_lists_every_variable() {
        let readme = include_str!("../../../README.md");
        for (name, _) in VARIABLES {
            assert!(readme.contains(&format!("| `{name}` |")), "{name}");
        }
    }
}
