//! Checks the claims of a token (RFC 7519 section 4.1, RFC 9068 section 4).

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::issuer_policy::{IssuerPolicy, Issuers};
use crate::jose::media_type;
use crate::json::{Date, Object, WrongType, identifier, identifiers, names, string};
use crate::refusal::{Claim, InvalidToken, TokenKind};

/// The checked claims that are kept.
#[derive(Debug)]
pub(super) struct CheckedClaims<'a> {
    /// Shared with the rules, which contain the same text.
    pub(super) issuer: Option<Arc<str>>,
    pub(super) subject: Option<Cow<'a, str>>,
    pub(super) times: Times,
}

impl CheckedClaims<'_> {
    /// The same claims, for a token that is accepted.
    pub(super) fn to_owned(&self) -> CheckedClaims<'static> {
        let subject = self.subject.as_deref().map(|text| Cow::Owned(text.to_owned()));
        CheckedClaims { issuer: self.issuer.clone(), subject, times: self.times }
    }
}

/// Checks everything that can be checked without a key. It can only refuse; a token is accepted
/// only after its signature is verified.
pub(super) fn check<'a>(
    header: &Object<'_>,
    payload: &Object<'a>,
    rules: &IssuerPolicy,
    now: Duration,
) -> Result<CheckedClaims<'a>, InvalidToken> {
    let issuer = issuer(payload, rules)?;
    audience(payload, rules)?;
    refuse_other_tokens(header, payload)?;
    for claim in &rules.required_claims {
        claim.demand(payload)?;
    }
    let times = Times::read(payload)?;
    times.check(rules, now)?;
    let subject = subject(payload)?;
    if rules.require_profile {
        require_profile(payload)?;
    }
    Ok(CheckedClaims { issuer, subject, times })
}

fn issuer(payload: &Object<'_>, rules: &IssuerPolicy) -> Result<Option<Arc<str>>, InvalidToken> {
    let issuer = payload.string("iss").map_err(|WrongType| InvalidToken::ClaimMalformed(Claim::ISS))?;
    if rules.issuer == Issuers::Any {
        return Ok(issuer.as_deref().map(Arc::from));
    }
    let found = issuer.as_deref().ok_or(InvalidToken::ClaimMissing(Claim::ISS))?;
    let tenant = rules.issuer.find(found).ok_or(InvalidToken::Issuer)?;
    // All tenants share the keys, so the two claims that name the tenant must agree.
    match (&tenant.tid, payload.string("tid")) {
        (None, _) => Ok(Some(Arc::clone(&tenant.iss))),
        (Some(expected), Ok(Some(tid))) if **expected == *tid => Ok(Some(Arc::clone(&tenant.iss))),
        (Some(_), Ok(None)) => Err(InvalidToken::ClaimMissing(Claim::TID)),
        (Some(_), Ok(Some(_))) => Err(InvalidToken::Issuer),
        (Some(_), Err(WrongType)) => Err(InvalidToken::ClaimMalformed(Claim::TID)),
    }
}

/// Checks that `aud`, a string or an array of strings (RFC 7519 section 4.1.3), contains a
/// configured audience. If another claim is configured as an alternative, it is used only in a
/// token without `aud`: a token with `aud` is valid only for the resource servers that it names.
fn audience(payload: &Object<'_>, rules: &IssuerPolicy) -> Result<(), InvalidToken> {
    let (claim, aud) = rules
        .audience_claims
        .iter()
        .find_map(|claim| payload.raw(claim).map(|value| (*claim, value)))
        .ok_or(InvalidToken::ClaimMissing(Claim::AUD))?;
    let ours = |aud: &Cow<'_, str>| rules.audiences.iter().any(|accepted| **accepted == **aud);
    let found = match identifier(aud) {
        Ok(one) => ours(&one),
        Err(WrongType) => identifiers(aud)
            .map_err(|WrongType| InvalidToken::ClaimMalformed(Claim::new(claim)))?
            .iter()
            .any(ours),
    };
    if found { Ok(()) } else { Err(InvalidToken::Audience) }
}

/// Claims that name the kind of token: `token_use` of Cognito, `typ` of Keycloak and Rauthy, and
/// those of other issuers.
const KIND_CLAIMS: [&str; 4] = ["token_use", "typ", "token_type", "tokenType"];

/// The case-insensitive words for kinds other than access tokens.
const OTHER_KINDS: [(&str, TokenKind); 7] = [
    ("id", TokenKind::Id),
    ("id_token", TokenKind::Id),
    ("refresh", TokenKind::Refresh),
    ("refresh_token", TokenKind::Refresh),
    ("offline", TokenKind::Refresh),
    ("logout", TokenKind::Logout),
    ("logout+jwt", TokenKind::Logout),
];

/// Claims that distinguish an access token with `nonce` from an ID token, as the type `at+jwt`
/// does. Some issuers copy `nonce` into access tokens: Keycloak before version 25, Azure AD B2C,
/// authentik. Their access tokens have `scope`, `scp` or a word for the kind. `azp` and `client_id`
/// do not distinguish them: ID tokens have the first (OpenID Connect Core section 2), and some have
/// the second.
const ACCESS_CLAIMS: [&str; 2] = ["scope", "scp"];
const ACCESS_KINDS: [&str; 5] = ["access", "access_token", "bearer", "dpop", "at+jwt"];

/// Refuses other kinds of tokens, which the issuer may sign with the same keys, if they are
/// recognizable: ID tokens (OpenID Connect Core sections 2 and 3.1.3.6; FAPI 1.0 part 2 section
/// 5.1), logout tokens (Back-Channel Logout section 2.4), security event tokens (RFC 8417 section
/// 2.2), `DPoP` proofs (RFC 9449 section 4.2), status lists, signed introspection responses (RFC
/// 9701 section 5), and kinds that issuers name in their own claims. It also refuses a token that
/// is bound to a key (RFC 7800), because it is not a bearer token.
fn refuse_other_tokens(header: &Object<'_>, payload: &Object<'_>) -> Result<(), InvalidToken> {
    for (name, value) in payload.members() {
        let other = match name {
            "at_hash" | "c_hash" | "s_hash" => Some(TokenKind::Id),
            "nonce" if value != "null" && !is_marked(header, payload) => Some(TokenKind::Id),
            "events" => kind_by_events(value),
            "htm" if payload.has("htu") => Some(TokenKind::DpopProof),
            "status_list" => Some(TokenKind::StatusList),
            "token_introspection" => Some(TokenKind::Introspection),
            "cnf" => return Err(InvalidToken::SenderConstrained),
            _ if KIND_CLAIMS.contains(&name) => kind_by_word(value),
            _ => None,
        };
        if let Some(kind) = other {
            return Err(InvalidToken::NotAnAccessToken(kind));
        }
    }
    Ok(())
}

fn kind_by_word(value: &str) -> Option<TokenKind> {
    // A word for a kind is short.
    let word = Some(value).filter(|value| value.len() < 64).and_then(|value| string(value).ok())?;
    OTHER_KINDS.iter().find(|(other, _)| word.eq_ignore_ascii_case(other)).map(|(_, kind)| *kind)
}

fn is_marked(header: &Object<'_>, payload: &Object<'_>) -> bool {
    let is_access = |kind: &str| ACCESS_KINDS.iter().any(|word| kind.eq_ignore_ascii_case(word));
    header.string("typ").is_ok_and(|typ| typ.is_some_and(|typ| media_type::is(&typ, "at+jwt")))
        || ACCESS_CLAIMS.iter().any(|claim| payload.raw(claim).is_some_and(holds_something))
        || KIND_CLAIMS
            .iter()
            .any(|claim| payload.string(claim).is_ok_and(|kind| kind.is_some_and(|kind| is_access(&kind))))
}

/// Whether a value is a non-empty string or array.
fn holds_something(value: &str) -> bool {
    match value.as_bytes() {
        [b'"', rest @ ..] => rest != b"\"",
        [b'[', rest @ ..] => rest.trim_ascii_start() != b"]",
        _ => false,
    }
}

/// The kind of a token with `events`. Its members are named by URIs (RFC 8417 section 2.2). An
/// issuer may also use this claim name for something else.
fn kind_by_events(value: &str) -> Option<TokenKind> {
    // More than such tokens have, but fewer than an attacker could send.
    const MOST: usize = 16;
    let mut kind = None;
    for event in names(value).take(MOST) {
        if event == "http://schemas.openid.net/event/backchannel-logout" {
            return Some(TokenKind::Logout);
        }
        if event.contains(':') {
            kind = Some(TokenKind::SecurityEvent);
        }
    }
    kind
}

/// Reads `sub`. A subject with control or bidirectional characters, which could be misread or break
/// a log line, is refused, not cleaned. A subject that is longer than any identifier is refused
/// too, because checking each of its characters would be expensive. `null` means no subject, as
/// some issuers write it in a client's token. The empty string is refused.
fn subject<'a>(payload: &Object<'a>) -> Result<Option<Cow<'a, str>>, InvalidToken> {
    const CLAIM: InvalidToken = InvalidToken::ClaimMalformed(Claim::SUB);
    const LONGEST: usize = 4 * 1024;
    let value = match payload.raw("sub") {
        None | Some("null") => return Ok(None),
        Some(value) if value.len() > LONGEST => return Err(CLAIM),
        Some(value) => value,
    };
    let subject = identifier(value).map_err(|WrongType| CLAIM)?;
    let bidirectional = |c| matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    // Most subjects are printable ASCII, which contains none of these characters. Without an early exit, the loop is
    // vectorized.
    let printable = subject.bytes().fold(true, |so_far, byte| so_far & matches!(byte, b' '..=b'~'));
    if subject.is_empty() || !printable && subject.chars().any(|c| c.is_control() || bidirectional(c)) {
        return Err(CLAIM);
    }
    Ok(Some(subject))
}

/// Checks that the claims required by the profile of RFC 9068 section 2.2 are present. `aud` and
/// `exp` are already required of every token.
fn require_profile(payload: &Object<'_>) -> Result<(), InvalidToken> {
    subject(payload)?.ok_or(InvalidToken::ClaimMissing(Claim::SUB))?;
    for claim in ["iss", "client_id", "jti"] {
        match payload.string(claim) {
            Ok(Some(_)) => {}
            Ok(None) => return Err(InvalidToken::ClaimMissing(Claim::new(claim))),
            Err(WrongType) => return Err(InvalidToken::ClaimMalformed(Claim::new(claim))),
        }
    }
    if payload.has("iat") { Ok(()) } else { Err(InvalidToken::ClaimMissing(Claim::IAT)) }
}

/// `exp`, `nbf` and `iat`. Each must be a number if it is present.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) expires_at: Date,
    pub(super) not_before: Option<Date>,
    pub(super) issued_at: Option<Date>,
}

impl Times {
    fn read(payload: &Object<'_>) -> Result<Self, InvalidToken> {
        let date =
            |claim| payload.date(claim).map_err(|WrongType| InvalidToken::ClaimMalformed(Claim::new(claim)));
        Ok(Self {
            expires_at: date("exp")?.ok_or(InvalidToken::ClaimMissing(Claim::EXP))?,
            not_before: date("nbf")?,
            issued_at: date("iat")?,
        })
    }

    /// Checks the times. The token is valid while `nbf - leeway <= now < exp + leeway`.
    pub(super) fn check(&self, rules: &IssuerPolicy, now: Duration) -> Result<(), InvalidToken> {
        let now = Date::from(now);
        let latest_start = now.plus(rules.leeway);
        if now >= self.expires_at.plus(rules.leeway) {
            return Err(InvalidToken::Expired);
        }
        if self.not_before.is_some_and(|not_before| not_before > latest_start) {
            return Err(InvalidToken::NotYetValid);
        }
        if self.issued_at.is_some_and(|issued| issued > latest_start || issued > self.expires_at) {
            return Err(InvalidToken::IssuedInFuture);
        }
        match (rules.max_lifetime, self.issued_at) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(InvalidToken::ClaimMissing(Claim::IAT)),
            (Some(longest), Some(issued)) if self.expires_at <= issued.plus(longest) => Ok(()),
            (Some(_), Some(_)) => Err(InvalidToken::LivesTooLong),
        }
    }
}
