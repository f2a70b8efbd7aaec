//! The HTTP answer to a refused request: status, headers and body (RFC 6750 section 3), the same everywhere.

use std::time::Duration;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, Response, StatusCode};

use super::{Refusal, RefusalCause};

impl Refusal {
    /// The status of the answer.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.cause.row().status
    }

    /// The error code: `error` in the body, and in the challenge where RFC 6750 section 3.1 defines it.
    #[must_use]
    pub const fn error_code(&self) -> &'static str {
        self.cause.row().error_code
    }

    /// What the client is told in words: `error_description`, fixed text.
    #[must_use]
    pub const fn error_description(&self) -> &'static str {
        self.cause.row().error_description
    }

    /// After how long to try again, on a 503. The header `Retry-After` rounds it up to whole seconds.
    #[must_use]
    pub const fn retry_after(&self) -> Option<Duration> {
        match &self.cause {
            RefusalCause::KeysUnavailable { retry_after } => Some(*retry_after),
            _ => None,
        }
    }

    /// The body: `{"error": "...", "error_description": "..."}`.
    #[must_use]
    pub fn body(&self) -> String {
        // Both are fixed ASCII without quotes, so they are their own JSON.
        format!(r#"{{"error":"{}","error_description":"{}"}}"#, self.error_code(), self.error_description())
    }

    /// Every header of the answer. An adapter must keep each `WWW-Authenticate` line: a refusal may have several.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for challenge in self.challenges() {
            // All of it is printable ASCII.
            if let Ok(value) = HeaderValue::try_from(challenge.to_string()) {
                headers.append(WWW_AUTHENTICATE, value);
            }
        }
        if let Some(time) = self.retry_after() {
            headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(time)));
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
