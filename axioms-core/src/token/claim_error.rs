//! Claims read as types of the program, and the error where one is not of the type.

use std::any::type_name;
use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

use super::access_token::AccessToken;
use crate::json::type_of;

impl AccessToken {
    /// One claim, by its literal name, as any type that deserializes: `Ok(None)` if the token has no such claim.
    /// `T` may borrow from the token, as `&str` does where the claim's text holds no escape.
    ///
    /// # Errors
    /// [`ClaimError`] when the claim is there and is not a `T`.
    pub fn claim<'a, T: Deserialize<'a>>(&'a self, name: &str) -> Result<Option<T>, ClaimError> {
        let Some(value) = self.raw(name) else { return Ok(None) };
        serde_json::from_str(value)
            .map(Some)
            .map_err(|error| ClaimError::new::<T>(Some(name), type_of(value), error, self))
    }

    /// All claims, as any type that deserializes.
    ///
    /// # Errors
    /// [`ClaimError`] when the claims are not a `T`.
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

/// A claim is not of the type that the program asked for.
///
/// The text may quote the claim: it is for the program's own log, not for an answer.
///
/// With `?` it becomes [`Denied`](crate::Denied) or [`Refusal`](crate::Refusal): a 403 `insufficient_scope`. The token is valid, and a new one would have
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
#[error("{}: {error}; look at what the issuer sends, and at the type that the code asks for", self.what())]
pub struct ClaimError {
    claim: Option<Box<str>>,
    /// The JSON type of the claim.
    found: &'static str,
    /// The type that the program asked for.
    wanted: &'static str,
    #[source]
    error: Arc<serde_json::Error>,
    /// The token that has it, for the log.
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

    /// The claim that was read; `None` where all of them were read as one value.
    #[must_use]
    pub fn claim(&self) -> Option<&str> {
        self.claim.as_deref()
    }

    /// The JSON type that it has, in words.
    #[must_use]
    pub const fn found(&self) -> &'static str {
        self.found
    }

    /// The claim, or all of them, in words.
    pub(crate) fn what(&self) -> &str {
        self.claim().unwrap_or("the claims")
    }

    /// The name of the type that the program asked for.
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

/// Equal where the same claim has the same JSON type; the words about it are for people.
impl PartialEq for ClaimError {
    fn eq(&self, other: &Self) -> bool {
        (&self.claim, self.found) == (&other.claim, other.found)
    }
}

impl Eq for ClaimError {}
