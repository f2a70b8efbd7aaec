//! The findings about one issuer, for reports and for explanations of refusals.

use super::report::IssuerReport;
use crate::jose::key_set::KeySet;
use crate::jose::skip_reason::SkipReason;
use crate::token::issuer_policy::IssuerPolicy;

/// An issuer whose keys were fetched.
pub(super) struct Examined {
    pub(super) rules: IssuerPolicy,
    /// Its usable keys, if any.
    pub(super) keys: Option<KeySet>,
    pub(super) report: IssuerReport,
    pub(super) unusable: Unusable,
    /// Whether its keys are given in the configuration.
    pub(super) is_static: bool,
}

/// The published keys that a validator does not use.
#[derive(Debug, Default)]
pub(super) struct Unusable {
    /// The ids of the skipped keys, as reports show them, and the reasons.
    pub(super) skipped: Vec<(String, SkipReason)>,
    /// The ids of the keys beyond the limit, which are not read.
    pub(super) unread: Vec<String>,
}
