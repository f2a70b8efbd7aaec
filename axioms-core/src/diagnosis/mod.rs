//! What is wrong with a configuration, an issuer or a token, found by the validator's own code and said for a person:
//! [`ValidatorBuilder::diagnose`](crate::ValidatorBuilder::diagnose).
//!
//! Nothing here decides anything. The keys are found, fetched and read, and the token is checked, by the functions that
//! a validator calls; their outcome is then told at length. Texts that came from the token or from the issuer are cut
//! short, and their control characters and what could reorder a line are escaped. A token's signature is in none.

mod evidence;
mod issuer;
mod remedy;
mod report;
mod steps;
mod text;
mod walk;

use std::sync::Arc;

pub use report::{
    Check, ClockReport, Diagnosis, Fault, IssuerReport, KeyReport, Location, Status, TokenReport,
};

use crate::resource_server::ResourceServer;
use crate::stats::Counters;
use crate::validator::Settings;

/// Asks every issuer for its keys, and then walks the token.
pub(crate) fn examine(settings: Settings, token: Option<&str>) -> Diagnosis {
    let Settings { issuers, realm, clock, .. } = settings;
    let examined: Vec<_> =
        issuers.into_iter().map(|(rules, source)| issuer::examine(rules, source)).collect();
    let server = Arc::new(ResourceServer { realm, several_issuers: false, counters: Counters::default() });
    let token = token.map(|token| walk::walk(token, &examined, clock.unix_time(), &server));
    let issuers: Vec<_> = examined.into_iter().map(|examined| examined.report).collect();
    let ok = issuers.iter().all(|issuer| issuer.ok) && token.as_ref().is_none_or(|token| token.valid);
    Diagnosis { ok, issuers, token }
}
