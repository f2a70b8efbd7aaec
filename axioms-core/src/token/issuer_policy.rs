//! What a token must satisfy to be accepted from one issuer. Configuration, resolved; it never changes afterwards.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use super::claim_name::{ClaimNames, RequiredClaim};
use crate::crypto::Algorithm;
use crate::jose::media_type;

/// What the tokens of one issuer must satisfy.
#[derive(Debug, Clone)]
pub(crate) struct IssuerPolicy {
    pub(crate) issuer: Issuers,
    /// At least one, each not empty.
    pub(crate) audiences: Vec<Box<str>>,
    /// The claims that may carry the audience; the first that a token has counts.
    pub(crate) audience_claims: &'static [&'static str],
    /// What every access token of this issuer has, where it is known to tell them from its other tokens.
    pub(crate) required_claims: Vec<RequiredClaim>,
    /// Accepted `typ` values, without `application/`.
    pub(crate) types: Vec<Box<str>>,
    /// Whether the claims that RFC 9068 section 2.2 requires must all be there.
    pub(crate) require_profile: bool,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) leeway: Duration,
    pub(crate) max_lifetime: Option<Duration>,
    pub(crate) scope_claims: ClaimNames,
    pub(crate) roles_claims: ClaimNames,
    pub(crate) permissions_claims: ClaimNames,
}

/// Which `iss` a policy is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Issuers {
    /// Whatever stands there; only where the program asked for it by name.
    Any,
    /// One of these, byte for byte.
    These(Tenants),
}

/// The accepted `iss`, of which a token's selects one. How many there are does not change what a lookup costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tenants {
    listed: Vec<Tenant>,
    /// Their places in the list. The hasher is keyed at random, so that an attacker cannot prepare collisions.
    places: HashMap<Arc<str>, usize>,
    /// The length of the longest, in bytes: whatever is longer is none of them, and need not be hashed.
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
    /// What the claim `tid` must hold as well, where many tenants share the issuer's keys.
    pub(crate) tid: Option<Box<str>>,
}

impl Issuers {
    pub(crate) fn these(tenants: impl IntoIterator<Item = Tenant>) -> Self {
        Self::These(Tenants::new(tenants.into_iter().collect()))
    }

    /// The tenant that this `iss` names.
    pub(crate) fn find(&self, iss: &str) -> Option<&Tenant> {
        match self {
            Self::Any => None,
            Self::These(tenants) => tenants.find(iss),
        }
    }

    /// The one `iss` to show in a log, where there is one.
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

/// The issuer that an unverified `iss` selects, and its place. With one alone there is nothing to select: its rules
/// decide.
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
    /// A token without `typ` says no more than one of type `JWT`, so the two are accepted together.
    pub(crate) fn accepts_untyped(&self) -> bool {
        self.types.iter().any(|accepted| media_type::is("JWT", accepted))
    }
}

/// Types of tokens that are no access tokens, whatever the issuer.
pub(crate) const OTHER_TYPES: [&str; 6] = [
    "dpop+jwt",
    "secevent+jwt",
    "logout+jwt",
    "statuslist+jwt",
    "token-introspection+jwt",
    "oauth-authz-req+jwt",
];
