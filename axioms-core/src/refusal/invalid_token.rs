//! The reasons why an access token is not valid.

use std::fmt;

/// Why an access token is not valid for this resource server.
///
/// `Display` formats a text for logs and operators. It quotes nothing from the token, because an
/// attacker may have written it.
///
/// # Examples
/// ```
/// use axioms_core::{Claim, InvalidToken, TokenKind};
///
/// fn advice(reason: InvalidToken) -> &'static str {
///     match reason {
///         InvalidToken::NotAnAccessToken(TokenKind::Id) => "send the access token, not the ID token",
///         InvalidToken::ClaimMissing(Claim::EXP) => "the issuer must write exp",
///         InvalidToken::TooLarge | InvalidToken::TooComplex(_) => "ask for fewer groups in the token",
///         _ => "get a new token",
///     }
/// }
/// # assert_eq!(advice(InvalidToken::Expired), "get a new token");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidToken {
    /// Longer than 16 KiB.
    #[error("the token is longer than 16 KiB")]
    TooLarge,
    /// Not three non-empty segments of strict base64url (RFC 7515 section 3.1): opaque, encrypted,
    /// or damaged.
    #[error("the token is not a compact JWS: three segments of base64url without padding")]
    NotCompact,
    /// The header or the payload is not a JSON object, repeats a member, contains a lone surrogate,
    /// or is followed by other bytes.
    #[error("the token's {0} is not one JSON object with unique members")]
    NotJson(TokenPart),
    /// The header and the payload have too many members, values and escapes, or nest too deep. The
    /// limit keeps the cost of a hostile token below one signature check. It allows about 1,100
    /// groups or 200 claims. The issuer should put less into its tokens.
    #[error(
        "the token's {0} has too many members, values or escapes, or nests too deep; have the \
            issuer put less into it"
    )]
    TooComplex(TokenPart),
    /// `alg` is missing, symmetric, `none`, unknown, or not among the allowed algorithms.
    #[error(
        "the token's signature algorithm is not allowed here; the issuer must sign with one of the \
            allowed algorithms"
    )]
    Algorithm,
    /// The header uses an unsupported feature (`crit`, `b64`, `zip`, a nested token), or `kid` is
    /// not a string.
    #[error("the token's header has a parameter that is not supported: {0}")]
    HeaderParameter(HeaderParameter),
    /// `typ` is not among the accepted types (RFC 9068 section 2.1).
    #[error("the token's type is not accepted here; an access token is expected")]
    Type,
    /// The token is of another kind, such as an ID token, a refresh token or a logout token, or
    /// lacks a claim that the issuer's access tokens have.
    #[error("the token is not an access token: {0}")]
    NotAnAccessToken(TokenKind),
    /// The token has no `kid`, and several of the issuer's keys fit its algorithm.
    #[error("the token does not name its key (kid), and several of the issuer's keys fit its algorithm")]
    NoKeyId,
    /// The issuer publishes no key with the token's `kid` for its algorithm and `iss`. For a token
    /// without `kid`: no key at all for its algorithm and `iss`.
    #[error("the issuer publishes no usable key with the token's kid for its algorithm and issuer")]
    UnknownKey,
    /// The signature does not verify with the key that the token names, even after fetching the
    /// keys again.
    #[error("the token's signature does not verify")]
    Signature,
    /// A required claim is missing.
    #[error("the claim {0} is missing")]
    ClaimMissing(Claim),
    /// A claim has the wrong type, or a value out of range.
    #[error("the claim {0} has the wrong type or a value out of range")]
    ClaimMalformed(Claim),
    /// `exp` has passed (RFC 7519 section 4.1.4).
    #[error("the token has expired")]
    Expired,
    /// `nbf` is in the future (RFC 7519 section 4.1.5).
    #[error("the token is not valid yet (nbf); compare the clocks of issuer and resource server")]
    NotYetValid,
    /// `iat` is in the future, or after `exp`.
    #[error(
        "the token was issued in the future (iat) or after it expires; compare the clocks of \
            issuer and resource server"
    )]
    IssuedInFuture,
    /// Its lifetime exceeds the configured maximum.
    #[error("the token's lifetime exceeds the configured maximum")]
    LivesTooLong,
    /// `iss` is not the configured issuer, byte for byte.
    #[error(
        "the token's issuer (iss) is not the configured issuer; compare them byte for byte, \
            including a final slash"
    )]
    Issuer,
    /// `aud` contains none of the configured audiences.
    #[error(
        "the token's audience (aud) is not this resource server; compare it with the configured \
            audience, including a final slash"
    )]
    Audience,
    /// The token is bound to a key (`cnf`), and a Bearer request cannot prove possession of it (RFC
    /// 7800).
    #[error("the token is bound to a key (cnf) and cannot be used as a plain bearer token")]
    SenderConstrained,
}

/// A part of a token (RFC 7515 section 2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TokenPart {
    /// The JOSE header.
    Header,
    /// The payload, which contains the claims.
    Payload,
}

impl fmt::Display for TokenPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Header => "header",
            Self::Payload => "payload",
        })
    }
}

/// A parameter of the JOSE header that causes a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HeaderParameter {
    /// `crit`: extensions that a recipient must understand (RFC 7515 section 4.1.11).
    Crit,
    /// `b64`: an unencoded payload (RFC 7797).
    B64,
    /// `zip`: a compressed payload.
    Zip,
    /// `cty`: a token inside the token (RFC 7519 section 5.2), or a content type that is not a
    /// string.
    Cty,
    /// `kid`: an id that is not a string (RFC 7515 section 4.1.4).
    Kid,
}

impl HeaderParameter {
    /// The name of the parameter in the header.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Crit => "crit",
            Self::B64 => "b64",
            Self::Zip => "zip",
            Self::Cty => "cty",
            Self::Kid => "kid",
        }
    }
}

impl fmt::Display for HeaderParameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The kind of a token that is not an access token, as far as its claims show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum TokenKind {
    /// An ID token (OpenID Connect Core section 2).
    #[error("it is an ID token; send the access token instead")]
    Id,
    /// A refresh token.
    #[error("it is a refresh token; send the access token instead")]
    Refresh,
    /// A logout token (OpenID Connect Back-Channel Logout section 2.4).
    #[error("it is a logout token")]
    Logout,
    /// A security event token (RFC 8417).
    #[error("it is a security event token")]
    SecurityEvent,
    /// A `DPoP` proof (RFC 9449 section 4.2).
    #[error("it is a DPoP proof")]
    DpopProof,
    /// A status list token.
    #[error("it is a status list")]
    StatusList,
    /// A signed introspection response (RFC 9701 section 5).
    #[error("it is an introspection response")]
    Introspection,
    /// The claim that identifies the provider's access tokens is missing or has another value.
    #[error(
        "its claim {0} is missing, or is not that of this provider's access tokens; send the \
            access token instead"
    )]
    Unmarked(Claim),
    /// A claim that the configuration requires is missing or has another value.
    #[error(
        "a claim required by require_claim (AXIOMS_REQUIRED_CLAIMS) is missing or has another \
            value; send the access token instead"
    )]
    LacksRequiredClaim,
}

/// The name of a claim that is checked (RFC 7519 section 4).
///
/// Names are compared exactly: `claim == "exp"`, or [`Claim::EXP`] in a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Claim(&'static str);

impl Claim {
    /// `iss`: the issuer.
    pub const ISS: Self = Self("iss");
    /// `sub`: the subject.
    pub const SUB: Self = Self("sub");
    /// `aud`: the audience, the resource servers that the token is for.
    pub const AUD: Self = Self("aud");
    /// `exp`: the expiration time.
    pub const EXP: Self = Self("exp");
    /// `nbf`: the time before which the token is not valid.
    pub const NBF: Self = Self("nbf");
    /// `iat`: the time of issue.
    pub const IAT: Self = Self("iat");
    /// `tid`: the tenant, in tokens of Microsoft Entra.
    pub const TID: Self = Self("tid");

    /// Creates the claim with this name.
    #[must_use]
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl PartialEq<str> for Claim {
    fn eq(&self, name: &str) -> bool {
        self.0 == name
    }
}

impl PartialEq<&str> for Claim {
    fn eq(&self, name: &&str) -> bool {
        self.0 == *name
    }
}
