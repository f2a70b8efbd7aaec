//! An answer as the contract compares it, and the answers of core.

use std::fmt::Write as _;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, Response};

/// The expected answer to a request.
#[derive(Debug)]
pub(super) enum Answer {
    /// The handler's answer: its status, and a part of its body.
    Accepted { status: u16, contains: &'static str },
    /// A refusal, byte for byte.
    Refused(Refused),
}

/// The parts of a refusal that clients rely on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    status: u16,
    challenge: Option<String>,
    cache_control: Option<String>,
    /// Whether it has `Retry-After`. The number of seconds depends on when the server started.
    retry_after: bool,
    content_type: Option<String>,
    body: String,
}

impl Answer {
    pub(super) const fn ok() -> Self {
        Self::accepted(200)
    }

    pub(super) const fn accepted(status: u16) -> Self {
        Self::Accepted { status, contains: "" }
    }

    /// 401 with the scopes that the route requires of this method, if any.
    pub(super) fn no_credentials(scopes: &str) -> Self {
        let scope = if scopes.is_empty() { String::new() } else { format!(r#", scope="{scopes}""#) };
        let challenge = Some(format!(r#"Bearer realm="api"{scope}"#));
        let refused = Refused::new(401, "unauthorized", "An access token is required");
        Self::Refused(Refused { challenge, ..refused })
    }

    pub(super) fn bad_request() -> Self {
        let description = "The request must carry one Authorization header with one Bearer token";
        Self::Refused(Refused::new(400, "invalid_request", description))
    }

    pub(super) fn invalid(description: &str) -> Self {
        Self::Refused(Refused::new(401, "invalid_token", description))
    }

    /// 403 with the scopes of the policy, if any.
    pub(super) fn denied(scopes: &str) -> Self {
        let description = "The access token does not grant what this resource requires";
        let mut refused = Refused::new(403, "insufficient_scope", description);
        if let (Some(challenge), false) = (&mut refused.challenge, scopes.is_empty()) {
            write!(challenge, r#", scope="{scopes}""#).expect("a string takes what is written to it");
        }
        Self::Refused(refused)
    }

    pub(super) fn unavailable() -> Self {
        let description = "The access token cannot be checked at the moment";
        let refused = Refused::new(503, "temporarily_unavailable", description);
        Self::Refused(Refused { challenge: None, retry_after: true, ..refused })
    }

    /// The same answer to a `HEAD` request.
    pub(super) fn without_body(self) -> Self {
        match self {
            Self::Refused(refused) => Self::Refused(Refused { body: String::new(), ..refused }),
            accepted @ Self::Accepted { .. } => accepted,
        }
    }

    pub(super) fn is(&self, response: &Response<Vec<u8>>) -> bool {
        match self {
            Self::Accepted { status, contains } => {
                response.status().as_u16() == *status
                    && String::from_utf8_lossy(response.body()).contains(contains)
            }
            Self::Refused(refused) => *refused == Refused::of(response),
        }
    }
}

impl Refused {
    fn new(status: u16, error: &str, description: &str) -> Self {
        Self {
            status,
            challenge: Some(format!(
                r#"Bearer realm="api", error="{error}", error_description="{description}""#
            )),
            cache_control: Some("no-store".to_owned()),
            retry_after: false,
            content_type: Some("application/json".to_owned()),
            body: format!(r#"{{"error":"{error}","error_description":"{description}"}}"#),
        }
    }

    pub(super) fn of(response: &Response<Vec<u8>>) -> Self {
        let header = |name: HeaderName| {
            let mut values =
                response.headers().get_all(name).iter().map(|value| value.to_str().unwrap_or("?"));
            let first = values.next()?;
            Some(values.fold(first.to_owned(), |joined, value| format!("{joined} | {value}")))
        };
        Self {
            status: response.status().as_u16(),
            challenge: header(WWW_AUTHENTICATE),
            cache_control: header(CACHE_CONTROL),
            retry_after: header(RETRY_AFTER)
                .is_some_and(|seconds| seconds.parse::<u32>().is_ok_and(|seconds| seconds > 0)),
            content_type: header(CONTENT_TYPE),
            body: String::from_utf8_lossy(response.body()).into_owned(),
        }
    }
}
