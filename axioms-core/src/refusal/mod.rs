//! Why a request is refused, and the HTTP answer that says so: one type for every adapter.

mod cause;
mod challenge;
mod denied;
mod invalid_token;
mod quotable;
mod response;

use std::fmt;
use std::sync::Arc;

pub use cause::RefusalCause;
pub(crate) use cause::{Row, TABLE};
pub use challenge::Challenge;
pub(crate) use challenge::ProtectionSpace;
pub use denied::{DenialReason, Denied};
pub use invalid_token::{Claim, HeaderParameter, InvalidToken, TokenKind, TokenPart};
pub(crate) use quotable::is_quotable;

/// A request that may not pass, with the answer that RFC 6750 section 3 gives it.
///
/// [`Refusal::cause`] tells the program why. The client learns no more than [`Refusal::error_description`], which is
/// fixed text: an answer holds nothing of the token, no address, no key id and no message of a library.
///
/// # Examples
/// ```
/// use axioms_core::{Refusal, RefusalCause, http};
///
/// fn answer(refusal: &Refusal) -> http::Response<String> {
///     if let RefusalCause::InvalidToken(reason) = refusal.cause() {
///         eprintln!("refused a token: {reason}");
///     }
///     refusal.into()
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    cause: RefusalCause,
    /// `None` where the program has no validator, which would know it.
    space: Option<Arc<ProtectionSpace>>,
    /// What the request would have needed, where a policy asks for scopes: joined by spaces.
    scope: Option<Box<str>>,
}

impl Refusal {
    pub(crate) fn new(cause: impl Into<RefusalCause>, space: &Arc<ProtectionSpace>) -> Self {
        Self { cause: cause.into(), space: Some(Arc::clone(space)), scope: None }
    }

    /// The refusal of a guard that finds no validator, and so cannot challenge.
    pub(crate) const fn without_validator() -> Self {
        Self { cause: RefusalCause::NotConfigured, space: None, scope: None }
    }

    /// The same refusal, whose challenges name what the request needs.
    pub(crate) fn with_scopes(self, scopes: &[&str]) -> Self {
        let scope = (!scopes.is_empty()).then(|| scopes.join(" ").into_boxed_str());
        Self { scope, ..self }
    }

    /// Why the request is refused.
    #[must_use]
    pub const fn cause(&self) -> &RefusalCause {
        &self.cause
    }
}

/// The reason in words for a log, which tell more than the client learns.
impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            RefusalCause::BadCredentials(reason) => reason.fmt(f),
            RefusalCause::InvalidToken(reason) => reason.fmt(f),
            RefusalCause::Denied(denied) => denied.fmt(f),
            RefusalCause::NoCredentials
            | RefusalCause::KeysUnavailable { .. }
            | RefusalCause::NotConfigured => f.write_str(self.error_description()),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        let space = Arc::clone(&denied.space);
        Self::new(RefusalCause::Denied(denied), &space)
    }
}
