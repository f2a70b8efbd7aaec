//! What everything that one validator makes has in common.

use std::sync::Arc;

use crate::refusal::ProtectionSpace;
use crate::stats::Counters;

/// The resource server that a validator guards: how it names itself to clients, and what it counts.
#[derive(Debug)]
pub(crate) struct ResourceServer {
    pub(crate) space: Arc<ProtectionSpace>,
    /// Whether tokens of more than one issuer are accepted, so that `sub` alone names no one.
    pub(crate) several_issuers: bool,
    pub(crate) counters: Counters,
}
