//! Finds where a token contains a value that it does not grant: in another claim, in another
//! spelling, or in a claim whose type grants nothing.
//!
//! The finding quotes the token. A remedy names a claim only if the name is safe to paste into a
//! shell.

use serde_json::Value;

use super::grants::{KINDS, form, setting};
use crate::json::Object;
use crate::policy::GrantKind;
use crate::text::shown;
use crate::token::issuer_policy::IssuerPolicy;
use crate::token::reading::{self, pointer};

/// How deep objects are searched, and how many claims are searched.
const MAX_DEPTH: usize = 4;
const MAX_PLACES: usize = 1000;

/// Claims that identify people and parties, or that users can write themselves. They must never be
/// suggested as claims of grants.
const NOT_FOR_GRANTS: [&str; 34] = [
    "iss",
    "sub",
    "aud",
    "exp",
    "nbf",
    "iat",
    "jti",
    "sid",
    "nonce",
    "acr",
    "amr",
    "azp",
    "client_id",
    "appid",
    "cid",
    "uid",
    "oid",
    "tid",
    "act",
    "may_act",
    "cnf",
    "events",
    "name",
    "given_name",
    "family_name",
    "nickname",
    "preferred_username",
    "username",
    "email",
    "upn",
    "unique_name",
    "profile",
    "user_metadata",
    "unsafe_metadata",
];

/// Words that occur in the names of claims that grant this kind.
const fn words(kind: GrantKind) -> &'static [&'static str] {
    match kind {
        GrantKind::Scope => &["scope", "scp"],
        GrantKind::Role => &["role", "group"],
        GrantKind::Permission => &["permission", "authorit", "entitlement"],
    }
}

/// A claim, or a member of one.
struct ClaimPlace {
    /// The name that the configuration would use.
    name: String,
    value: String,
}

/// How a claim contains a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Occurrence {
    /// The claim would grant it.
    Granted,
    OtherCase,
    WhiteSpace,
    /// It is part of a longer text.
    Separated,
    /// It is the name of an object's member.
    MemberName,
    /// It is inside an object, or among values of other types.
    Inside,
}

/// Returns where the value was found, and the remedy.
pub(super) fn explain(
    payload: &Object<'_>,
    rules: &IssuerPolicy,
    kind: GrantKind,
    value: &str,
) -> Explanation {
    let search = Search { payload, rules, kind, value, places: places(payload) };
    search
        .in_the_claim_that_counts()
        .or_else(|| search.in_an_unread_claim())
        .or_else(|| search.in_an_unnamed_claim())
        .or_else(|| search.as_another_kind())
        .or_else(|| search.in_an_object())
        .or_else(|| search.in_no_likely_claim())
        .unwrap_or_else(|| search.nowhere())
}

type Explanation = (String, String);

struct Search<'a> {
    payload: &'a Object<'a>,
    rules: &'a IssuerPolicy,
    kind: GrantKind,
    value: &'a str,
    places: Vec<ClaimPlace>,
}

impl<'a> Search<'a> {
    /// The named claims of a kind that the token has. Only the first is read.
    fn present(&self, kind: GrantKind) -> impl Iterator<Item = (String, &'a str)> {
        reading::sources(self.payload, self.rules, kind)
            .into_iter()
            .filter_map(|source| Some((source.name, source.value?)))
    }

    fn names(&self, kind: GrantKind) -> impl Iterator<Item = String> {
        reading::sources(self.payload, self.rules, kind).into_iter().map(|source| source.name)
    }

    fn other_kinds(&self) -> impl Iterator<Item = GrantKind> {
        KINDS.into_iter().filter(|other| *other != self.kind)
    }

    fn occurrence(&self, claim: &str) -> Option<Occurrence> {
        occurrence(self.kind, claim, self.value)
    }

    /// Whether other issuers use claims with such a name for this kind.
    fn is_likely(&self, place: &ClaimPlace) -> bool {
        let name = place.name.to_lowercase();
        words(self.kind).iter().any(|word| name.contains(word))
    }

    fn unnamed(&self, place: &ClaimPlace) -> String {
        let claim = quoted(&place.name, self.kind, &place.value);
        format!("the token has a claim {claim} that {} does not name", setting(self.kind))
    }

    fn in_the_claim_that_counts(&self) -> Option<Explanation> {
        let (name, claim) = self.present(self.kind).next()?;
        let noun = self.kind.noun();
        let (how, remedy) = match self.occurrence(claim)? {
            Occurrence::OtherCase => (
                "has it in another case",
                format!(
                    "values are case-sensitive: write the {noun} in the policy as the issuer \
                    writes it, or have the issuer write it as in the policy"
                ),
            ),
            Occurrence::WhiteSpace => (
                "has it with white space around it",
                format!("have the issuer write the {noun} without white space around it"),
            ),
            Occurrence::Separated if self.kind == GrantKind::Scope => (
                "has it as part of a scope",
                "have the issuer separate scopes by single spaces (RFC 6749 section 3.3), or write \
                    an array of strings"
                    .to_owned(),
            ),
            Occurrence::Separated => (
                "has it as part of one value",
                format!("a string is one {noun}: have the issuer write an array of strings"),
            ),
            Occurrence::MemberName => (
                "has a member with that name",
                "an object grants nothing: have the issuer write an array of strings".to_owned(),
            ),
            Occurrence::Inside | Occurrence::Granted => (
                "has it inside",
                "have the issuer write an array that contains only strings, or name the inner \
                    array by a JSON Pointer"
                    .to_owned(),
            ),
        };
        Some((format!("the claim {} {how}", quoted(&name, self.kind, claim)), remedy))
    }

    fn in_an_unread_claim(&self) -> Option<Explanation> {
        let mut present = self.present(self.kind);
        let (first, _) = present.next()?;
        let (name, claim) = present.find(|(_, claim)| self.occurrence(claim) == Some(Occurrence::Granted))?;
        let found = format!(
            "it is in the claim {}, which is not read: the token also has \"{}\", and only the \
                first claim is read",
            quoted(&name, self.kind, claim),
            shown(&first)
        );
        Some((found, format!("put {} first in {}", shell_safe(&name), setting(self.kind))))
    }

    /// A string in an arbitrary claim is not taken for a role, but one in a claim with a likely
    /// name is.
    fn in_an_unnamed_claim(&self) -> Option<Explanation> {
        let place = self.places.iter().find(|place| {
            (self.is_likely(place) || place.value.starts_with('['))
                && self.occurrence(&place.value) == Some(Occurrence::Granted)
                && !self.other_kinds().any(|other| self.names(other).any(|name| name == place.name))
        })?;
        let first = match self.present(self.kind).next() {
            Some(_) => ", as the first: only the first claim that a token has is read",
            None => "",
        };
        let remedy = format!(
            "add {} to {}{first}, if only the issuer's administrators can write that claim",
            shell_safe(&place.name),
            setting(self.kind)
        );
        Some((format!("{}, which contains it", self.unnamed(place)), remedy))
    }

    fn as_another_kind(&self) -> Option<Explanation> {
        self.other_kinds().find_map(|other| {
            let (name, claim) = self.present(other).next()?;
            (occurrence(other, claim, self.value) == Some(Occurrence::Granted)).then(|| {
                let (noun, claim) = (other.noun(), quoted(&name, other, claim));
                let found = format!("it is granted as a {noun}, by the claim {claim}");
                (
                    found,
                    format!("require a {noun} in the policy, or add that claim to {}", setting(self.kind)),
                )
            })
        })
    }

    fn in_an_object(&self) -> Option<Explanation> {
        let holds = |place: &&ClaimPlace| {
            matches!(self.occurrence(&place.value), Some(Occurrence::MemberName | Occurrence::Inside))
        };
        let objects =
            self.places.iter().filter(|place| self.is_likely(place) && place.value.starts_with('{'));
        let place = objects.into_iter().find(holds)?;
        let remedy = "an object grants nothing: have the issuer write an array of strings".to_owned();
        Some((format!("{}, which contains it as the name of a member", self.unnamed(place)), remedy))
    }

    /// A claim with a likely name but without the value, if the token has none of the named claims.
    fn in_no_likely_claim(&self) -> Option<Explanation> {
        if self.present(self.kind).next().is_some() {
            return None;
        }
        let grants = |place: &&ClaimPlace| reading::values(self.kind, &place.value).iter().next().is_some();
        let place = self.places.iter().filter(grants).find(|place| self.is_likely(place))?;
        let remedy = format!(
            "add {} to {}, if that is where the issuer writes {}s, and have the issuer grant this \
                one",
            shell_safe(&place.name),
            setting(self.kind),
            self.kind.noun()
        );
        Some((format!("{}, without this value", self.unnamed(place)), remedy))
    }

    fn nowhere(&self) -> Explanation {
        let found = if let Some((name, claim)) = self.present(self.kind).next() {
            format!("the claim {} does not contain it", quoted(&name, self.kind, claim))
        } else {
            let names: Vec<_> = self.names(self.kind).map(|name| format!("\"{}\"", shown(&name))).collect();
            let (setting, names) = (setting(self.kind), names.join(", "));
            format!("the token has none of the claims that {setting} names: {names}")
        };
        (found, not_granted(self.kind).to_owned())
    }
}

fn not_granted(kind: GrantKind) -> &'static str {
    match kind {
        GrantKind::Scope => {
            "have the client request this scope, and the issuer grant it to the client and the user"
        }
        GrantKind::Role => {
            "have the issuer's administrator give the user this role, and the issuer write roles \
                into access tokens"
        }
        GrantKind::Permission => {
            "have the issuer's administrator grant this permission, and the issuer write \
                permissions into access tokens"
        }
    }
}

/// Formats a claim's name and JSON type.
fn quoted(name: &str, kind: GrantKind, claim: &str) -> String {
    format!("\"{}\" ({})", shown(name), form(kind, claim))
}

/// The name of a claim, if it is safe to paste into a shell or a list.
fn shell_safe(name: &str) -> &str {
    let harmless = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':' | '/' | '~');
    if name.chars().all(harmless) { name } else { "that claim" }
}

/// How the value occurs in a claim with this JSON text.
fn occurrence(kind: GrantKind, claim: &str, value: &str) -> Option<Occurrence> {
    let values = reading::values(kind, claim);
    let any = |same: fn(&str, &str) -> bool| values.iter().any(|held| same(held, value));
    if any(|held, value| held == value) {
        return Some(Occurrence::Granted);
    }
    if any(str::eq_ignore_ascii_case) {
        return Some(Occurrence::OtherCase);
    }
    if any(|held, value| held.trim() == value) {
        return Some(Occurrence::WhiteSpace);
    }
    let is_separator = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | '+');
    if values.iter().any(|held| held.split(is_separator).any(|part| part == value)) {
        return Some(Occurrence::Separated);
    }
    match serde_json::from_str(claim) {
        Ok(Value::Object(members)) if members.contains_key(value) => Some(Occurrence::MemberName),
        Ok(found @ (Value::Object(_) | Value::Array(_))) if is_inside(&found, value) => {
            Some(Occurrence::Inside)
        }
        _ => None,
    }
}

/// Whether the value is in nested JSON. Parsing the token limited the depth.
fn is_inside(found: &Value, value: &str) -> bool {
    match found {
        Value::String(text) => text == value,
        Value::Array(items) => items.iter().any(|item| is_inside(item, value)),
        Value::Object(members) => members.values().any(|member| is_inside(member, value)),
        _ => false,
    }
}

/// The claims that could contain a grant, and the members of those that are objects.
fn places(payload: &Object<'_>) -> Vec<ClaimPlace> {
    let mut found = Vec::new();
    for (name, value) in payload.members().filter(|(name, _)| !NOT_FOR_GRANTS.contains(name)) {
        // A name that begins with a slash would be read as a JSON Pointer.
        let written = if name.starts_with('/') { pointer([name]) } else { name.to_owned() };
        found.push(ClaimPlace { name: written, value: value.to_owned() });
        if value.starts_with('{')
            && let Ok(inner) = serde_json::from_str(value)
        {
            inside(&inner, &pointer([name]), 1, &mut found);
        }
    }
    found
}

fn inside(object: &Value, path: &str, depth: usize, found: &mut Vec<ClaimPlace>) {
    let Value::Object(members) = object else { return };
    for (name, value) in members {
        if depth > MAX_DEPTH || found.len() >= MAX_PLACES {
            return;
        }
        let path = format!("{path}{}", pointer([name.as_str()]));
        found.push(ClaimPlace { name: path.clone(), value: value.to_string() });
        inside(value, &path, depth + 1, found);
    }
}
