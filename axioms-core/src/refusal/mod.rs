//! Refusals: the cause and the HTTP answer, in one type for all adapters.

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

/// The refusal of a request, with the answer defined by RFC 6750 section 3.
///
/// [`Refusal::cause`] tells the program why. The client sees only [`Refusal::error_description`],
/// which is fixed text: an answer contains no part of the token, no URL, no key id and no message
/// of a library.
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
    /// `None` if there is no validator, which defines it.
    space: Option<Arc<ProtectionSpace>>,
    /// The scopes that the policy names, separated by spaces; `None` if it names none.
    scope: Option<Box<str>>,
}

impl Refusal {
    pub(crate) fn new(cause: impl Into<RefusalCause>, space: &Arc<ProtectionSpace>) -> Self {
        Self { cause: cause.into(), space: Some(Arc::clone(space)), scope: None }
    }

    /// The refusal of a guard that found no validator. It has no challenge.
    pub(crate) const fn without_validator() -> Self {
        Self { cause: RefusalCause::NotConfigured, space: None, scope: None }
    }

    /// Names the scopes in the challenges.
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

/// A description of the cause for logs, more detailed than the one for the client.
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
