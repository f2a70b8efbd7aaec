//! Object-level rules: whether the token's subject owns a thing.

use std::borrow::Cow;

use http::Method;

use super::grants::{Demanded, deny};
use crate::json::{self, type_of};
use crate::policy::{Owned, OwnerIssuer};
use crate::refusal::{DenialReason, Denied};
use crate::token::AccessToken;

const AMBIGUOUS: &str = "; this validator trusts several issuers, and subjects of two of them can have one id: name the field that holds the owner's issuer, #[owner(issuer = field)], or write #[owner(any_issuer)] where no two subjects share the claim's value";
const CLIENT: &str = "; this is a client's own token, whose sub is the client's id and no user's: compare what clients own with another claim, #[owner(claim = \"client_id\")]";

/// The value of a claim that can name an owner: a string, or a whole number by its digits.
fn owner_text(value: &str) -> Option<Cow<'_, str>> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Some(value.into())
    } else {
        json::string(value).ok()
    }
}

impl AccessToken {
    /// Demands that the token's subject own `object`; see [`Owned`].
    ///
    /// A client's own token, whose `sub` is its client id (RFC 9068 section 2.2), owns nothing by `sub`: a client can have
    /// the id of a user. The client is looked for in `client_id`, `azp`, `appid` and `cid`. What clients own is compared with
    /// such a claim: `#[owner(claim = "client_id")]`.
    ///
    /// # Errors
    /// [`Denied`], which turns into a 403, when the token's subject does not own it; when the token lacks the claim that
    /// names an owner; when the validator trusts several issuers and the object does not tell whose subject its owner is.
    pub fn require_owner<T: Owned + ?Sized>(&self, object: &T) -> Result<(), Denied> {
        let issued = match object.owner_issuer() {
            OwnerIssuer::Unstated if self.server().several_issuers => Err(AMBIGUOUS),
            OwnerIssuer::Unstated | OwnerIssuer::Any => Ok(true),
            OwnerIssuer::Is(owner) => Ok(self.issuer().is_some_and(|issuer| owner.is_owner(issuer))),
        };
        let claim = self.raw(T::OWNER_CLAIM);
        let owns = || owner_text(claim?).filter(|value| object.is_owned_by(value));
        let hint = match issued {
            Err(hint) => hint,
            Ok(true) if T::OWNER_CLAIM == "sub" && self.is_of_a_client() => CLIENT,
            Ok(issued) if issued && owns().is_some() => return Ok(()),
            Ok(_) => "",
        };
        let demanded = Demanded {
            reason: DenialReason::Owner,
            whole: format!("ownership of the object by the claim {}{hint}", T::OWNER_CLAIM),
            missing: None,
            read: Some((T::OWNER_CLAIM, claim.map_or("absent", type_of))),
            scopes: &[],
        };
        Err(deny(self, demanded))
    }

    /// Whether `sub` is the client itself, by whichever name the issuer has for it.
    fn is_of_a_client(&self) -> bool {
        const NAMES: [&str; 4] = ["client_id", "azp", "appid", "cid"];
        let named = |claim| self.raw(claim).and_then(owner_text);
        self.subject()
            .is_some_and(|subject| NAMES.into_iter().filter_map(named).any(|client| client == subject))
    }

    /// Lets safe methods (`GET`, `HEAD`, `OPTIONS`, `TRACE`; RFC 9110 section 9.2.1) pass, and demands ownership
    /// for all others.
    ///
    /// # Errors
    /// As [`AccessToken::require_owner`].
    pub fn require_owner_or_safe<T: Owned + ?Sized>(
        &self,
        method: &Method,
        object: &T,
    ) -> Result<(), Denied> {
        // Not `Method::is_safe`: which methods pass must not change with the version of a library, as it did for QUERY.
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => Ok(()),
            _ => self.require_owner(object),
        }
    }
}
