//! Why a request is refused, and the HTTP answer that says so: one type for every adapter.

mod invalid_token;
mod response;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use invalid_token::InvalidToken;

use crate::notice;
use crate::request::BadCredentials;

/// A request that may not pass, with the answer that RFC 6750 section 3 gives it.
///
/// [`Refusal::cause`] tells the program why. The client learns no more than [`Refusal::description`], which is
/// fixed text: nothing of the token, no address, no key id and no message of a library stands in an answer.
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
    realm: Option<Arc<str>>,
}

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalCause {
    /// No `Authorization` header, or one of another scheme: 401 with a bare challenge (RFC 6750 section 3.1).
    NoCredentials,
    /// The `Authorization` header is not well formed: 400 `invalid_request`.
    BadCredentials(BadCredentials),
    /// The token is not valid here: 401 `invalid_token`.
    InvalidToken(InvalidToken),
    /// The token is valid and does not grant what the policy demands: 403 `insufficient_scope`.
    Denied(Denied),
    /// The issuer's keys cannot be had at the moment, so the token could not be checked: 503.
    KeysUnavailable {
        /// When the next attempt to fetch them is due.
        retry_after: Duration,
    },
    /// The program has no validator where the guard looks for one: 500, and a log line that says what to add.
    NotConfigured,
}

/// The name of every cause that a validator counts.
pub(crate) const CAUSES: [&str; 23] = [
    "no_credentials",
    "bad_credentials",
    "denied",
    "keys_unavailable",
    "too_large",
    "not_compact",
    "not_json",
    "algorithm",
    "header_parameter",
    "type",
    "not_an_access_token",
    "no_key_id",
    "unknown_key",
    "signature",
    "claim_missing",
    "claim_malformed",
    "expired",
    "not_yet_valid",
    "issued_in_future",
    "lives_too_long",
    "issuer",
    "audience",
    "sender_constrained",
];

impl RefusalCause {
    /// A stable name for logs and counters: that of [`InvalidToken::name`], or one of `no_credentials`,
    /// `bad_credentials`, `denied`, `keys_unavailable` and `not_configured`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::NoCredentials => "no_credentials",
            Self::BadCredentials(_) => "bad_credentials",
            Self::InvalidToken(reason) => reason.name(),
            Self::Denied(_) => "denied",
            Self::KeysUnavailable { .. } => "keys_unavailable",
            Self::NotConfigured => "not_configured",
        }
    }
}

impl Refusal {
    pub(crate) fn new(cause: impl Into<RefusalCause>, realm: &Arc<str>) -> Self {
        Self { cause: cause.into(), realm: Some(Arc::clone(realm)) }
    }

    /// The refusal of an adapter that finds no validator. It fails closed, and logs `remedy`: what to add where.
    #[must_use]
    pub fn not_configured(remedy: &'static str) -> Self {
        tracing::error!(name: "axioms.refused", target: "axioms", cause = "not_configured", remedy, "a guarded route has no validator");
        notice::error(format_args!("a guarded route has no validator: {remedy}"));
        Self { cause: RefusalCause::NotConfigured, realm: None }
    }

    /// The refusal of a call that has no token to show. The validator, which knows the configured realm, has no part in
    /// it, and a Bearer challenge has at least one parameter (RFC 6750 section 3): the realm is the default one.
    pub(crate) fn no_credentials() -> Self {
        tracing::debug!(name: "axioms.refused", target: "axioms", cause = "no_credentials", "a call is refused");
        Self::new(RefusalCause::NoCredentials, &Arc::from("api"))
    }

    /// Why the request is refused.
    #[must_use]
    pub fn cause(&self) -> &RefusalCause {
        &self.cause
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            RefusalCause::BadCredentials(reason) => reason.fmt(f),
            RefusalCause::InvalidToken(reason) => reason.fmt(f),
            RefusalCause::Denied(denied) => denied.fmt(f),
            RefusalCause::NoCredentials
            | RefusalCause::KeysUnavailable { .. }
            | RefusalCause::NotConfigured => f.write_str(self.description()),
        }
    }
}

impl std::error::Error for Refusal {}

impl From<InvalidToken> for RefusalCause {
    fn from(reason: InvalidToken) -> Self {
        Self::InvalidToken(reason)
    }
}

impl From<BadCredentials> for RefusalCause {
    fn from(reason: BadCredentials) -> Self {
        Self::BadCredentials(reason)
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self { realm: Some(Arc::clone(&denied.realm)), cause: RefusalCause::Denied(denied) }
    }
}

/// A valid token that does not grant what was demanded of it.
///
/// Handlers get it from [`AccessToken::require`](crate::AccessToken::require) and its kin, and pass it on with
/// `?`: it becomes a [`Refusal`].
#[derive(Clone, PartialEq, Eq)]
pub struct Denied {
    realm: Arc<str>,
    demanded: Box<str>,
    scopes: Box<str>,
}

impl Denied {
    /// `scopes` are those the whole policy names, joined by spaces; none where it asks for none.
    pub(crate) fn new(realm: &Arc<str>, demanded: String, scopes: &[&str]) -> Self {
        Self {
            realm: Arc::clone(realm),
            demanded: demanded.into_boxed_str(),
            scopes: scopes.join(" ").into_boxed_str(),
        }
    }

    /// What was demanded, in words for a log.
    #[must_use]
    pub fn demanded(&self) -> &str {
        &self.demanded
    }

    /// The scopes that the policy names, joined by spaces as in the challenge; empty where it names none.
    #[must_use]
    pub fn scopes(&self) -> &str {
        &self.scopes
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
