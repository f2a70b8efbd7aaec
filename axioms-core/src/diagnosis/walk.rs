//! Validates a token like a validator does, and explains the outcome check by check.

use std::sync::Arc;
use std::time::Duration;

use http::Method;

use super::evidence::Evidence;
use super::examined::Examined;
use super::report::{Check, Status, TokenReport};
use super::steps::Step;
use super::{grants, policy, remedy};
use crate::jose::compact::Compact;
use crate::policy::Policy;
use crate::refusal::{InvalidToken, RefusalCause};
use crate::resource_server::ResourceServer;
use crate::token::issuer_policy::select;
use crate::token::{AccessToken, Unverified};

/// Validates the token with the keys that were just fetched, and evaluates the policy.
pub(super) fn walk(
    token: &str,
    issuers: &[Examined],
    now: Duration,
    server: &Arc<ResourceServer>,
    asked: Option<(&Method, &Policy)>,
) -> TokenReport {
    let mut selected = None;
    let choose = |iss: Option<&str>| {
        let (_, issuer) = select(issuers, |issuer| &issuer.rules, iss)?;
        selected = Some(issuer);
        Some((issuer, &issuer.rules))
    };
    let mut decoded = Vec::new();
    let compact = Compact::parse(token, &mut decoded).map_err(InvalidToken::from);
    let outcome = compact
        .and_then(|compact| Unverified::parse(compact, choose, now))
        .map_err(RefusalCause::from)
        .and_then(|(issuer, token)| verify(issuer, &token, server));
    let texts = compact.ok().map(|compact| (compact.header, compact.payload));
    let (header, payload) = texts.unzip();
    let evidence = Evidence::new(token, header, payload, issuers, selected, now);
    let report = report(outcome.as_ref().err(), &evidence);
    match (outcome, evidence.payload(), evidence.rules()) {
        (Ok(token), Some(payload), Some(rules)) => TokenReport {
            grants: grants::of(&token, payload, rules),
            policy: asked.map(|(method, wanted)| policy::of(&token, payload, rules, method, wanted)),
            ..report
        },
        _ => report,
    }
}

fn verify(
    issuer: &Examined,
    token: &Unverified<'_>,
    server: &Arc<ResourceServer>,
) -> Result<AccessToken, RefusalCause> {
    let keys = issuer.keys.as_ref().ok_or(RefusalCause::KeysUnavailable { retry_after: Duration::ZERO })?;
    let candidates = keys
        .find(token.key_id(), token.algorithm(), |issuer| token.is_of(issuer))
        .map_err(InvalidToken::from)?;
    Ok(token.verify(candidates.into_iter().flatten(), server).ok_or(InvalidToken::Signature)?)
}

fn report(cause: Option<&RefusalCause>, evidence: &Evidence<'_>) -> TokenReport {
    let rules = evidence.selected.map(|issuer| &issuer.rules);
    let failed = cause.map(|cause| Step::refusing(cause, rules));
    let mut status = Status::Passed;
    let mut checks = Vec::with_capacity(Step::ALL.len());
    for step in Step::ALL {
        let (name, title) = step.names();
        let fails = failed == Some(step);
        if fails {
            status = Status::Failed;
        }
        let (expected, found) = if status == Status::NotReached { (None, None) } else { evidence.of(step) };
        let found = match cause {
            Some(RefusalCause::InvalidToken(reason)) if fails => evidence.fault(*reason).or(found),
            _ => found,
        };
        let remedy = cause.filter(|_| fails).map(|cause| remedy::of(step, cause, evidence));
        checks.push(Check { name, title, status, expected, found, remedy });
        if fails {
            status = Status::NotReached;
        }
    }
    let reason = cause.map(|cause| match cause {
        RefusalCause::InvalidToken(reason) => reason.to_string(),
        _ => "the issuer's keys are unavailable, so the token cannot be checked".to_owned(),
    });
    let (valid, cause) = (cause.is_none(), cause.map(RefusalCause::name));
    TokenReport { valid, cause, reason, checks, grants: Vec::new(), policy: None }
}
