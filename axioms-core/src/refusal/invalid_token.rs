//! The reasons for which an access token is not valid.

/// Why an access token is not valid here.
///
/// `Display` is text for a log or an operator. It quotes nothing from the token, whose contents were written by
/// whoever sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// Longer than 16 KiB.
    #[error("the token is longer than 16 KiB")]
    TooLarge,
    /// Not three non-empty segments of strict base64url (RFC 7515 section 3.1): opaque, encrypted, or damaged.
    #[error("the token is not a compact JWS: three segments of base64url without padding")]
    NotCompact,
    /// The header or the payload is not a JSON object, repeats a member, holds half a surrogate pair, nests too deep, has
    /// too many parts or has bytes after it.
    #[error(
        "the token's {0} is not one JSON object with unique members, of a bounded depth and number of parts"
    )]
    NotJson(&'static str),
    /// `alg` is missing, symmetric, `none`, unknown, or not among the allowed algorithms.
    #[error(
        "the token's signature algorithm is not allowed here; the issuer must sign with one of the allowed algorithms"
    )]
    Algorithm,
    /// The header asks for something that is not supported (`crit`, `b64`, `zip`, a nested token), or `kid` is not a
    /// string.
    #[error("the token's header has a parameter that is refused: {0}")]
    HeaderParameter(&'static str),
    /// `typ` is not among the accepted types (RFC 9068 section 2.1).
    #[error("the token's type is not accepted here; an access token is expected")]
    Type,
    /// The token says that it is of another kind, such as an ID token, a refresh token or a logout token, or lacks what
    /// marks the issuer's access tokens.
    #[error("the token is not an access token: {0}")]
    NotAnAccessToken(&'static str),
    /// The token has no `kid`, and several of the issuer's keys fit its algorithm.
    #[error("the token does not name its key (kid), and several of the issuer's keys fit its algorithm")]
    NoKeyId,
    /// The issuer publishes no key of the token's `kid` for its algorithm and its `iss`; for a token without `kid`, no key
    /// at all for these.
    #[error("the issuer publishes no usable key of the token's kid for its algorithm and issuer")]
    UnknownKey,
    /// The signature does not verify by the key that the token names, nor by the keys that are fetched on that account.
    #[error("the token's signature does not verify")]
    Signature,
    /// A claim that must be there is not.
    #[error("the claim {0} is missing")]
    ClaimMissing(&'static str),
    /// A claim has the wrong type, or a value out of range.
    #[error("the claim {0} has the wrong type or a value out of range")]
    ClaimMalformed(&'static str),
    /// `exp` has passed (RFC 7519 section 4.1.4).
    #[error("the token has expired")]
    Expired,
    /// `nbf` has not come yet (RFC 7519 section 4.1.5).
    #[error("the token is not valid yet (nbf); compare the clocks of issuer and resource server")]
    NotYetValid,
    /// `iat` lies in the future, or after `exp`.
    #[error(
        "the token was issued in the future (iat) or after it expires; compare the clocks of issuer and resource server"
    )]
    IssuedInFuture,
    /// It lives longer than the configured maximum.
    #[error("the token lives longer than the configured maximum")]
    LivesTooLong,
    /// `iss` is not the configured issuer, byte for byte.
    #[error(
        "the token's issuer (iss) is not the configured one; compare them byte for byte, a final slash included"
    )]
    Issuer,
    /// `aud` names none of the configured audiences.
    #[error(
        "the token's audience (aud) is not this resource server; compare it with the configured audience, a final slash included"
    )]
    Audience,
    /// The token is bound to a key (`cnf`), which a plain Bearer request cannot prove (RFC 7800).
    #[error("the token is bound to a key (cnf) and cannot be used as a plain bearer token")]
    SenderConstrained,
}

impl InvalidToken {
    /// What the client is told: short, fixed, and nothing an attacker could use.
    pub(crate) const fn description(self) -> &'static str {
        match self {
            Self::Expired => "The access token expired",
            Self::NotYetValid | Self::IssuedInFuture => "The access token is not valid yet",
            Self::Issuer => "The access token was issued by another issuer",
            Self::Audience => "The access token is meant for another audience",
            Self::Signature | Self::UnknownKey | Self::NoKeyId => "The access token's signature is not valid",
            Self::SenderConstrained => "The access token is bound to a key",
            Self::Type | Self::NotAnAccessToken(_) => "The token is not an access token",
            _ => "The access token is malformed",
        }
    }

    /// A stable name for logs and counters.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::NotCompact => "not_compact",
            Self::NotJson(_) => "not_json",
            Self::Algorithm => "algorithm",
            Self::HeaderParameter(_) => "header_parameter",
            Self::Type => "type",
            Self::NotAnAccessToken(_) => "not_an_access_token",
            Self::NoKeyId => "no_key_id",
            Self::UnknownKey => "unknown_key",
            Self::Signature => "signature",
            Self::ClaimMissing(_) => "claim_missing",
            Self::ClaimMalformed(_) => "claim_malformed",
            Self::Expired => "expired",
            Self::NotYetValid => "not_yet_valid",
            Self::IssuedInFuture => "issued_in_future",
            Self::LivesTooLong => "lives_too_long",
            Self::Issuer => "issuer",
            Self::Audience => "audience",
            Self::SenderConstrained => "sender_constrained",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::refusal::CAUSES;

    /// One of each; a variant that is added without a place in `CAUSES` would go uncounted.
    #[test]
    fn every_name_is_counted() {
        let all = [
            InvalidToken::TooLarge,
            InvalidToken::NotCompact,
            InvalidToken::NotJson(""),
            InvalidToken::Algorithm,
            InvalidToken::HeaderParameter(""),
            InvalidToken::Type,
            InvalidToken::NotAnAccessToken(""),
            InvalidToken::NoKeyId,
            InvalidToken::UnknownKey,
            InvalidToken::Signature,
            InvalidToken::ClaimMissing(""),
            InvalidToken::ClaimMalformed(""),
            InvalidToken::Expired,
            InvalidToken::NotYetValid,
            InvalidToken::IssuedInFuture,
            InvalidToken::LivesTooLong,
            InvalidToken::Issuer,
            InvalidToken::Audience,
            InvalidToken::SenderConstrained,
        ];
        for reason in all {
            assert!(CAUSES.contains(&reason.name()), "{}", reason.name());
        }
        assert_eq!(CAUSES.len(), all.len() + 4);
    }
}
