//! The rules for the tokens of one issuer: resolved configuration, which never changes.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::claim_name::{ClaimNames, RequiredClaim};
use crate::crypto::Algorithm;
use crate::jose::media_type;

/// The rules for the tokens of one issuer.
#[derive(Debug, Clone)]
pub(crate) struct IssuerPolicy {
    pub(crate) issuer: Issuers,
    /// There is at least one, and none is empty.
    pub(crate) audiences: Vec<Box<str>>,
    /// The claims that may contain the audience. The first that a token has is used.
    pub(crate) audience_claims: &'static [&'static str],
    /// The claims that every access token of this issuer must have, which distinguish them from its
    /// other tokens.
    pub(crate) required_claims: Vec<RequiredClaim>,
    /// Accepted `typ` values, without `application/`.
    pub(crate) types: Vec<Box<str>>,
    /// Whether all claims that RFC 9068 section 2.2 requires must be present.
    pub(crate) require_profile: bool,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) leeway: Duration,
    pub(crate) max_lifetime: Option<Duration>,
    pub(crate) scope_claims: ClaimNames,
    pub(crate) roles_claims: ClaimNames,
    pub(crate) permissions_claims: ClaimNames,
}

/// The accepted values of `iss`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Issuers {
    /// Any value; only if the program sets `any_issuer`.
    Any,
    /// One of these, byte for byte.
    These(Tenants),
}

/// The accepted issuers. The cost of a lookup does not depend on their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tenants {
    listed: Vec<Tenant>,
    /// Their indexes in the list. The hasher is randomly keyed, so that an attacker cannot prepare
    /// collisions.
    places: HashMap<Arc<str>, usize>,
    /// The length of the longest, in bytes. A longer `iss` cannot match and is not hashed.
    longest: usize,
}

impl Tenants {
    fn new(listed: Vec<Tenant>) -> Self {
        let places =
            listed.iter().enumerate().map(|(place, tenant)| (Arc::clone(&tenant.iss), place)).collect();
        let longest = listed.iter().map(|tenant| tenant.iss.len()).max().unwrap_or_default();
        Self { listed, places, longest }
    }

    fn find(&self, iss: &str) -> Option<&Tenant> {
        if iss.len() > self.longest {
            return None;
        }
        if let [only] = self.listed.as_slice() {
            return (*only.iss == *iss).then_some(only);
        }
        self.listed.get(*self.places.get(iss)?)
    }

    pub(crate) fn listed(&self) -> &[Tenant] {
        &self.listed
    }
}

/// An accepted `iss`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tenant {
    pub(crate) iss: Arc<str>,
    /// The required value of the claim `tid`, if tenants share the issuer's keys.
    pub(crate) tid: Option<Box<str>>,
}

impl Issuers {
    pub(crate) fn these(tenants: impl IntoIterator<Item = Tenant>) -> Self {
        Self::These(Tenants::new(tenants.into_iter().collect()))
    }

    /// The tenant with this `iss`.
    pub(crate) fn find(&self, iss: &str) -> Option<&Tenant> {
        match self {
            Self::Any => None,
            Self::These(tenants) => tenants.find(iss),
        }
    }

    /// The `iss`, if exactly one is accepted.
    pub(crate) fn only(&self) -> Option<&str> {
        match self {
            Self::These(tenants) => match tenants.listed.as_slice() {
                [only] => Some(&only.iss),
                _ => None,
            },
            Self::Any => None,
        }
    }
}

/// The issuer that an unverified `iss` selects, and its index. If there is only one issuer, it is
/// always selected, and its rules check `iss`.
pub(crate) fn select<'i, I>(
    issuers: &'i [I],
    rules: impl Fn(&I) -> &IssuerPolicy,
    iss: Option<&str>,
) -> Option<(usize, &'i I)> {
    let named = |(_, issuer): &(usize, &I)| iss.is_some_and(|iss| rules(issuer).issuer.find(iss).is_some());
    match issuers {
        [only] => Some((0, only)),
        several => several.iter().enumerate().find(named),
    }
}

impl IssuerPolicy {
    /// Whether tokens without `typ` are accepted: they are treated like tokens of type `JWT`.
    pub(crate) fn accepts_untyped(&self) -> bool {
        self.types.iter().any(|accepted| media_type::is("JWT", accepted))
    }
}

/// Types of tokens that are never access tokens.
pub(crate) const OTHER_TYPES: [&str; 6] = [
    "dpop+jwt",
    "secevent+jwt",
    "logout+jwt",
    "statuslist+jwt",
    "token-introspection+jwt",
    "oauth-authz-req+jwt",
];
