//! Reports what is wrong with a configuration, an issuer or a token, and which demand of a policy a
//! token does not meet: [`ValidatorBuilder::diagnose`](crate::ValidatorBuilder::diagnose).
//!
//! This module makes no decisions. It calls the same functions as a validator to find, fetch and
//! read the keys, to check the token and to evaluate the policy, and explains their outcome. Texts
//! from the token or the issuer are cut, and control characters and characters that reorder text
//! are escaped. No report contains a token's signature.

mod evidence;
mod examined;
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
    Check, ClockReport, DemandReport, Diagnosis, FaultReport, GrantReport, IssuerReport, KeyReport, Location,
    MissingReport, PolicyReport, Status, TokenReport,
};

use http::Method;

use crate::config::{ConfigError, Settings, ValidatorBuilder, resolve};
use crate::policy::Policy;
use crate::refusal::ProtectionSpace;
use crate::resource_server::ResourceServer;
use crate::stats::Counters;

impl ValidatorBuilder {
    /// Reports what a validator with this configuration finds, instead of building one: where each
    /// issuer's keys are and which of them are usable, whether the clocks agree, and, if `token` is
    /// given, which check refuses it.
    ///
    /// It fetches the keys of each issuer once, and blocks for at most 5 s for each issuer.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the configuration. Everything else that goes wrong is
    /// reported in the [`Diagnosis`].
    ///
    /// # Examples
    /// ```no_run
    /// # use axioms_core::ValidatorBuilder;
    /// let diagnosis = ValidatorBuilder::from_env().diagnose(None)?;
    /// for issuer in &diagnosis.issuers {
    ///     println!("{}: {} keys", issuer.issuer, issuer.keys.len());
    /// }
    /// # Ok::<(), axioms_core::ConfigError>(())
    /// ```
    pub fn diagnose(self, token: Option<&str>) -> Result<Diagnosis, ConfigError> {
        resolve(self).map(|settings| examine(settings, token, None))
    }

    /// Reports what [`ValidatorBuilder::diagnose`] does, and which demand of `policy` the token
    /// does not meet for a request with `method`, which is why a valid token gets a 403. The method
    /// is irrelevant for a policy with the same demand for every method.
    ///
    /// # Errors
    /// As [`ValidatorBuilder::diagnose`].
    ///
    /// # Examples
    /// ```no_run
    /// # use axioms_core::{Policy, ValidatorBuilder, http::Method};
    /// let policy = Policy::builder().any_scopes(["read:messages"]).build()?;
    /// let diagnosis = ValidatorBuilder::from_env().diagnose_for("eyJ...", &Method::GET, &policy)?;
    /// if let Some(policy) = diagnosis.token.and_then(|token| token.policy) {
    ///     for missing in policy.demands.iter().flat_map(|demand| &demand.missing) {
    ///         println!("the {} {}: {}", missing.kind, missing.value, missing.remedy);
    ///     }
    /// }
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn diagnose_for(
        self,
        token: &str,
        method: &Method,
        policy: &Policy,
    ) -> Result<Diagnosis, ConfigError> {
        resolve(self).map(|settings| examine(settings, Some(token), Some((method, policy))))
    }
}

/// Fetches the keys of every issuer, checks the token, and then evaluates the policy for a request
/// with this method.
fn examine(settings: Settings, token: Option<&str>, policy: Option<(&Method, &Policy)>) -> Diagnosis {
    let Settings { issuers, realm, clock, .. } = settings;
    let examined: Vec<_> =
        issuers.into_iter().map(|(rules, source)| issuer::examine(rules, source)).collect();
    let space = Arc::new(ProtectionSpace::new(&realm));
    let server = Arc::new(ResourceServer { space, several_issuers: false, counters: Counters::default() });
    let token = token.map(|token| walk::walk(token, &examined, clock.unix_time(), &server, policy));
    let issuers: Vec<_> = examined.into_iter().map(|examined| examined.report).collect();
    let passes = |token: &TokenReport| token.valid && token.policy.as_ref().is_none_or(|policy| policy.met);
    let ok = issuers.iter().all(|issuer| issuer.ok) && token.as_ref().is_none_or(passes);
    Diagnosis { ok, issuers, token }
}
