//! Which claims of a payload are looked at: those that hold grants, and those that mark an access token.

use std::borrow::Cow;
use std::sync::Arc;

use crate::json::{Object, identifier};
use crate::refusal::InvalidToken;

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
