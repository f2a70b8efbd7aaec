//! Refusals of valid tokens that do not meet a demand.

use std::fmt;
use std::sync::Arc;

use super::challenge::ProtectionSpace;

/// The refusal of a valid token that does not meet a demand.
///
/// [`AccessToken::require`](crate::AccessToken::require) and similar methods return it. A handler
/// propagates it with `?`, which converts it into a [`Refusal`](super::Refusal).
#[derive(Clone, PartialEq, Eq)]
pub struct Denied {
    pub(super) space: Arc<ProtectionSpace>,
    reason: DenialReason,
    demanded: Box<str>,
    scope: Option<Box<str>>,
}

/// What the token lacks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DenialReason {
    /// The scopes, roles or permissions that a policy demands.
    Policy,
    /// The policy has no demand for the request's method, or it differs by method and was checked
    /// without one.
    Method,
    /// Ownership of the resource.
    Owner,
    /// A claim with the type that the program expects.
    ClaimType,
}

impl Denied {
    /// `scopes` are all scopes that the policy names; empty if it names none.
    pub(crate) fn new(
        space: &Arc<ProtectionSpace>,
        reason: DenialReason,
        demanded: String,
        scopes: &[&str],
    ) -> Self {
        let scope = (!scopes.is_empty()).then(|| scopes.join(" ").into_boxed_str());
        Self { space: Arc::clone(space), reason, demanded: demanded.into_boxed_str(), scope }
    }

    /// What the token lacks. A program can use it to answer differently, for instance with 404
    /// instead of 403 for a resource that belongs to another user.
    #[must_use]
    pub const fn reason(&self) -> DenialReason {
        self.reason
    }

    /// A description of the demand, for logs.
    #[must_use]
    pub fn demanded(&self) -> &str {
        &self.demanded
    }

    /// The scopes that the policy names, separated by spaces as in the challenge; `None` if it
    /// names none.
    #[must_use]
    pub fn scope(&self) -> Option<&str> {
        self.scope.as_deref()
    }
}

impl fmt::Debug for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Denied").field("demanded", &self.demanded).finish_non_exhaustive()
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the access token does not grant {}", self.demanded)
    }
}

impl std::error::Error for Denied {}
