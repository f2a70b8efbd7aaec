//! Explains step by step how a payload's claims are read as scopes, roles and permissions, for a
//! diagnosis. The outcome itself is [`Granted`](super::granted::Granted).

use super::granted::GrantValues;
use super::issuer_policy::IssuerPolicy;
use crate::json::Object;
use crate::policy::GrantKind;

/// A configured claim.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    /// Its configured name.
    pub(crate) name: String,
    /// Its value in the payload, as JSON text.
    pub(crate) value: Option<&'a str>,
}

/// The configured claims for this kind, in order. The first that the payload has is used.
pub(crate) fn sources<'a>(payload: &Object<'a>, rules: &IssuerPolicy, kind: GrantKind) -> Vec<Source<'a>> {
    let names = match kind {
        GrantKind::Scope => &rules.scope_claims,
        GrantKind::Role => &rules.roles_claims,
        GrantKind::Permission => &rules.permissions_claims,
    };
    names.each(payload).map(|(name, value)| Source { name: name.to_owned(), value }).collect()
}

/// Builds an RFC 6901 JSON Pointer from these reference tokens.
pub(crate) fn pointer<'t>(tokens: impl IntoIterator<Item = &'t str>) -> String {
    let escaped = |token: &str| token.replace('~', "~0").replace('/', "~1");
    tokens.into_iter().flat_map(|token| ["/".to_owned(), escaped(token)]).collect()
}

/// What a claim with this JSON text grants if it is used.
pub(crate) fn values(kind: GrantKind, claim: &str) -> GrantValues {
    match kind {
        GrantKind::Scope => GrantValues::scopes(claim),
        GrantKind::Role | GrantKind::Permission => GrantValues::names(claim),
    }
}
