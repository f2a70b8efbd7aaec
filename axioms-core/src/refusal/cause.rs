//! The causes of refusals, and the table of each cause's name, status, error code, log level and
//! description.

use std::time::Duration;

use http::StatusCode;
use tracing::Level;

use super::denied::Denied;
use super::invalid_token::InvalidToken;
use super::quotable::is_quotable;
use crate::request::BadCredentials;

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RefusalCause {
    /// The request has no `Authorization` header, or one of another scheme: 401 without an error
    /// code (RFC 6750 section 3.1). If the policy names scopes, the challenge lists them.
    NoCredentials,
    /// The credentials are malformed: 400 `invalid_request`.
    BadCredentials(BadCredentials),
    /// The token is not valid for this resource server: 401 `invalid_token`.
    InvalidToken(InvalidToken),
    /// The token is valid but does not meet the policy: 403 `insufficient_scope`.
    Denied(Denied),
    /// The issuer's keys are unavailable, so the token could not be checked: 503.
    #[non_exhaustive]
    KeysUnavailable {
        /// The time until the next attempt to fetch them.
        retry_after: Duration,
    },
    /// The guard found no validator: 500, and a log line that says what to add.
    NotConfigured,
}

/// How a cause is answered, logged and counted.
#[derive(Debug)]
pub(crate) struct Row {
    /// Its index in [`TABLE`].
    pub(crate) place: usize,
    /// The stable name for logs and counters.
    pub(crate) name: &'static str,
    pub(crate) status: StatusCode,
    /// `error` in the body, and in the challenge if the request had credentials.
    pub(crate) error_code: &'static str,
    /// The level of the event.
    pub(crate) level: Level,
    /// The description for the client: short, fixed, and of no use to an attacker.
    pub(crate) error_description: &'static str,
}

/// Generates [`TABLE`] and [`RefusalCause::row`] from one row for each cause. A cause without a row
/// does not compile.
macro_rules! causes {
    ($($place:ident, $cause:pat => $name:literal, $status:ident, $code:literal, $level:ident, $description:literal;)+) => {
        /// The index of each cause in the table.
        enum Place { $($place),+ }

        $(
            #[allow(non_upper_case_globals, reason = "named like the variants of `Place`")]
            pub(super) const $place: Row = Row {
                place: Place::$place as usize,
                name: $name,
                status: StatusCode::$status,
                error_code: $code,
                level: Level::$level,
                error_description: $description,
            };
        )+

        /// Every cause, in the order in which counters list them.
        pub(crate) const TABLE: &[Row; [$($name),+].len()] = &[$($place),+];

        impl RefusalCause {
            pub(crate) const fn row(&self) -> &'static Row {
                match self { $($cause => &$place),+ }
            }
        }
    };
}

use InvalidToken as Token;
use RefusalCause as Cause;

#[rustfmt::skip]
causes! {
    NoCredentials, Cause::NoCredentials =>
        "no_credentials", UNAUTHORIZED, "unauthorized", DEBUG, "An access token is required";
    BadCredentials, Cause::BadCredentials(_) =>
        "bad_credentials", BAD_REQUEST, "invalid_request", INFO, "The request must carry one Authorization header with one Bearer token";
    Denied, Cause::Denied(_) =>
        "denied", FORBIDDEN, "insufficient_scope", INFO, "The access token does not grant what this resource requires";
    KeysUnavailable, Cause::KeysUnavailable { .. } =>
        "keys_unavailable", SERVICE_UNAVAILABLE, "temporarily_unavailable", INFO, "The access token cannot be checked at the moment";
    NotConfigured, Cause::NotConfigured =>
        "not_configured", INTERNAL_SERVER_ERROR, "server_error", ERROR, "The server is not set up to check access tokens";
    TooLarge, Cause::InvalidToken(Token::TooLarge) =>
        "too_large", UNAUTHORIZED, "invalid_token", INFO, "The access token is too large";
    NotCompact, Cause::InvalidToken(Token::NotCompact) =>
        "not_compact", UNAUTHORIZED, "invalid_token", INFO, "The access token is malformed";
    NotJson, Cause::InvalidToken(Token::NotJson(_)) =>
        "not_json", UNAUTHORIZED, "invalid_token", INFO, "The access token is malformed";
    TooComplex, Cause::InvalidToken(Token::TooComplex(_)) =>
        "too_complex", UNAUTHORIZED, "invalid_token", INFO, "The access token has too many claims or values";
    Algorithm, Cause::InvalidToken(Token::Algorithm) =>
        "algorithm", UNAUTHORIZED, "invalid_token", INFO, "The access token is malformed";
    HeaderParameter, Cause::InvalidToken(Token::HeaderParameter(_)) =>
        "header_parameter", UNAUTHORIZED, "invalid_token", INFO, "The access token is malformed";
    Type, Cause::InvalidToken(Token::Type) =>
        "type", UNAUTHORIZED, "invalid_token", INFO, "The token is not an access token";
    NotAnAccessToken, Cause::InvalidToken(Token::NotAnAccessToken(_)) =>
        "not_an_access_token", UNAUTHORIZED, "invalid_token", INFO, "The token is not an access token";
    NoKeyId, Cause::InvalidToken(Token::NoKeyId) =>
        "no_key_id", UNAUTHORIZED, "invalid_token", INFO, "The access token's signature is not valid";
    UnknownKey, Cause::InvalidToken(Token::UnknownKey) =>
        "unknown_key", UNAUTHORIZED, "invalid_token", INFO, "The access token's signature is not valid";
    Signature, Cause::InvalidToken(Token::Signature) =>
        "signature", UNAUTHORIZED, "invalid_token", INFO, "The access token's signature is not valid";
    ClaimMissing, Cause::InvalidToken(Token::ClaimMissing(_)) =>
        "claim_missing", UNAUTHORIZED, "invalid_token", INFO, "The access token is malformed";
    ClaimMalformed, Cause::InvalidToken(Token::ClaimMalformed(_)) =>
        "claim_malformed", UNAUTHORIZED, "invalid_token", INFO, "The access token is malformed";
    Expired, Cause::InvalidToken(Token::Expired) =>
        "expired", UNAUTHORIZED, "invalid_token", INFO, "The access token expired";
    NotYetValid, Cause::InvalidToken(Token::NotYetValid) =>
        "not_yet_valid", UNAUTHORIZED, "invalid_token", INFO, "The access token is not valid yet";
    IssuedInFuture, Cause::InvalidToken(Token::IssuedInFuture) =>
        "issued_in_future", UNAUTHORIZED, "invalid_token", INFO, "The access token is not valid yet";
    LivesTooLong, Cause::InvalidToken(Token::LivesTooLong) =>
        "lives_too_long", UNAUTHORIZED, "invalid_token", INFO, "The access token's lifetime is too long";
    Issuer, Cause::InvalidToken(Token::Issuer) =>
        "issuer", UNAUTHORIZED, "invalid_token", INFO, "The access token was issued by another issuer";
    Audience, Cause::InvalidToken(Token::Audience) =>
        "audience", UNAUTHORIZED, "invalid_token", INFO, "The access token is meant for another audience";
    SenderConstrained, Cause::InvalidToken(Token::SenderConstrained) =>
        "sender_constrained", UNAUTHORIZED, "invalid_token", INFO, "The access token is bound to a key";
}

// The code and the description are written in quotes, in a header and in JSON.
const _: () = {
    let mut rest: &[Row] = TABLE;
    while let [row, tail @ ..] = rest {
        assert!(is_quotable(row.error_code) && is_quotable(row.error_description));
        rest = tail;
    }
};

impl RefusalCause {
    /// A stable name for logs and counters, in `snake_case`: `no_credentials`, `bad_credentials`,
    /// `denied`, `keys_unavailable`, `not_configured`, or the name of what is wrong with the token,
    /// such as `expired`.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.row().name
    }
}

impl InvalidToken {
    /// A stable name for logs and counters, equal to [`RefusalCause::name`].
    #[must_use]
    pub fn name(self) -> &'static str {
        RefusalCause::from(self).name()
    }
}

impl Denied {
    /// The row of this cause.
    pub(crate) const fn row() -> &'static Row {
        &self::Denied
    }
}

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
