//! Checks whether a valid token meets a policy, and refuses tokens with unexpected claims.

use http::Method;
use tracing::Level;

use super::refused;
use crate::policy::{Demand, Policy, Requirement};
use crate::refusal::{DenialReason, Denied, Refusal};
use crate::text::{logged, logged_issuer};
use crate::token::{AccessToken, ClaimError};

impl AccessToken {
    /// Requires more of the token than its route does, for example depending on the content of the
    /// request.
    ///
    /// A policy that differs by method is always refused, because there is no method: use
    /// [`AccessToken::require_for`].
    ///
    /// # Errors
    /// [`Denied`], which converts into a 403 `insufficient_scope`, if the token does not meet the
    /// policy.
    ///
    /// # Examples
    /// ```
    /// # use axioms_core::{AccessToken, Denied, Policy, PolicyErrors};
    /// fn export(token: &AccessToken, policy: &Policy) -> Result<String, Denied> {
    ///     token.require(policy)?;
    ///     Ok("all of it".to_owned())
    /// }
    /// ```
    pub fn require(&self, policy: &Policy) -> Result<(), Denied> {
        decide(self, policy.demand_of_every_method(), policy)
    }

    /// Requires what the policy demands for `method`.
    ///
    /// # Errors
    /// [`Denied`], which converts into a 403 `insufficient_scope`, if the token does not meet the
    /// policy or the policy refuses the method.
    pub fn require_for(&self, method: &Method, policy: &Policy) -> Result<(), Denied> {
        decide(self, policy.demand(method), policy)
    }

    /// Whether the token meets the policy, as in [`AccessToken::require`], for responses that
    /// depend on what the caller may see. It is false for a policy that differs by method.
    #[must_use]
    pub fn grants(&self, policy: &Policy) -> bool {
        match policy.demand_of_every_method() {
            Some(Demand::Public) => true,
            Some(Demand::Token(requirement)) => requirement.is_met_by(self.granted()),
            None => false,
        }
    }
}

/// Checks a token against the demand of `policy` for the request's method, if there is one.
pub(crate) fn decide(token: &AccessToken, demand: Option<&Demand>, policy: &Policy) -> Result<(), Denied> {
    match demand {
        Some(Demand::Public) => Ok(()),
        Some(Demand::Token(requirement)) if requirement.is_met_by(token.granted()) => Ok(()),
        Some(Demand::Token(requirement)) => Err(lacks(token, requirement)),
        None => Err(deny(
            token,
            Demanded {
                reason: DenialReason::Method,
                whole: format!("this method; the policy is {policy}"),
                missing: None,
                read: None,
                scopes: &[],
            },
        )),
    }
}

fn lacks(token: &AccessToken, requirement: &Requirement) -> Denied {
    let grants: Vec<_> = requirement.kinds().into_iter().map(|kind| token.granted().of(kind)).collect();
    let claims = grants.iter().map(|grant| &*grant.claim).collect::<Vec<_>>().join(", ");
    let types = grants.iter().map(|grant| grant.found).collect::<Vec<_>>().join(", ");
    deny(
        token,
        Demanded {
            reason: DenialReason::Policy,
            whole: requirement.to_string(),
            missing: Some(requirement.missing_in(token.granted())),
            read: Some((&claims, &types)),
            scopes: &requirement.scopes(),
        },
    )
}

/// A demand that a token did not meet, as text for the log.
pub(super) struct Demanded<'a> {
    pub(super) reason: DenialReason,
    pub(super) whole: String,
    /// The part of the demand that the token lacks.
    pub(super) missing: Option<String>,
    /// The claims that were read, and their JSON types.
    pub(super) read: Option<(&'a str, &'a str)>,
    /// The scopes that the whole policy names.
    pub(super) scopes: &'a [&'a str],
}

pub(super) fn deny(token: &AccessToken, demanded: Demanded<'_>) -> Denied {
    let Demanded { reason, whole: demanded, missing, read, scopes } = demanded;
    let (claim_read, claim_type) = read.unzip();
    let denied = Denied::new(&token.server().space, reason, demanded, scopes);
    let row = Denied::row();
    token.server().counters.refuse(row);
    refused!(
        row.level,
        cause = row.name,
        demanded = denied.demanded(),
        missing,
        claim_read,
        claim_type,
        issuer = token.issuer().map(logged_issuer),
        subject = token.subject().map(logged),
        kid = token.key_id().map(logged),
        jti = token.jwt_id().map(|id| logged(&id)),
        "a token does not grant what is demanded"
    );
    denied
}

impl From<ClaimError> for Denied {
    fn from(error: ClaimError) -> Self {
        let what = error.what();
        deny(
            error.token(),
            Demanded {
                reason: DenialReason::ClaimType,
                whole: format!("{what} as {}", error.wanted()),
                missing: None,
                read: Some((what, error.found())),
                scopes: &[],
            },
        )
    }
}

impl From<ClaimError> for Refusal {
    fn from(error: ClaimError) -> Self {
        Denied::from(error).into()
    }
}
