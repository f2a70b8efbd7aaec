//! Remedies for failed checks and failed fetches: which setting to change, here or at the issuer.
//!
//! A remedy never contains text from the token, because users paste remedies into a shell.

mod claims;
mod fetch;
mod keys;
mod shape;
mod slip;

pub(super) use fetch::of_fetch;

use super::evidence::Evidence;
use super::steps::Step;
use crate::crypto::Algorithm;
use crate::refusal::{InvalidToken, RefusalCause, TokenKind};
use crate::token::issuer_policy::OTHER_TYPES;

/// The remedy for a token that fails at `step`.
pub(super) fn of(step: Step, cause: &RefusalCause, evidence: &Evidence<'_>) -> String {
    match step {
        Step::Size => "have the issuer put fewer claims into the token; often it has too many \
            groups of the user"
            .to_owned(),
        Step::Shape => shape::remedy(evidence).to_owned(),
        Step::Json if is_too_complex(cause) => "have the issuer put fewer claims and values into \
            the token; often it has too many groups of the user"
            .to_owned(),
        Step::Json => "copy the whole token; if it is complete, tell the issuer's operator that \
            two parsers could read its tokens differently"
            .to_owned(),
        Step::Selection | Step::Issuer => claims::issuer(cause, evidence),
        Step::Parameters => "have the issuer sign access tokens without this parameter".to_owned(),
        Step::Algorithm => algorithm(evidence).to_owned(),
        Step::Type => kind_of_type(evidence).to_owned(),
        Step::Content => "have the issuer send a token that is not nested: the signature of the \
            inner token would not be checked"
            .to_owned(),
        Step::KeyId => "have the issuer write kid as a string, or omit it".to_owned(),
        Step::Audience => claims::audience(evidence),
        Step::Kind => kind(cause).to_owned(),
        Step::Dates => claims::dates(evidence).unwrap_or_else(|| {
            "have the issuer write exp, and \
            each of these claims as a number of seconds since 1970"
                .to_owned()
        }),
        Step::Expiry => claims::expiry(evidence),
        Step::NotBefore | Step::IssuedAt => claims::early(evidence),
        Step::Lifetime => "have the issuer write iat and issue tokens with a shorter lifetime, or \
            raise AXIOMS_MAX_TOKEN_LIFETIME"
            .to_owned(),
        Step::Subject => claims::subject(evidence).to_owned(),
        Step::Profile => "have the issuer send access tokens that follow RFC 9068, or do not \
            require them (AXIOMS_STRICT_TYP)"
            .to_owned(),
        Step::Key => keys::missing(cause, evidence),
        Step::Signature => keys::signature(evidence),
    }
}

fn is_too_complex(cause: &RefusalCause) -> bool {
    matches!(cause, RefusalCause::InvalidToken(InvalidToken::TooComplex(_)))
}

fn algorithm(evidence: &Evidence<'_>) -> &'static str {
    match evidence.parameter("alg") {
        Some(alg) if alg.starts_with("HS") => {
            "the token is signed with a shared secret: have the issuer sign with a private key, as \
                RS256 or ES256 do"
        }
        Some(alg) if alg.eq_ignore_ascii_case("none") => "the token is not signed: have the issuer sign it",
        Some(alg) if Algorithm::from_name(&alg).is_some() => {
            "add it to AXIOMS_ALGORITHMS, if this issuer signs with it, or have the issuer sign \
                with an expected algorithm; the backend may not support it"
        }
        Some(_) => "have the issuer sign with an expected algorithm",
        None => "have the issuer write the algorithm of its signature into alg, as a string",
    }
}

fn kind_of_type(evidence: &Evidence<'_>) -> &'static str {
    let typ = evidence.parameter("typ");
    let bare = typ.as_deref().map(|typ| typ.strip_prefix("application/").unwrap_or(typ));
    match evidence.rules() {
        _ if bare.is_some_and(|bare| OTHER_TYPES.iter().any(|other| other.eq_ignore_ascii_case(bare))) => {
            "the token declares another kind in typ: have the client send the access token"
        }
        Some(rules) if rules.require_profile => {
            "have the issuer send access tokens that follow RFC 9068, or do not require them \
                (AXIOMS_STRICT_TYP)"
        }
        _ => {
            "send an access token; if the issuer's access tokens have this type, add it to \
                AXIOMS_TOKEN_TYPS"
        }
    }
}

fn kind(cause: &RefusalCause) -> &'static str {
    match cause {
        RefusalCause::InvalidToken(InvalidToken::SenderConstrained) => {
            "the issuer binds its tokens to a key (DPoP or mutual TLS): disable that for this \
                client, because this API accepts only plain bearer tokens"
        }
        RefusalCause::InvalidToken(InvalidToken::NotAnAccessToken(kind)) => match kind {
            TokenKind::DpopProof => {
                "have the client send the access token in the header Authorization; a DPoP proof \
                    goes into the header DPoP"
            }
            TokenKind::Logout
            | TokenKind::SecurityEvent
            | TokenKind::StatusList
            | TokenKind::Introspection => {
                "such a token is not for use at an API: have the client send an access token"
            }
            TokenKind::LacksRequiredClaim => {
                "have the client send an access token; if this is one, correct \
                    AXIOMS_REQUIRED_CLAIMS"
            }
            TokenKind::Id | TokenKind::Refresh | TokenKind::Unmarked(_) => OTHER_TOKEN,
        },
        _ => OTHER_TOKEN,
    }
}

/// The remedy for a token that was issued together with the access token.
const OTHER_TOKEN: &str = "have the client send the access token that it received together with \
    this one";
