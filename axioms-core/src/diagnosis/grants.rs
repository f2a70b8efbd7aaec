//! What a valid token grants, from which claims, and the JSON types of these claims.

use super::report::GrantReport;
use crate::json::{Object, string, strings};
use crate::policy::GrantKind;
use crate::text::shown;
use crate::token::AccessToken;
use crate::token::issuer_policy::IssuerPolicy;
use crate::token::reading::{self, Source};

pub(super) const KINDS: [GrantKind; 3] = GrantKind::ALL;

pub(super) fn of(token: &AccessToken, payload: &Object<'_>, rules: &IssuerPolicy) -> Vec<GrantReport> {
    KINDS.into_iter().map(|kind| report(kind, token, &reading::sources(payload, rules, kind))).collect()
}

fn report(kind: GrantKind, token: &AccessToken, sources: &[Source<'_>]) -> GrantReport {
    let counts = sources.iter().find_map(|source| Some((source, source.value?)));
    let names = |present: bool| {
        let of = sources.iter().filter(move |source| source.value.is_some() == present);
        of.map(|source| shown(&source.name))
    };
    let (name, values): (_, Vec<String>) = match kind {
        GrantKind::Scope => ("scopes", token.scopes().map(shown).collect()),
        GrantKind::Role => ("roles", token.roles().map(shown).collect()),
        GrantKind::Permission => ("permissions", token.permissions().map(shown).collect()),
    };
    GrantReport {
        kind: name,
        setting: setting(kind),
        values,
        claim: counts.map(|(source, _)| shown(&source.name)),
        form: counts.map(|(_, value)| form(kind, value)),
        absent: names(false).collect(),
        unread: names(true).skip(1).collect(),
    }
}

/// The environment variable that names the claims of this kind.
pub(super) const fn setting(kind: GrantKind) -> &'static str {
    match kind {
        GrantKind::Scope => "AXIOMS_SCOPE_CLAIMS",
        GrantKind::Role => "AXIOMS_ROLES_CLAIMS",
        GrantKind::Permission => "AXIOMS_PERMISSIONS_CLAIMS",
    }
}

/// Describes the JSON type of a claim, and whether it can grant anything.
pub(super) fn form(kind: GrantKind, value: &str) -> String {
    let nothing = |what: &str| format!("{what}: grants nothing");
    match value.as_bytes().first() {
        Some(b'"') if string(value).is_ok_and(|text| text.trim().is_empty()) => nothing("empty string"),
        Some(b'"') => match (kind, reading::values(kind, value).iter().count()) {
            (GrantKind::Scope, 1) => "string of 1 scope".to_owned(),
            (GrantKind::Scope, count) => format!("string of {count} scopes"),
            (GrantKind::Role | GrantKind::Permission, _) => format!("string, read as one {}", kind.noun()),
        },
        Some(b'[') => match strings(value).map(|values| values.len()) {
            Ok(0) => nothing("empty array"),
            Ok(_) => "array of strings".to_owned(),
            Err(_) => nothing("array with values other than strings"),
        },
        Some(b'{') => nothing("object"),
        Some(b't' | b'f') => nothing("boolean"),
        Some(b'n') => nothing("null"),
        _ => nothing("number"),
    }
}
