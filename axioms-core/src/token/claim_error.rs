//! Reads claims as types of the program, and the error if a claim has another type.

use std::any::type_name;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

use super::access_token::AccessToken;
use crate::json::type_of;

impl AccessToken {
    /// Reads one claim, by its literal name, as any type that deserializes. Returns `Ok(None)` if
    /// the token has no such claim. `T` may borrow from the token: `&str` works if the claim's text
    /// contains no escapes.
    ///
    /// # Errors
    /// [`ClaimError`] if the claim is present and is not a `T`.
    pub fn claim<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, ClaimError> {
        let Some(value) = self.raw(name) else { return Ok(None) };
        serde_json::from_str(value)
            .map(Some)
            .map_err(|error| ClaimError::new::<T>(Some(name), type_of(value), error, self))
    }

    /// Reads all claims as any type that deserializes.
    ///
    /// # Errors
    /// [`ClaimError`] if the claims are not a `T`.
    ///
    /// # Examples
    /// ```
    /// # use axioms_core::{AccessToken, ClaimError};
    /// #[derive(serde::Deserialize)]
    /// struct Profile {
    ///     tenant: String,
    ///     #[serde(default)]
    ///     plan: Option<String>,
    /// }
    ///
    /// fn tenant(token: &AccessToken) -> Result<String, ClaimError> {
    ///     Ok(token.claims::<Profile>()?.tenant)
    /// }
    /// ```
    pub fn claims<'a, T: Deserialize<'a>>(&'a self) -> Result<T, ClaimError> {
        serde_json::from_str(self.payload())
            .map_err(|error| ClaimError::new::<T>(None, "object", error, self))
    }
}

/// A claim does not have the type that the program expects.
///
/// Its text may quote the claim, so use it in logs, not in responses.
///
/// `?` converts it into [`Denied`](crate::Denied) or [`Refusal`](crate::Refusal), a 403
/// `insufficient_scope`. The token is valid and a new one would have the same claim, so a 401,
/// which asks the client for a new token, would not help.
///
/// # Examples
/// ```
/// # use axioms_core::{AccessToken, Refusal};
/// fn tenant(token: &AccessToken) -> Result<u32, Refusal> {
///     Ok(token.claim("tenant")?.unwrap_or_default())
/// }
/// ```
#[derive(Clone, thiserror::Error)]
#[error("{}: {error}; check what the issuer sends and which type the code expects", self.what())]
pub struct ClaimError {
    claim: Option<Box<str>>,
    /// The JSON type of the claim.
    found: &'static str,
    /// The type that the program expects.
    wanted: &'static str,
    #[source]
    error: Arc<serde_json::Error>,
    /// The token with the claim, for the log.
    token: AccessToken,
}

impl ClaimError {
    fn new<T>(
        claim: Option<&str>,
        found: &'static str,
        error: serde_json::Error,
        token: &AccessToken,
    ) -> Self {
        let (claim, wanted) = (claim.map(Into::into), type_name::<T>());
        Self { claim, found, wanted, error: Arc::new(error), token: token.clone() }
    }

    /// The claim that was read; `None` if all claims were read as one value.
    #[must_use]
    pub fn claim(&self) -> Option<&str> {
        self.claim.as_deref()
    }

    /// The claim's JSON type, in words.
    #[must_use]
    pub const fn found(&self) -> &'static str {
        self.found
    }

    /// The name of the claim, or "the claims".
    pub(crate) fn what(&self) -> &str {
        self.claim().unwrap_or("the claims")
    }

    /// The name of the type that the program expects.
    pub(crate) const fn wanted(&self) -> &'static str {
        self.wanted
    }

    pub(crate) const fn token(&self) -> &AccessToken {
        &self.token
    }
}

impl fmt::Debug for ClaimError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClaimError")
            .field("claim", &self.claim)
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}

/// Equal if the claim and its JSON type are equal; the message is ignored.
impl PartialEq for ClaimError {
    fn eq(&self, other: &Self) -> bool {
        (&self.claim, self.found) == (&other.claim, other.found)
    }
}

impl Eq for ClaimError {}
