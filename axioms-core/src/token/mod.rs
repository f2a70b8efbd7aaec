//! Turns a token's text into an [`AccessToken`]: checks size, shape, header and claims, and the
//! signature last.
//!
//! Everything before the signature is untrusted. These checks can refuse early, so that hostile
//! input costs little and never causes a fetch, but they never accept a token. Only
//! [`Unverified::verify`] creates an `AccessToken`.

mod access_token;
pub(crate) mod cache;
mod claim_error;
pub(crate) mod claim_name;
mod claims;
mod granted;
mod header;
pub(crate) mod issuer_policy;
#[cfg(feature = "doctor")]
pub(crate) mod reading;
pub(crate) mod which;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::Duration;

pub use access_token::AccessToken;
pub use claim_error::ClaimError;
use claims::CheckedClaims;
#[cfg(fuzzing)]
pub(crate) use granted::GrantValues;
use granted::Granted;
use header::Header;
use issuer_policy::IssuerPolicy;

use crate::crypto::{Algorithm, VerificationKey};
use crate::jose::compact::{self, Compact, MAX_TOKEN_BYTES, NotCompact};
use crate::jose::key_issuer::KeyIssuer;
use crate::jose::key_set::NoKey;
use crate::json::{self, Effort, NotAnObject, Object, WrongType};
use crate::proof::Proof;
use crate::refusal::{Claim, InvalidToken, TokenPart};
use crate::resource_server::ResourceServer;
use crate::text::logged;

/// A token that passed every check except that of its signature. It borrows what [`Compact`]
/// decoded.
pub(crate) struct Unverified<'a> {
    compact: Compact<'a>,
    payload: Object<'a>,
    algorithm: Algorithm,
    key_id: Option<Cow<'a, str>>,
    /// The claim `tid`, which keys of multi-tenant issuers are matched with.
    tenant: Result<Option<Cow<'a, str>>, WrongType>,
    claims: CheckedClaims<'a>,
    rules: &'a IssuerPolicy,
}

impl<'a> Unverified<'a> {
    /// Parses and checks a token. `select` finds the rules for the issuer that the unverified token
    /// names; its extra value is returned to the caller.
    pub(crate) fn parse<I>(
        compact: Compact<'a>,
        select: impl FnOnce(Option<&str>) -> Option<(I, &'a IssuerPolicy)>,
        now: Duration,
    ) -> Result<(I, Self), InvalidToken> {
        let mut effort = Effort::TOKEN;
        let protected = object(&mut effort, compact.header, TokenPart::Header)?;
        let payload = object(&mut effort, compact.payload, TokenPart::Payload)?;
        let iss = payload.string("iss").map_err(|_| InvalidToken::ClaimMalformed(Claim::ISS))?;
        let (issuer, rules) = select(iss.as_deref()).ok_or(InvalidToken::Issuer)?;
        let Header { algorithm, key_id } = Header::check(&protected, rules)?;
        let claims = claims::check(&protected, &payload, rules, now)?;
        let tenant = payload.string("tid");
        Ok((issuer, Self { compact, payload, algorithm, key_id, tenant, claims, rules }))
    }

    pub(crate) fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    pub(crate) fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether a key that is only for tokens of `issuer` may verify this token.
    pub(crate) fn is_of(&self, issuer: &KeyIssuer) -> bool {
        let tenant = self.tenant.as_ref().map(Option::as_deref).map_err(|wrong| *wrong);
        self.claims.issuer.as_deref().is_some_and(|iss| issuer.admits(iss, tenant))
    }

    /// Checks the token's times again, because it may have expired during a wait.
    pub(crate) fn check_times(&self, rules: &IssuerPolicy, now: Duration) -> Result<(), InvalidToken> {
        self.claims.times.check(rules, now)
    }

    /// Verifies the signature with the given keys; the first that succeeds counts. Only keys for
    /// the token's algorithm are tried. Returns `None` if none succeeds; newer keys may.
    pub(crate) fn verify<'k>(
        &self,
        keys: impl IntoIterator<Item = &'k VerificationKey>,
        server: &Arc<ResourceServer>,
    ) -> Option<AccessToken> {
        let Compact { signing_input, signature, payload, .. } = self.compact;
        let fitting = keys.into_iter().filter(|key| key.algorithm() == self.algorithm);
        let verified = fitting.flat_map(|key| key.verify(signing_input, signature)).next()?;
        let proof = Proof::Signature { verified, key_id: self.key_id.as_deref().map(Into::into) };
        // The grants are read only here, after the signature check.
        let granted = Granted::read(&self.payload, self.rules);
        let claims = self.claims.to_owned();
        Some(AccessToken::new(proof, payload.to_owned(), claims, granted, Arc::clone(server)))
    }
}

/// Parses one part of a token within the remaining effort.
fn object<'a>(effort: &mut Effort, text: &'a str, part: TokenPart) -> Result<Object<'a>, InvalidToken> {
    Object::within(effort, text).map_err(|refused| match refused {
        NotAnObject::Malformed => InvalidToken::NotJson(part),
        NotAnObject::TooComplex => InvalidToken::TooComplex(part),
    })
}

impl From<NotCompact> for InvalidToken {
    fn from(reason: NotCompact) -> Self {
        match reason {
            NotCompact::TooLarge => Self::TooLarge,
            NotCompact::Segments => Self::NotCompact,
            NotCompact::HeaderIsNoText => Self::NotJson(TokenPart::Header),
            NotCompact::PayloadIsNoText => Self::NotJson(TokenPart::Payload),
        }
    }
}

impl From<NoKey> for InvalidToken {
    fn from(reason: NoKey) -> Self {
        match reason {
            NoKey::Unknown => Self::UnknownKey,
            NoKey::Ambiguous => Self::NoKeyId,
        }
    }
}

/// The unverified `kid` of a refused token, for the log.
pub(crate) fn claimed_key_id(token: &str) -> Option<String> {
    glimpsed(token, 0, MAX_TOKEN_BYTES, "kid")
}

/// The unverified `jti` of a refused token, for the log.
pub(crate) fn claimed_jwt_id(token: &str) -> Option<String> {
    const LONGEST_PAYLOAD: usize = 4096;
    glimpsed(token, 1, LONGEST_PAYLOAD, "jti")
}

/// Reads a member of a segment of at most this length. The effort is small, because logging a
/// refused token's ids must not cost more than the refusal.
fn glimpsed(token: &str, segment: usize, longest: usize, name: &str) -> Option<String> {
    let segment = token.split('.').nth(segment)?;
    if token.len() > MAX_TOKEN_BYTES || segment.len() > longest {
        return None;
    }
    json::glimpse(&compact::text_of(segment)?, name).map(|found| logged(&found))
}
