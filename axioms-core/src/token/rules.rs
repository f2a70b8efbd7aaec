//! What a token must satisfy to be accepted from one issuer. Configuration, resolved; it never changes afterwards.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use crate::crypto::Algorithm;
use crate::json::{Object, identifier};
use crate::refusal::InvalidToken;

/// The rules for the tokens of one issuer.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
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

/// Which `iss` these rules are for.
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
    /// Their places in the list. The hasher is keyed at random, so that no list has collisions that somebody prepared.
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
    rules: impl Fn(&I) -> &Rules,
    iss: Option<&str>,
) -> Option<(usize, &'i I)> {
    let named = |(_, issuer): &(usize, &I)| iss.is_some_and(|iss| rules(issuer).issuer.find(iss).is_some());
    match issuers {
        [only] => Some((0, only)),
        several => several.iter().enumerate().find(named),
    }
}

impl Rules {
    /// A token without `typ` says no more than one of type `JWT`, so the two are accepted together.
    pub(crate) fn accepts_untyped(&self) -> bool {
        self.types.iter().any(|accepted| is_media_type("JWT", accepted))
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

/// Whether two `typ` or `cty` values are the same media type: case-insensitively, `application/` optional
/// (RFC 7515 section 4.1.9).
pub(super) fn is_media_type(value: &str, wanted: &str) -> bool {
    const PREFIX: &str = "application/";
    let bare = match value.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => value,
    };
    bare.eq_ignore_ascii_case(wanted)
}

/// A claim by which an issuer's access tokens are told from the other tokens that it signs with the same keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequiredClaim {
    pub(crate) name: ClaimName,
    /// What it must say; `None` where any text will do.
    pub(crate) value: Option<Box<str>>,
    /// What the log says of a token without it.
    otherwise: &'static str,
}

impl RequiredClaim {
    /// As a program requires it.
    pub(crate) fn configured(name: &str, value: &str) -> Self {
        let otherwise = "it lacks a claim that require_claim (AXIOMS_REQUIRED_CLAIMS) names, or has another value in it; send the access token instead";
        Self::of_provider(name, Some(value), otherwise)
    }

    /// As a provider documents it.
    pub(crate) fn of_provider(name: &str, value: Option<&str>, otherwise: &'static str) -> Self {
        Self { name: ClaimName::parse(name), value: value.map(Into::into), otherwise }
    }

    /// A string is compared by its text, a number or a boolean by its JSON text. Arrays and objects never match.
    pub(super) fn demand(&self, payload: &Object<'_>) -> Result<(), InvalidToken> {
        let found = self.name.find(payload).and_then(|value| match value.as_bytes().first() {
            Some(b'"') => identifier(value).ok().filter(|text| !text.is_empty()),
            Some(b'[' | b'{' | b'n') | None => None,
            _ => self.value.is_some().then_some(Cow::Borrowed(value)),
        });
        match (found, &self.value) {
            (Some(_), None) => Ok(()),
            (Some(found), Some(value)) if *found == **value => Ok(()),
            _ => Err(InvalidToken::NotAnAccessToken(self.otherwise)),
        }
    }
}

/// The claims that may hold one kind of grant, in order: the first that a token has counts.
#[derive(Debug, Clone)]
pub(crate) struct ClaimNames {
    names: Vec<ClaimName>,
    /// All of them, for the log.
    all: Arc<str>,
}

impl ClaimNames {
    pub(crate) fn parse<'n>(names: impl IntoIterator<Item = &'n str> + Clone) -> Self {
        let all = names.clone().into_iter().collect::<Vec<_>>().join(", ");
        Self { names: names.into_iter().map(ClaimName::parse).collect(), all: all.into() }
    }

    /// The first of these claims that the payload has, as JSON text; and its name, or all names where it has none.
    pub(super) fn first<'a>(&self, payload: &Object<'a>) -> (&Arc<str>, Option<&'a str>) {
        let found = self.names.iter().find_map(|name| Some((&name.text, Some(name.find(payload)?))));
        found.unwrap_or((&self.all, None))
    }

    /// Each of these claims by its name, with what the payload has there.
    #[cfg(feature = "doctor")]
    pub(super) fn each<'n, 'a>(
        &'n self,
        payload: &Object<'a>,
    ) -> impl Iterator<Item = (&'n str, Option<&'a str>)> {
        self.names.iter().map(|name| (&*name.text, name.find(payload)))
    }
}

/// Where a claim stands in the payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClaimName {
    /// As it is configured.
    pub(crate) text: Arc<str>,
    /// The unescaped reference tokens, where it is an RFC 6901 JSON Pointer. Otherwise it is a member of the payload by its
    /// literal name; dots, colons and URLs are part of it.
    pub(crate) pointer: Option<Vec<Box<str>>>,
}

impl ClaimName {
    /// A name that starts with `/` is a JSON Pointer, any other one literal member.
    pub(crate) fn parse(name: &str) -> Self {
        let pointer = name.strip_prefix('/').map(|path| path.split('/').map(unescape).collect());
        Self { text: name.into(), pointer }
    }

    /// The claim's value as JSON text, if the payload has it.
    fn find<'a>(&self, payload: &Object<'a>) -> Option<&'a str> {
        match &self.pointer {
            Some(path) => payload.at(path),
            None => payload.raw(&self.text),
        }
    }
}

/// RFC 6901 section 4: `~1` is a slash and `~0` a tilde, in this order.
fn unescape(token: &str) -> Box<str> {
    token.replace("~1", "/").replace("~0", "~").into_boxed_str()
}
