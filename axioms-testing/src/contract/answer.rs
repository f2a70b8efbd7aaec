//! An answer, as far as the contract looks at it, and the answers that core gives.

use std::fmt::Write as _;

use http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, Response};

/// The parts of an answer that clients rely on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    status: u16,
    challenge: Option<String>,
    cache_control: Option<String>,
    retry_after: Option<String>,
    content_type: Option<String>,
    body: String,
}

impl Answer {
    /// A handler answered; what it set besides the body is its own affair.
    pub(super) fn ok(body: &str) -> Self {
        Self {
            status: 200,
            challenge: None,
            cache_control: None,
            retry_after: None,
            content_type: None,
            body: body.to_owned(),
        }
    }

    fn refused(status: u16, error: &str, description: &str) -> Self {
        Self {
            status,
            challenge: Some(format!(
                r#"Bearer realm="api", error="{error}", error_description="{description}""#
            )),
            cache_control: Some("no-store".to_owned()),
            retry_after: None,
            content_type: Some("application/json".to_owned()),
            body: format!(r#"{{"error":"{error}","error_description":"{description}"}}"#),
        }
    }

    /// 401; `scopes` are those that the route asks of this method, none where it asks for none.
    pub(super) fn no_credentials(scopes: &str) -> Self {
        let scope = if scopes.is_empty() { String::new() } else { format!(r#", scope="{scopes}""#) };
        let challenge = Some(format!(r#"Bearer realm="api"{scope}"#));
        Self { challenge, ..Self::refused(401, "unauthorized", "An access token is required") }
    }

    pub(super) fn bad_request() -> Self {
        let description = "The request must carry one Authorization header with one Bearer token";
        Self::refused(400, "invalid_request", description)
    }

    pub(super) fn invalid(description: &str) -> Self {
        Self::refused(401, "invalid_token", description)
    }

    /// 403; `scopes` are those of the policy, none where it names none.
    pub(super) fn denied(scopes: &str) -> Self {
        let description = "The access token does not grant what this resource requires";
        let mut answer = Self::refused(403, "insufficient_scope", description);
        if let (Some(challenge), false) = (&mut answer.challenge, scopes.is_empty()) {
            write!(challenge, r#", scope="{scopes}""#).expect("a string takes what is written to it");
        }
        answer
    }

    pub(super) fn unavailable() -> Self {
        let description = "The access token cannot be checked at the moment";
        Self {
            challenge: None,
            retry_after: Some("1".to_owned()),
            ..Self::refused(503, "temporarily_unavailable", description)
        }
    }

    pub(super) fn not_configured() -> Self {
        let description = "The server is not set up to check access tokens";
        Self { challenge: None, ..Self::refused(500, "server_error", description) }
    }

    /// The same answer to a `HEAD` request.
    pub(super) fn without_body(self) -> Self {
        Self { body: String::new(), ..self }
    }

    pub(super) fn of(response: &Response<Vec<u8>>) -> Self {
        let refused = response.status().as_u16() >= 400;
        let header = |name: HeaderName| {
            let mut values =
                response.headers().get_all(name).iter().map(|value| value.to_str().unwrap_or("?"));
            let first = values.next()?;
            Some(values.fold(first.to_owned(), |joined, value| format!("{joined} | {value}")))
        };
        Self {
            status: response.status().as_u16(),
            challenge: header(WWW_AUTHENTICATE),
            cache_control: if refused { header(CACHE_CONTROL) } else { None },
            retry_after: header(RETRY_AFTER),
            content_type: if refused { header(CONTENT_TYPE) } else { None },
            body: String::from_utf8_lossy(response.body()).into_owned(),
        }
    }
}
