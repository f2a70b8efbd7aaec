//! Every word of the attributes, with its meaning.

/// `crate = path`: where the generated code finds the SDK.
pub(crate) const CRATE: &str = "crate";
/// `GET(public)`: the method needs no token.
pub(crate) const PUBLIC: &str = "public";
/// `default(...)`: the demands for the methods that are not named.
pub(crate) const DEFAULT: &str = "default";
/// `#[owner]`: the field that identifies the owner.
pub(crate) const OWNER: &str = "owner";
/// `#[owner(claim = "...")]`: the claim that the owner is compared with.
pub(crate) const CLAIM: &str = "claim";
/// `#[owner(issuer = field)]`: the field that holds the owner's issuer.
pub(crate) const ISSUER: &str = "issuer";
/// `#[owner(any_issuer)]`: the claim is unique among all issuers.
pub(crate) const ANY_ISSUER: &str = "any_issuer";
/// `#[owner(display)]`: the owner is compared by its `Display`.
pub(crate) const DISPLAY: &str = "display";

/// `key = value`: the keys with their quantifier and kind.
pub(crate) const KEYS: [(&str, Quantifier, Kind); 9] = [
    ("any_scopes", Quantifier::Any, Kind::Scope),
    ("all_scopes", Quantifier::All, Kind::Scope),
    ("any_roles", Quantifier::Any, Kind::Role),
    ("all_roles", Quantifier::All, Kind::Role),
    ("any_permissions", Quantifier::Any, Kind::Permission),
    ("all_permissions", Quantifier::All, Kind::Permission),
    ("scopes", Quantifier::Any, Kind::Scope),
    ("roles", Quantifier::Any, Kind::Role),
    ("permissions", Quantifier::Any, Kind::Permission),
];

/// `any(...)` and `all(...)`.
pub(crate) const GROUPS: [(&str, Quantifier); 2] = [("any", Quantifier::Any), ("all", Quantifier::All)];

/// `GET(...)`: the methods of RFC 9110, and PATCH (RFC 5789). Any other is written in quotes.
pub(crate) const METHODS: [&str; 9] =
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT"];

/// The meaning of a word in the arguments of `#[requires]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Key(Quantifier, Kind),
    Group(Quantifier),
    Method,
    Default,
    Public,
    Crate,
}

/// The kind of claim of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Scope,
    Role,
    Permission,
}

impl Kind {
    /// The word for one value of this kind in messages.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Scope => "scope",
            Self::Role => "role",
            Self::Permission => "permission",
        }
    }

    /// The variant's name in core.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Self::Scope => "Scope",
            Self::Role => "Role",
            Self::Permission => "Permission",
        }
    }
}

/// How many of the listed values, or of a group's members, must be met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Quantifier {
    Any,
    All,
}

impl Quantifier {
    /// The group's name in the attribute, which is also that of the constructor in core.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::All => "all",
        }
    }

    /// The variant's name in core.
    pub(crate) fn variant(self) -> &'static str {
        match self {
            Self::Any => "Any",
            Self::All => "All",
        }
    }
}

/// The meaning of `name`, if it has one.
pub(crate) fn word(name: &str) -> Option<Word> {
    let key = || KEYS.iter().find(|key| key.0 == name).map(|key| Word::Key(key.1, key.2));
    let group = || GROUPS.iter().find(|group| group.0 == name).map(|group| Word::Group(group.1));
    match name {
        CRATE => Some(Word::Crate),
        PUBLIC => Some(Word::Public),
        DEFAULT => Some(Word::Default),
        _ if METHODS.contains(&name) => Some(Word::Method),
        _ => key().or_else(group),
    }
}

/// Every word that is allowed in the arguments of `#[requires]`.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    let keys = KEYS.iter().map(|key| key.0);
    let groups = GROUPS.iter().map(|group| group.0);
    keys.chain(groups).chain(METHODS).chain([DEFAULT, PUBLIC, CRATE])
}

#[cfg(test)]
mod tests {
    use super::{Word, word, words};

    #[test]
    fn every_word_has_one_meaning() {
        let all: Vec<_> = words().collect();
        for name in &all {
            assert!(word(name).is_some(), "{name} is listed but has no meaning");
            assert_eq!(all.iter().filter(|other| *other == name).count(), 1, "{name} is listed twice");
        }
    }

    #[test]
    fn words_are_case_sensitive() {
        assert_eq!(word("GET"), Some(Word::Method));
        assert_eq!(word("get"), None);
        assert_eq!(word("Any"), None);
    }
}
