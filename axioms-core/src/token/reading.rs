//! How a payload's claims are read as scopes, roles and permissions, step by step, for a diagnosis that explains the
//! outcome. The outcome itself is [`Granted`](super::granted::Granted).

use super::granted::GrantValues;
use super::issuer_policy::IssuerPolicy;
use crate::json::Object;
use crate::policy::GrantKind;

/// A claim that the configuration names.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    /// Its name, as the configuration writes it.
    pub(crate) name: String,
    /// What the payload has there, as JSON text.
    pub(crate) value: Option<&'a str>,
}

/// The claims that the configuration names for this kind, in its order: the first that the payload has counts.
pub(crate) fn sources<'a>(payload: &Object<'a>, rules: &IssuerPolicy, kind: GrantKind) -> Vec<Source<'a>> {
    let names = match kind {
        GrantKind::Scope => &rules.scope_claims,
        GrantKind::Role => &rules.roles_claims,
        GrantKind::Permission => &rules.permissions_claims,
    };
    names.each(payload).map(|(name, value)| Source { name: name.to_owned(), value }).collect()
}

/// An RFC 6901 JSON Pointer of these reference tokens.
pub(crate) fn pointer<'t>(tokens: impl IntoIterator<Item = &'t str>) -> String {
    let escaped = |token: &str| token.replace('~', "~0").replace('/', "~1");
    tokens.into_iter().flat_map(|token| ["/".to_owned(), escaped(token)]).collect()
}

/// What a claim of this JSON text grants, if it is the one that counts.
pub(crate) fn values(kind: GrantKind, claim: &str) -> GrantValues {
    match kind {
        GrantKind::Scope => GrantValues::scopes(claim),
        GrantKind::Role | GrantKind::Permission => GrantValues::names(claim),
    }
}
