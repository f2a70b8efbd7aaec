//! The names of configured claims: those that contain grants, and those that every access token
//! must have.

use std::borrow::Cow;
use std::sync::Arc;

use crate::json::{Object, identifier};
use crate::refusal::{Claim, InvalidToken, TokenKind};

/// A claim that distinguishes an issuer's access tokens from other tokens signed with the same
/// keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RequiredClaim {
    pub(crate) name: ClaimName,
    /// The required value; `None` if any non-empty string is accepted.
    pub(crate) value: Option<Box<str>>,
    /// The kind of a token without it.
    otherwise: TokenKind,
}

impl RequiredClaim {
    /// A claim that the program requires.
    pub(crate) fn configured(name: &str, value: &str) -> Self {
        let (name, value) = (ClaimName::parse(name), Some(value.into()));
        Self { name, value, otherwise: TokenKind::LacksRequiredClaim }
    }

    /// A claim that a provider documents.
    pub(crate) fn of_provider(name: &'static str, value: Option<&str>) -> Self {
        let otherwise = TokenKind::Unmarked(Claim::new(name));
        Self { name: ClaimName::parse(name), value: value.map(Into::into), otherwise }
    }

    /// Checks the claim. A string is compared by its text, a number or a boolean by its JSON text.
    /// Arrays and objects never match.
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

/// The claims that may contain one kind of grant, in order. The first that a token has is used.
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

    /// The names that refer to the same claim as an earlier name, as they are configured.
    pub(crate) fn repeated(&self) -> impl Iterator<Item = &str> {
        let names = self.names.iter().enumerate();
        names
            .filter(|(place, name)| self.names.iter().take(*place).any(|before| before == *name))
            .map(|(_, name)| &*name.text)
    }

    /// The first of these claims that the payload has, as JSON text, and its name; all names if the
    /// payload has none of them.
    pub(crate) fn first<'a>(&self, payload: &Object<'a>) -> (&Arc<str>, Option<&'a str>) {
        let found = self.names.iter().find_map(|name| Some((&name.text, Some(name.find(payload)?))));
        found.unwrap_or((&self.all, None))
    }

    /// Each of these claims by name, with its value in the payload.
    #[cfg(feature = "doctor")]
    pub(super) fn each<'n, 'a>(
        &'n self,
        payload: &Object<'a>,
    ) -> impl Iterator<Item = (&'n str, Option<&'a str>)> {
        self.names.iter().map(|name| (&*name.text, name.find(payload)))
    }
}

/// The place of a claim in the payload.
#[derive(Debug, Clone)]
pub(crate) struct ClaimName {
    /// The configured text.
    pub(crate) text: Arc<str>,
    /// The path to it: the unescaped reference tokens of an RFC 6901 JSON Pointer, or one literal
    /// name, which may contain dots and colons or be a URL.
    path: Vec<Box<str>>,
}

/// A `~` in a JSON Pointer that is followed by neither 0 nor 1 (RFC 6901 section 3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name that begins with / is a JSON Pointer, in which ~ is written ~0 (and / in a member's \
        name ~1)"
)]
pub(crate) struct BadPointer;

/// Names of the same claim are equal, even if they are written differently.
impl PartialEq for ClaimName {
    fn eq(&self, other: &Self) -> bool {
        self.path == other.path
    }
}

impl Eq for ClaimName {}

impl ClaimName {
    /// Parses a name. A name that starts with `/` is a JSON Pointer; any other is the literal name
    /// of a member.
    pub(crate) fn parse(name: &str) -> Self {
        let path = match name.strip_prefix('/') {
            Some(path) => path.split('/').map(unescape).collect(),
            None => vec![name.into()],
        };
        Self { text: name.into(), path }
    }

    /// Checks the name in a configuration.
    pub(crate) fn check(name: &str) -> Result<(), BadPointer> {
        let is_bad = |rest: &str| !rest.starts_with(['0', '1']);
        if name.starts_with('/') && name.split('~').skip(1).any(is_bad) { Err(BadPointer) } else { Ok(()) }
    }

    /// The claim's value as JSON text, if the payload has it.
    fn find<'a>(&self, payload: &Object<'a>) -> Option<&'a str> {
        payload.at(&self.path)
    }
}

/// RFC 6901 section 4: `~1` is a slash and `~0` a tilde, in this order.
fn unescape(token: &str) -> Box<str> {
    token.replace("~1", "/").replace("~0", "~").into_boxed_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_path_of_members() {
        let rows: [(&str, &[&str]); 7] = [
            ("roles", &["roles"]),
            ("realm_access.roles", &["realm_access.roles"]),
            ("https://a.example/~roles", &["https://a.example/~roles"]),
            ("/roles", &["roles"]),
            ("/realm_access/roles", &["realm_access", "roles"]),
            ("/a~1b/~01", &["a/b", "~1"]),
            ("/", &[""]),
        ];
        for (name, path) in rows {
            assert_eq!(ClaimName::parse(name).path.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), path);
            assert_eq!(ClaimName::check(name), Ok(()), "{name}");
        }
        for name in ["/a/~2", "/~", "/a~/b", "/~~0"] {
            assert_eq!(ClaimName::check(name), Err(BadPointer), "{name}");
        }
    }
}
