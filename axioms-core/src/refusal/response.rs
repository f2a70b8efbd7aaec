//! The HTTP answer to a refused request: status, challenge and body (RFC 6750 section 3), the same everywhere.

use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::{Refusal, RefusalCause};

impl Refusal {
    /// The status of the answer.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match &self.cause {
            RefusalCause::NoCredentials | RefusalCause::InvalidToken(_) => StatusCode::UNAUTHORIZED,
            RefusalCause::BadCredentials(_) => StatusCode::BAD_REQUEST,
            RefusalCause::Denied(_) => StatusCode::FORBIDDEN,
            RefusalCause::KeysUnavailable { .. } => StatusCode::SERVICE_UNAVAILABLE,
            RefusalCause::NotConfigured => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The error code in the body; where RFC 6750 section 3.1 defines it, in the challenge too.
    #[must_use]
    pub fn error(&self) -> &'static str {
        match &self.cause {
            RefusalCause::NoCredentials => "unauthorized",
            RefusalCause::BadCredentials(_) => "invalid_request",
            RefusalCause::InvalidToken(_) => "invalid_token",
            RefusalCause::Denied(_) => "insufficient_scope",
            RefusalCause::KeysUnavailable { .. } => "temporarily_unavailable",
            RefusalCause::NotConfigured => "server_error",
        }
    }

    /// What the client is told in words: fixed text.
    #[must_use]
    pub fn description(&self) -> &'static str {
        match &self.cause {
            RefusalCause::NoCredentials => "An access token is required",
            RefusalCause::BadCredentials(_) => {
                "The request must carry one Authorization header with one Bearer token"
            }
            RefusalCause::InvalidToken(reason) => reason.description(),
            RefusalCause::Denied(_) => "The access token does not grant what this resource requires",
            RefusalCause::KeysUnavailable { .. } => "The access token cannot be checked at the moment",
            RefusalCause::NotConfigured => "The server is not set up to check access tokens",
        }
    }

    /// The value of `WWW-Authenticate`, on the answers that carry a challenge (400, 401, 403).
    #[must_use]
    pub fn challenge(&self) -> Option<String> {
        let realm = self.realm.as_deref()?;
        // The realm, the scopes and both texts hold no quote and no backslash: each is checked where it is
        // configured, or fixed.
        let (error, description) = (self.error(), self.description());
        match &self.cause {
            RefusalCause::NoCredentials => Some(format!(r#"Bearer realm="{realm}""#)),
            RefusalCause::BadCredentials(_) | RefusalCause::InvalidToken(_) => {
                Some(format!(r#"Bearer realm="{realm}", error="{error}", error_description="{description}""#))
            }
            RefusalCause::Denied(denied) => Some(match denied.scopes() {
                "" => {
                    format!(r#"Bearer realm="{realm}", error="{error}", error_description="{description}""#)
                }
                scopes => format!(
                    r#"Bearer realm="{realm}", error="{error}", error_description="{description}", scope="{scopes}""#
                ),
            }),
            RefusalCause::KeysUnavailable { .. } | RefusalCause::NotConfigured => None,
        }
    }

    /// After how long to try again, in whole seconds, on a 503.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match &self.cause {
            RefusalCause::KeysUnavailable { retry_after } => Some(whole_seconds(*retry_after)),
            _ => None,
        }
    }

    /// The body: `{"error": "...", "error_description": "..."}`.
    #[must_use]
    pub fn body(&self) -> String {
        // Both are fixed ASCII without quotes, so they are their own JSON.
        format!(r#"{{"error":"{}","error_description":"{}"}}"#, self.error(), self.description())
    }

    /// Every header of the answer.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(Ok(challenge)) = self.challenge().map(HeaderValue::try_from) {
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        if let Some(seconds) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        headers
    }
}

/// Rounded up, and never zero: a client told to come back at once would.
fn whole_seconds(time: Duration) -> u64 {
    time.as_secs().saturating_add(u64::from(time.subsec_nanos() > 0)).max(1)
}

impl From<&Refusal> for Response<String> {
    fn from(refusal: &Refusal) -> Self {
        let mut response = Self::new(refusal.body());
        *response.status_mut() = refusal.status();
        *response.headers_mut() = refusal.headers();
        response
    }
}

impl From<Refusal> for Response<String> {
    fn from(refusal: Refusal) -> Self {
        Self::from(&refusal)
    }
}
