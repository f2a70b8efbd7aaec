//! The decision on a request: checks the token against the policy, and logs and counts refusals.

mod grants;
mod ownership;

use std::fmt;
use std::sync::Arc;

use http::Method;
use tracing::Level;

use crate::notice;
use crate::policy::{Demand, Policy};
use crate::refusal::{ProtectionSpace, Refusal, RefusalCause, Row};
use crate::resource_server::ResourceServer;
use crate::token::{self, AccessToken};

pub(crate) use grants::decide;

/// Logs a refused request at the level of its cause. It is a macro with a branch for each level,
/// because `tracing` requires constant levels.
macro_rules! refused {
    ($level:expr, $($fields:tt)+) => {
        match $level {
            Level::ERROR => tracing::error!(name: "axioms.refused", target: "axioms", $($fields)+),
            Level::DEBUG => tracing::debug!(name: "axioms.refused", target: "axioms", $($fields)+),
            _ => tracing::info!(name: "axioms.refused", target: "axioms", $($fields)+),
        }
    };
}
use refused;

/// Refuses a request. `token` is the text of its token, and `issuer` is the only accepted issuer,
/// if there is exactly one. The log gets the token's ids, never the token.
pub(crate) fn refuse(
    server: &ResourceServer,
    cause: RefusalCause,
    token: Option<&str>,
    issuer: Option<&str>,
) -> Refusal {
    let row = cause.row();
    server.counters.refuse(row);
    let reason: Option<&dyn fmt::Display> = match &cause {
        RefusalCause::InvalidToken(reason) => Some(reason),
        RefusalCause::BadCredentials(reason) => Some(reason),
        _ => None,
    };
    let retry_after = match &cause {
        RefusalCause::KeysUnavailable { retry_after } => Some(tracing::field::debug(retry_after)),
        _ => None,
    };
    // The token's ids are read only if the event is recorded.
    refused!(
        row.level,
        cause = row.name,
        reason = reason.map(tracing::field::display),
        retry_after,
        issuer,
        kid = token.and_then(token::claimed_key_id),
        jti = token.and_then(token::claimed_jwt_id),
        "a request is refused"
    );
    Refusal::new(cause, &server.space)
}

/// Refuses a request without credentials of an accepted scheme. The challenge lists the scopes of
/// the demand.
pub(crate) fn refuse_anonymous(server: &ResourceServer, demand: Option<&Demand>) -> Refusal {
    refuse(server, RefusalCause::NoCredentials, None, None).with_scopes(&scopes(demand))
}

fn scopes(demand: Option<&Demand>) -> Vec<&str> {
    match demand {
        Some(Demand::Token(requirement)) => requirement.scopes(),
        _ => Vec::new(),
    }
}

impl Refusal {
    /// Returns the refusal of an adapter that finds no validator, and logs `remedy`, which says
    /// what to add and where.
    #[must_use]
    pub fn not_configured(remedy: &'static str) -> Self {
        let refusal = Self::without_validator();
        let Row { name: cause, level, .. } = refusal.cause().row();
        refused!(*level, cause, remedy, "a guarded route has no validator");
        notice::error(format_args!("a guarded route has no validator: {remedy}"));
        refusal
    }
}

impl Policy {
    /// Checks a token against this policy for `method`, as a guard does. Returns the token, or
    /// `None` if the policy makes the method public; the token is then not checked. The token's
    /// expiry is not checked again.
    ///
    /// The token may come from any validator of the program. If several validators guard different
    /// resources, check with [`Validator::accepted`](crate::Validator::accepted) first.
    ///
    /// # Errors
    /// A [`Refusal`]: 401 if a token is required and there is none; 403 if the token does not meet
    /// the policy, or if the policy refuses the method. The 401 has the default realm, `api`,
    /// because no validator is involved.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{AccessToken, Policy, Refusal, http::Method};
    ///
    /// fn report(policy: &Policy, token: Option<&AccessToken>) -> Result<&'static str, Refusal> {
    ///     policy.check(&Method::GET, token)?;
    ///     Ok("all is well")
    /// }
    ///
    /// let open = Policy::builder().public(Method::GET).build()?;
    /// assert!(report(&open, None).is_ok());
    /// assert_eq!(report(&Policy::VALID_TOKEN, None).unwrap_err().status(), 401);
    /// # Ok::<(), axioms_core::PolicyErrors>(())
    /// ```
    pub fn check(
        &self,
        method: &Method,
        token: Option<&AccessToken>,
    ) -> Result<Option<AccessToken>, Refusal> {
        let demand = self.demand(method);
        if matches!(demand, Some(Demand::Public)) {
            return Ok(None);
        }
        let token = token.ok_or_else(|| anonymous_call(demand))?;
        decide(token, demand, self)?;
        Ok(Some(token.clone()))
    }
}

/// The refusal of a call without a token. There is no validator, so the realm is the default and
/// nothing is counted.
fn anonymous_call(demand: Option<&Demand>) -> Refusal {
    let space = Arc::new(ProtectionSpace::new(ProtectionSpace::DEFAULT_REALM));
    let refusal = Refusal::new(RefusalCause::NoCredentials, &space).with_scopes(&scopes(demand));
    let Row { name: cause, level, .. } = refusal.cause().row();
    refused!(*level, cause, "a call is refused");
    refusal
}
