//! What is wrong with a configuration, an issuer or a token, and which demand of a policy a token misses:
//! [`ValidatorBuilder::diagnose`](crate::ValidatorBuilder::diagnose).
//!
//! Nothing here decides anything. The functions that a validator calls find, fetch and read the keys, check the token
//! and evaluate the policy; this module explains their outcome. Texts that came from the token or from the issuer are cut
//! short, and their control characters and what could reorder a line are escaped. A token's signature is in none.

mod evidence;
mod grants;
mod issuer;
mod policy;
mod remedy;
mod report;
mod sighting;
mod steps;
mod text;
mod walk;

use std::sync::Arc;

pub use report::{
    Check, ClockReport, DemandReport, Diagnosis, Fault, GrantReport, IssuerReport, KeyReport, Location,
    MissingReport, PolicyReport, Status, TokenReport,
};

use http::Method;

use crate::policy::Policy;
use crate::resource_server::ResourceServer;
use crate::stats::Counters;
use crate::validator::Settings;

/// Asks every issuer for its keys, checks the token, and then evaluates the policy for a request of this method.
pub(crate) fn examine(
    settings: Settings,
    token: Option<&str>,
    policy: Option<(&Method, &Policy)>,
) -> Diagnosis {
    let Settings { issuers, realm, clock, .. } = settings;
    let examined: Vec<_> =
        issuers.into_iter().map(|(rules, source)| issuer::examine(rules, source)).collect();
    let server = Arc::new(ResourceServer { realm, several_issuers: false, counters: Counters::default() });
    let token = token.map(|token| walk::walk(token, &examined, clock.unix_time(), &server, policy));
    let issuers: Vec<_> = examined.into_iter().map(|examined| examined.report).collect();
    let passes = |token: &TokenReport| token.valid && token.policy.as_ref().is_none_or(|policy| policy.met);
    let ok = issuers.iter().all(|issuer| issuer.ok) && token.as_ref().is_none_or(passes);
    Diagnosis { ok, issuers, token }
}
