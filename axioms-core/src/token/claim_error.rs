//! What reading a claim as a type of the program's may come to.

use std::fmt;

use super::access_token::{AccessToken, Demanded};
use crate::refusal::{Denied, Refusal};

/// A claim is not of the type that the program asked for.
///
/// The text may quote the claim: it is for the program's own log, not for an answer.
///
/// With `?` it becomes [`Denied`] or [`Refusal`]: a 403 `insufficient_scope`. The token is valid, and a new one would have
/// the same claim, so the client is not told to get one, as a 401 would.
///
/// # Examples
/// ```
/// # use axioms_core::{AccessToken, Refusal};
/// fn tenant(token: &AccessToken) -> Result<u32, Refusal> {
///     Ok(token.claim("tenant")?.unwrap_or_default())
/// }
/// ```
#[derive(Clone, thiserror::Error)]
#[error("{what}: {error}; look at what the issuer sends, and at the type that the code asks for")]
pub struct ClaimError {
    what: String,
    /// The JSON type of the claim.
    found: &'static str,
    error: String,
    /// The token that has it, for the log.
    token: AccessToken,
}

impl ClaimError {
    pub(super) fn new(
        what: &str,
        found: &'static str,
        error: &serde_json::Error,
        token: &AccessToken,
    ) -> Self {
        Self { what: what.to_owned(), found, error: error.to_string(), token: token.clone() }
    }
}

impl fmt::Debug for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimError")
            .field("what", &self.what)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

impl PartialEq for ClaimError {
    fn eq(&self, other: &Self) -> bool {
        (&self.what, &self.error) == (&other.what, &other.error)
    }
}

impl Eq for ClaimError {}

impl From<ClaimError> for Denied {
    fn from(error: ClaimError) -> Self {
        let ClaimError { what, found, token, .. } = error;
        let whole = format!("{what} of the type that the program reads");
        token.denied(Demanded { whole, missing: None, read: Some((&what, found)) }, &[])
    }
}

impl From<ClaimError> for Refusal {
    fn from(error: ClaimError) -> Self {
        Denied::from(error).into()
    }
}
