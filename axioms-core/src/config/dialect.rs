//! How the access tokens of an identity provider differ from RFC 9068.

use std::borrow::Cow;

use crate::token::claim_name::RequiredClaim;

/// How the access tokens of an issuer differ from RFC 9068. The default does not differ.
#[derive(Debug, Clone)]
pub(super) struct Dialect {
    pub(super) audience_claims: &'static [&'static str],
    pub(super) mark: Option<RequiredClaim>,
    pub(super) scope_claim: &'static str,
    pub(super) roles_claim: Cow<'static, str>,
}

impl Dialect {
    /// Whether it equals the dialect without a preset.
    pub(super) fn is_plain(&self) -> bool {
        let Self { audience_claims, mark, scope_claim, roles_claim } = self;
        *audience_claims == ["aud"] && mark.is_none() && *scope_claim == "scope" && roles_claim == "roles"
    }
}

impl Default for Dialect {
    fn default() -> Self {
        Self { audience_claims: &["aud"], mark: None, scope_claim: "scope", roles_claim: "roles".into() }
    }
}
