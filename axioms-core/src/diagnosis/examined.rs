//! What was found of one issuer: what reports show, and what explains a refusal.

use super::report::IssuerReport;
use crate::jose::key_set::KeySet;
use crate::jose::skip_reason::SkipReason;
use crate::token::issuer_policy::IssuerPolicy;

/// An issuer that has been asked.
pub(super) struct Examined {
    pub(super) rules: IssuerPolicy,
    /// Its usable keys, if it has any.
    pub(super) keys: Option<KeySet>,
    pub(super) report: IssuerReport,
    pub(super) unusable: Unusable,
    /// Whether its keys are part of the configuration.
    pub(super) is_static: bool,
}

/// The keys that an issuer publishes and no validator uses.
#[derive(Debug, Default)]
pub(super) struct Unusable {
    /// The key ids of those that are skipped, as reports show them, and why.
    pub(super) skipped: Vec<(String, SkipReason)>,
    /// The key ids of those that are not looked at.
    pub(super) unread: Vec<String>,
}
