//! The claims of a token, checked (RFC 7519 section 4.1, RFC 9068 section 4).

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

use super::json::{Object, WrongType, string, strings};
use super::rules::{Issuers, Mark, Rules};
use crate::refusal::InvalidToken;

/// The claims that every check has passed, as far as they are kept.
#[derive(Debug)]
pub(super) struct Checked {
    /// Shared with the rules, which have the same text.
    pub(super) issuer: Option<Arc<str>>,
    pub(super) subject: Option<Box<str>>,
    pub(super) times: Times,
}

/// Checks everything that can be checked without a key. It may refuse; acceptance waits for the signature.
pub(super) fn check(payload: &Object<'_>, rules: &Rules, now: Duration) -> Result<Checked, InvalidToken> {
    let issuer = issuer(payload, rules)?;
    audience(payload, rules)?;
    refuse_other_tokens(payload)?;
    rules.mark.map_or(Ok(()), |mark| demand_mark(payload, mark))?;
    let times = Times::read(payload)?;
    times.check(rules, now)?;
    let subject = subject(payload)?.map(|text| text.into_owned().into_boxed_str());
    if rules.require_profile {
        require_profile(payload)?;
    }
    Ok(Checked { issuer, subject, times })
}

fn issuer(payload: &Object<'_>, rules: &Rules) -> Result<Option<Arc<str>>, InvalidToken> {
    let issuer = payload.string("iss").map_err(|WrongType| InvalidToken::ClaimMalformed("iss"))?;
    if rules.issuer == Issuers::Any {
        return Ok(issuer.as_deref().map(Arc::from));
    }
    let found = issuer.as_deref().ok_or(InvalidToken::ClaimMissing("iss"))?;
    let tenant = rules.issuer.find(found).ok_or(InvalidToken::Issuer)?;
    // The keys are shared by all tenants, so the two claims that name one must agree.
    match (&tenant.tid, payload.string("tid")) {
        (None, _) => Ok(Some(Arc::clone(&tenant.iss))),
        (Some(expected), Ok(Some(tid))) if **expected == *tid => Ok(Some(Arc::clone(&tenant.iss))),
        (Some(_), Ok(None)) => Err(InvalidToken::ClaimMissing("tid")),
        (Some(_), Ok(Some(_))) => Err(InvalidToken::Issuer),
        (Some(_), Err(WrongType)) => Err(InvalidToken::ClaimMalformed("tid")),
    }
}

/// `aud` is a string or an array of strings (RFC 7519 section 4.1.3), one of which must be configured here. Where
/// another claim may stand in for it, it does so only in a token without `aud`: a token that names the resource server
/// it is for is good for no other.
fn audience(payload: &Object<'_>, rules: &Rules) -> Result<(), InvalidToken> {
    let (claim, aud) = rules
        .audience_claims
        .iter()
        .find_map(|claim| payload.raw(claim).map(|value| (*claim, value)))
        .ok_or(InvalidToken::ClaimMissing("aud"))?;
    let ours = |aud: &Cow<'_, str>| rules.audiences.iter().any(|accepted| **accepted == **aud);
    let found = match string(aud) {
        Ok(one) => ours(&one),
        Err(WrongType) => {
            strings(aud).map_err(|WrongType| InvalidToken::ClaimMalformed(claim))?.iter().any(ours)
        }
    };
    if found { Ok(()) } else { Err(InvalidToken::Audience) }
}

/// Other tokens of the same issuer carry the same signature. Those that say what they are, are refused in every
/// mode: ID tokens (OpenID Connect Core section 3.1.3.6), logout tokens (Back-Channel Logout section 2.4), `DPoP`
/// proofs (RFC 9449 section 4.2), and what Cognito and Keycloak name in claims of their own. A token that is bound to a
/// key (RFC 7800) is no bearer token either.
fn refuse_other_tokens(payload: &Object<'_>) -> Result<(), InvalidToken> {
    const ID: InvalidToken =
        InvalidToken::NotAnAccessToken("it is an ID token; send the access token instead");
    const REFRESH: InvalidToken =
        InvalidToken::NotAnAccessToken("it is a refresh token; send the access token instead");
    const LOGOUT: InvalidToken = InvalidToken::NotAnAccessToken("it is a logout token");
    const PROOF: InvalidToken = InvalidToken::NotAnAccessToken("it is a DPoP proof");

    for (name, value) in payload.members() {
        let says = |text: &str| string(value).is_ok_and(|value| value == text);
        match name {
            "at_hash" | "c_hash" => return Err(ID),
            "token_use" if says("id") => return Err(ID),
            "typ" if says("ID") => return Err(ID),
            "typ" if says("Refresh") || says("Offline") => return Err(REFRESH),
            "typ" if says("Logout") => return Err(LOGOUT),
            "events" if is_logout(payload) => return Err(LOGOUT),
            "htm" if payload.has("htu") => return Err(PROOF),
            "cnf" => return Err(InvalidToken::SenderConstrained),
            _ => {}
        }
    }
    Ok(())
}

fn is_logout(payload: &Object<'_>) -> bool {
    payload.at(&["events".into(), "http://schemas.openid.net/event/backchannel-logout".into()]).is_some()
}

/// The issuer's other tokens may name the same audience and say nothing of their kind; they lack its mark.
fn demand_mark(payload: &Object<'_>, mark: Mark) -> Result<(), InvalidToken> {
    match payload.string(mark.claim) {
        Ok(Some(found)) if mark.value.is_none_or(|value| found == value) => Ok(()),
        _ => Err(InvalidToken::NotAnAccessToken(mark.otherwise)),
    }
}

/// A subject that a person could misread or a log line could not hold is refused, not cleaned.
fn subject<'a>(payload: &Object<'a>) -> Result<Option<Cow<'a, str>>, InvalidToken> {
    const CLAIM: InvalidToken = InvalidToken::ClaimMalformed("sub");
    let subject = payload.string("sub").map_err(|WrongType| CLAIM)?;
    let bidirectional = |c| matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    match &subject {
        // Most subjects are of this kind, and none of these is a character in question.
        Some(text) if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) => Ok(subject),
        Some(text) if text.chars().any(|c| c.is_control() || bidirectional(c)) => Err(CLAIM),
        _ => Ok(subject),
    }
}

/// RFC 9068 section 2.2: the claims that an access token of that profile must have. `iss`, `aud` and `exp` are
/// required of every token.
fn require_profile(payload: &Object<'_>) -> Result<(), InvalidToken> {
    for claim in ["iss", "sub", "client_id", "jti"] {
        match payload.string(claim) {
            Ok(Some(_)) => {}
            Ok(None) => return Err(InvalidToken::ClaimMissing(claim)),
            Err(WrongType) => return Err(InvalidToken::ClaimMalformed(claim)),
        }
    }
    if payload.has("iat") { Ok(()) } else { Err(InvalidToken::ClaimMissing("iat")) }
}

/// `exp`, `nbf` and `iat`, each of which must be a number if it is there, required or not.
#[derive(Debug)]
pub(super) struct Times {
    pub(super) expires_at: Duration,
    pub(super) not_before: Option<Duration>,
    pub(super) issued_at: Option<Duration>,
}

impl Times {
    fn read(payload: &Object<'_>) -> Result<Self, InvalidToken> {
        let date = |claim| payload.date(claim).map_err(|WrongType| InvalidToken::ClaimMalformed(claim));
        Ok(Self {
            expires_at: date("exp")?.ok_or(InvalidToken::ClaimMissing("exp"))?,
            not_before: date("nbf")?,
            issued_at: date("iat")?,
        })
    }

    /// The token is good while `nbf - leeway <= now < exp + leeway`.
    pub(super) fn check(&self, rules: &Rules, now: Duration) -> Result<(), InvalidToken> {
        let latest_start = now.saturating_add(rules.leeway);
        if now >= self.expires_at.saturating_add(rules.leeway) {
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
            (Some(_), None) => Err(InvalidToken::ClaimMissing("iat")),
            (Some(longest), Some(issued)) if self.expires_at.saturating_sub(issued) <= longest => Ok(()),
            (Some(_), Some(_)) => Err(InvalidToken::LivesTooLong),
        }
    }
}
