//! Valid tokens that do not grant what is demanded of them.

use std::fmt;
use std::sync::Arc;

use super::challenge::ProtectionSpace;

/// A valid token that does not grant what is demanded of it.
///
/// Handlers get it from [`AccessToken::require`](crate::AccessToken::require) and its kin, and pass it on with
/// `?`: it becomes a [`Refusal`](super::Refusal).
#[derive(Clone, PartialEq, Eq)]
pub struct Denied {
    pub(super) space: Arc<ProtectionSpace>,
    reason: DenialReason,
    demanded: Box<str>,
    scope: Option<Box<str>>,
}

/// What a token was asked for in vain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DenialReason {
    /// Scopes, roles or permissions that a policy demands.
    Policy,
    /// A policy that names the request's method, or one that is the same for every method where there is none to look at.
    Method,
    /// Ownership of an object.
    Owner,
    /// A claim of the type that the program reads.
    ClaimType,
}

impl Denied {
    /// `scopes` are those that the whole policy names; none where it asks for none.
    pub(crate) fn new(
        space: &Arc<ProtectionSpace>,
        reason: DenialReason,
        demanded: String,
        scopes: &[&str],
    ) -> Self {
        let scope = (!scopes.is_empty()).then(|| scopes.join(" ").into_boxed_str());
        Self { space: Arc::clone(space), reason, demanded: demanded.into_boxed_str(), scope }
    }

    /// What the token was asked for, for a program that answers each in its own way: 404 in place of 403 for an object that
    /// belongs to another, for instance.
    #[must_use]
    pub const fn reason(&self) -> DenialReason {
        self.reason
    }

    /// What was demanded, in words for a log.
    #[must_use]
    pub fn demanded(&self) -> &str {
        &self.demanded
    }

    /// The scopes that the policy names, joined by spaces as in the challenge; `None` where it names none.
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
