//! Remedies for keys that are missing or do not verify the token.

use super::super::evidence::Evidence;
use super::super::examined::Examined;
use super::super::report::KeyReport;
use crate::crypto::Algorithm;
use crate::jose::skip_reason::{MAX_KEYS, SkipReason};
use crate::refusal::{InvalidToken, RefusalCause};
use crate::text::shown;

pub(super) fn missing(cause: &RefusalCause, evidence: &Evidence<'_>) -> String {
    if let RefusalCause::KeysUnavailable { .. } = cause {
        return "correct the fault of the issuer's keys that is reported above; the checks before \
            this one passed"
            .to_owned();
    }
    if *cause == InvalidToken::NoKeyId.into() {
        return "have the issuer name its key (kid) in the header: several of its keys fit, and \
            they are not tried in turn"
            .to_owned();
    }
    let Some(issuer) = evidence.selected else { return withdrawn(false) };
    let alg = evidence.parameter("alg").and_then(|alg| Algorithm::from_name(&alg));
    let Some(kid) = evidence.parameter("kid") else { return unnamed(issuer, alg) };
    let kid = shown(&kid);
    if let Some(reason) = skipped(issuer, &kid) {
        return of_skipped(reason);
    }
    if issuer.unusable.unread.contains(&kid) {
        return format!(
            "the issuer publishes the key after the first {MAX_KEYS}, where keys are not read: \
                have it withdraw the keys that it no longer signs with"
        );
    }
    let same: Vec<_> = issuer.report.keys.iter().filter(|key| key.kid.as_ref() == Some(&kid)).collect();
    let serves = |key: &&&KeyReport| alg.is_some_and(|alg| key.algorithms.contains(&alg.name()));
    if same.iter().filter(serves).any(|key| key.issuer.is_some()) {
        return OF_ANOTHER_ISSUER.to_owned();
    }
    match (same.is_empty(), alg) {
        (false, Some(alg)) => format!(
            "the issuer publishes a key with this id, but not for {alg}: have it publish the key \
                with this alg, or without alg"
        ),
        _ => withdrawn(issuer.is_static),
    }
}

const OF_ANOTHER_ISSUER: &str = "the issuer publishes a key with this id only for the tokens of \
    another issuer (the member issuer of its JWK): the token and the key belong to different \
    tenants, or AXIOMS_JWKS_URL names the keys of another version or cloud of the issuer";

/// The remedy if no key fits a token without `kid`.
fn unnamed(issuer: &Examined, alg: Option<Algorithm>) -> String {
    let fits = |key: &KeyReport| alg.is_some_and(|alg| key.algorithms.contains(&alg.name()));
    match alg {
        Some(_) if issuer.report.keys.iter().any(fits) => OF_ANOTHER_ISSUER.to_owned(),
        Some(alg) => format!(
            "the token names no key (kid), and none of the issuer's keys is for {alg}: check why \
                keys are skipped above, and whether another issuer or environment signed it"
        ),
        None => withdrawn(issuer.is_static),
    }
}

fn withdrawn(is_static: bool) -> String {
    let place = if is_static {
        "put the issuer's current keys in the configuration"
    } else {
        "compare the JWK Set URL with the issuer's"
    };
    format!(
        "the issuer has withdrawn the key and the token is too old, or another issuer, environment \
            or tenant signed it: get a new token, and {place}"
    )
}

/// Why a key with this id is skipped. A duplicate does not count, because the key itself is used.
fn skipped(issuer: &Examined, kid: &str) -> Option<SkipReason> {
    let of_kid = issuer.unusable.skipped.iter().filter(|(skipped, _)| skipped == kid);
    of_kid.map(|(_, reason)| *reason).find(|reason| *reason != SkipReason::Duplicate)
}

fn of_skipped(reason: SkipReason) -> String {
    let remedy = match reason {
        SkipReason::Private => {
            "have the issuer withdraw it and sign with a new key: anyone who can read the set can \
                sign tokens with this key"
        }
        SkipReason::Unsupported => {
            "have the issuer sign with a supported key, or add its algorithm to AXIOMS_ALGORITHMS \
                if it is missing there"
        }
        SkipReason::ForEncryption | SkipReason::NotForSignatures => {
            "have the issuer publish its signing key for signatures (use: sig)"
        }
        SkipReason::WeakRsa | SkipReason::SmallOrder => "have the issuer sign with a stronger key",
        SkipReason::TooManyAlike | SkipReason::TooMany => {
            "have the issuer withdraw the keys that it no longer signs with, and give each key its \
                own id"
        }
        SkipReason::NotAnObject | SkipReason::Malformed(_) | SkipReason::Refused | SkipReason::Duplicate => {
            "have the issuer correct it"
        }
    };
    format!("the issuer publishes a key with this id, which is skipped: {reason}; {remedy}")
}

pub(super) fn signature(evidence: &Evidence<'_>) -> String {
    let Some(issuer) = evidence.selected else { return withdrawn(false) };
    if let Some(reason) = evidence.parameter("kid").and_then(|kid| skipped(issuer, &shown(&kid))) {
        return of_skipped(reason);
    }
    let place = if issuer.is_static {
        "compare the keys of the configuration with the issuer's"
    } else {
        "compare the JWK Set URL with the issuer's"
    };
    let other = match evidence.parameter("kid") {
        Some(_) => "another key with the same kid signed it, as after recreating an issuer",
        None => "another key signed it: it names no key, and the only key that fits was tried",
    };
    format!(
        "the token was changed or truncated, or {other}: copy the whole token, get a new one, and \
            {place}"
    )
}
