//! What is wrong with a configuration, an issuer or a token, and which demand of a policy a token misses:
//! [`ValidatorBuilder::diagnose`](crate::ValidatorBuilder::diagnose).
//!
//! Nothing here decides anything. The functions that a validator calls find, fetch and read the keys, check the token
//! and evaluate the policy; this module explains their outcome. Texts that came from the token or from the issuer are cut
//! short, and their control characters and what could reorder a line are escaped. A token's signature is in none.

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
    /// Says what a validator of this configuration finds, in place of building one: where each
    /// issuer's keys are and which of them it can use, whether the clocks agree, and at which check
    /// `token`, if one is given, is refused.
    ///
    /// It blocks while it asks each issuer once, for at most 5 s each.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem of the configuration. What goes wrong
    /// after that is in the [`Diagnosis`].
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

    /// Says what [`ValidatorBuilder::diagnose`] says of `token`, and which demand of `policy` it misses for a request of
    /// `method`: why a valid token is answered with 403. The method is of no account to a policy that demands the same of
    /// every method.
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

/// Asks every issuer for its keys, checks the token, and then evaluates the policy for a request of this method.
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
