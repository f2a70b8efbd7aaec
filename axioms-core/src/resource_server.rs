//! The state that a validator shares with its tokens and refusals.

use std::sync::Arc;

use crate::refusal::ProtectionSpace;
use crate::stats::Counters;

/// The resource server that a validator protects: its protection space and its counters.
#[derive(Debug)]
pub(crate) struct ResourceServer {
    pub(crate) space: Arc<ProtectionSpace>,
    /// Whether tokens of several issuers are accepted, so that `sub` alone does not identify a
    /// subject.
    pub(crate) several_issuers: bool,
    pub(crate) counters: Counters,
}
