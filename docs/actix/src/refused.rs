//! A refusal as the error of extractors and handlers.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use axioms_core::Refusal;

/// A refused request.
#[derive(Debug, Clone)]
pub struct Refused(Refusal);

impl Refused {
    /// Why the request is refused.
    pub fn refusal(&self) -> &Refusal {
        &self.0
    }
}

/// A `Refusal`, and what converts into one: `Denied` and `ClaimError`, which a token's methods
/// return.
impl<E: Into<Refusal>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.0.status().as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        for (name, value) in &self.0.headers() {
            // Append, because a refusal may have several challenges.
            response.append_header((name.as_str(), value.as_bytes()));
        }
        response.body(self.0.body())
    }
}
