//! Object-level authorization: checks whether the token's subject owns a resource.

use std::borrow::Cow;

use http::Method;

use super::grants::{Demanded, deny};
use crate::json::{self, type_of};
use crate::policy::{Owned, OwnerIssuer};
use crate::refusal::{DenialReason, Denied};
use crate::token::AccessToken;

const AMBIGUOUS: &str = "; this validator trusts several issuers, and subjects of two of them can \
    have one id: name the field that holds the owner's issuer, #[owner(issuer = field)], or write \
    #[owner(any_issuer)] where no two subjects share the claim's value";
const CLIENT: &str = "; this is a client's own token, whose sub is the client's id and no user's: \
    compare what clients own with another claim, #[owner(claim = \"client_id\")]";

/// The value of a claim that can identify an owner: a string, or the digits of an integer.
fn owner_text(value: &str) -> Option<Cow<'_, str>> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    if digits.bytes().all(|byte| byte.is_ascii_digit()) {
        Some(value.into())
    } else {
        json::string(value).ok()
    }
}

impl AccessToken {
    /// Requires that the token's subject owns `object`; see [`Owned`].
    ///
    /// A token that a client got for itself has its client id as `sub` (RFC 9068 section 2.2). Such
    /// a token never owns anything by `sub`, because a client id can equal the id of a user. The
    /// client id is read from `client_id`, `azp`, `appid` and `cid`. For resources of clients,
    /// compare one of these claims: `#[owner(claim = "client_id")]`.
    ///
    /// # Errors
    /// [`Denied`], which converts into a 403, if the token's subject does not own the resource, if
    /// the token lacks the claim that identifies an owner, or if the validator trusts several
    /// issuers and the resource does not name its owner's issuer.
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

    /// Whether `sub` is the client itself, in any of the claims that issuers use for the client id.
    fn is_of_a_client(&self) -> bool {
        const NAMES: [&str; 4] = ["client_id", "azp", "appid", "cid"];
        let named = |claim| self.raw(claim).and_then(owner_text);
        self.subject()
            .is_some_and(|subject| NAMES.into_iter().filter_map(named).any(|client| client == subject))
    }

    /// Accepts safe methods (`GET`, `HEAD`, `OPTIONS`, `TRACE`; RFC 9110 section 9.2.1), and
    /// requires ownership for all others.
    ///
    /// # Errors
    /// As [`AccessToken::require_owner`].
    pub fn require_owner_or_safe<T: Owned + ?Sized>(
        &self,
        method: &Method,
        object: &T,
    ) -> Result<(), Denied> {
        // Not `Method::is_safe`: the accepted methods must not change with a library's version, as
        // happened with QUERY.
        match *method {
            Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => Ok(()),
            _ => self.require_owner(object),
        }
    }
}
