//! The checks of a token, in the order in which a validator makes them, and the check that each
//! refusal comes from.

use crate::refusal::{Claim, HeaderParameter, InvalidToken, RefusalCause};
use crate::token::issuer_policy::{IssuerPolicy, Issuers};

/// A check of a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Size,
    Shape,
    Json,
    Selection,
    Parameters,
    Algorithm,
    Type,
    Content,
    KeyId,
    Issuer,
    Audience,
    Kind,
    Dates,
    Expiry,
    NotBefore,
    IssuedAt,
    Lifetime,
    Subject,
    Profile,
    Key,
    Signature,
}

impl Step {
    pub(super) const ALL: [Self; 21] = [
        Self::Size,
        Self::Shape,
        Self::Json,
        Self::Selection,
        Self::Parameters,
        Self::Algorithm,
        Self::Type,
        Self::Content,
        Self::KeyId,
        Self::Issuer,
        Self::Audience,
        Self::Kind,
        Self::Dates,
        Self::Expiry,
        Self::NotBefore,
        Self::IssuedAt,
        Self::Lifetime,
        Self::Subject,
        Self::Profile,
        Self::Key,
        Self::Signature,
    ];

    /// The stable name, and a description.
    pub(super) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::Size => ("size", "the length"),
            Self::Shape => ("shape", "three segments of base64url (RFC 7515 section 7.1)"),
            Self::Json => ("json", "header and payload as JSON"),
            Self::Selection => ("selection", "the configured issuer that iss selects"),
            Self::Parameters => ("crit", "parameters that must be understood: crit, b64, zip"),
            Self::Algorithm => ("alg", "the signature algorithm"),
            Self::Type => ("typ", "the type"),
            Self::Content => ("cty", "a token inside the token"),
            Self::KeyId => ("kid", "the key id"),
            Self::Issuer => ("iss", "the issuer"),
            Self::Audience => ("aud", "the audience"),
            Self::Kind => ("kind", "the kind of token"),
            Self::Dates => ("dates", "the form of exp, nbf and iat"),
            Self::Expiry => ("exp", "the expiration time"),
            Self::NotBefore => ("nbf", "the time before which it is not valid"),
            Self::IssuedAt => ("iat", "the time of issue"),
            Self::Lifetime => ("lifetime", "the time from iat to exp"),
            Self::Subject => ("sub", "the subject"),
            Self::Profile => ("profile", "the claims of RFC 9068, if they are required"),
            Self::Key => ("key", "the issuer's key"),
            Self::Signature => ("signature", "the signature"),
        }
    }

    /// The check that refuses with this cause. `rules` are those of the issuer that the token
    /// selected, if any.
    pub(super) fn refusing(cause: &RefusalCause, rules: Option<&IssuerPolicy>) -> Self {
        match cause {
            RefusalCause::InvalidToken(reason) => Self::of(*reason, rules),
            // Of the other causes, only unavailable keys come from checking a token.
            _ => Self::Key,
        }
    }

    fn of(reason: InvalidToken, rules: Option<&IssuerPolicy>) -> Self {
        match (reason, rules) {
            (InvalidToken::TooLarge, _) => Self::Size,
            (InvalidToken::NotCompact, _) => Self::Shape,
            (InvalidToken::NotJson(_) | InvalidToken::TooComplex(_), _) => Self::Json,
            // Without rules, no issuer was selected.
            (InvalidToken::Issuer | InvalidToken::ClaimMalformed(Claim::ISS), None) => Self::Selection,
            (InvalidToken::HeaderParameter(HeaderParameter::Cty), _) => Self::Content,
            (InvalidToken::HeaderParameter(HeaderParameter::Kid), _) => Self::KeyId,
            (InvalidToken::HeaderParameter(_), _) => Self::Parameters,
            (InvalidToken::Algorithm, _) => Self::Algorithm,
            (InvalidToken::Type, _) => Self::Type,
            (InvalidToken::Issuer, _) => Self::Issuer,
            (InvalidToken::Audience, _) => Self::Audience,
            (InvalidToken::NotAnAccessToken(_) | InvalidToken::SenderConstrained, _) => Self::Kind,
            (InvalidToken::Expired, _) => Self::Expiry,
            (InvalidToken::NotYetValid, _) => Self::NotBefore,
            (InvalidToken::IssuedInFuture, _) => Self::IssuedAt,
            (InvalidToken::LivesTooLong, _) => Self::Lifetime,
            (InvalidToken::UnknownKey | InvalidToken::NoKeyId, _) => Self::Key,
            (InvalidToken::Signature, _) => Self::Signature,
            (InvalidToken::ClaimMissing(claim), rules) => Self::missing(claim.name(), rules),
            (InvalidToken::ClaimMalformed(claim), rules) => Self::malformed(claim.name(), rules),
        }
    }

    fn missing(claim: &str, rules: Option<&IssuerPolicy>) -> Self {
        let lifetime_is_limited = rules.is_some_and(|rules| rules.max_lifetime.is_some());
        match claim {
            "iss" if rules.is_none_or(|rules| rules.issuer != Issuers::Any) => Self::Issuer,
            "tid" => Self::Issuer,
            "aud" => Self::Audience,
            "exp" => Self::Dates,
            "iat" if lifetime_is_limited => Self::Lifetime,
            _ => Self::Profile,
        }
    }

    fn malformed(claim: &str, rules: Option<&IssuerPolicy>) -> Self {
        match claim {
            "iss" | "tid" => Self::Issuer,
            "exp" | "nbf" | "iat" => Self::Dates,
            "sub" => Self::Subject,
            claim if rules.is_some_and(|rules| rules.audience_claims.contains(&claim)) => Self::Audience,
            _ => Self::Profile,
        }
    }
}
