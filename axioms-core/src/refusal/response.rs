//! The HTTP answer to a refused request: status, headers and body (RFC 6750 section 3).

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

    /// The error code: `error` in the body, and in the challenge if RFC 6750 section 3.1 defines
    /// it.
    #[must_use]
    pub const fn error_code(&self) -> &'static str {
        self.cause.row().error_code
    }

    /// The `error_description` for the client, a fixed text.
    #[must_use]
    pub const fn error_description(&self) -> &'static str {
        self.cause.row().error_description
    }

    /// For a 503, the time after which the client should retry. The header `Retry-After` has it
    /// rounded up to whole seconds.
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
        // Both are fixed ASCII text without quotes and backslashes, so they need no JSON escaping.
        format!(r#"{{"error":"{}","error_description":"{}"}}"#, self.error_code(), self.error_description())
    }

    /// All headers of the answer. A refusal may have several `WWW-Authenticate` lines; an adapter
    /// must keep each of them.
    #[must_use]
    pub fn headers(&self) -> HeaderMap {
        let mut headers = HeaderMap::with_capacity(4);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        for challenge in self.challenges() {
            // A challenge is printable ASCII, so this never fails.
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

/// Rounds up, and never returns zero, because clients would then retry at once.
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
