//! The findings as plain data. The field names are those of the JSON that `axioms doctor --json`
//! prints, and are stable.

use serde::Serialize;

/// The findings of a diagnosis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Whether every issuer is [`IssuerReport::ok`], the token, if any, is valid, and the policy,
    /// if any, is met.
    pub ok: bool,
    /// Every issuer, in the order of configuration.
    pub issuers: Vec<IssuerReport>,
    /// The token, if one was given.
    pub token: Option<TokenReport>,
}

/// The findings about a trusted issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IssuerReport {
    /// Its identifier; its JWK Set URL if it has none or more than one.
    pub issuer: String,
    /// Whether its keys are available and its clock agrees.
    pub ok: bool,
    /// The accepted audiences of its tokens.
    pub audiences: Vec<String>,
    /// The accepted signature algorithms of its tokens.
    pub algorithms: Vec<&'static str>,
    /// The locations of its metadata that were tried, in order; empty if the JWK Set URL is
    /// configured.
    pub discovery: Vec<Location>,
    /// The URL of its keys, if it was found.
    pub jwks_url: Option<String>,
    /// The keys of its JWK Set, in order. The validator reads the first 100; one more entry
    /// represents the rest.
    pub keys: Vec<KeyReport>,
    /// The comparison of its clock with this machine's.
    pub clock: ClockReport,
    /// Why its keys are unavailable.
    pub fault: Option<FaultReport>,
}

/// A possible location of an issuer's metadata (OpenID Connect Discovery section 4, RFC 8414
/// section 3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Location {
    /// Its URL.
    pub url: String,
    /// Whether it has metadata.
    pub found: bool,
    /// Its answer, in words.
    pub answer: String,
}

/// A key of a JWK Set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyReport {
    /// Its index in the set, from 0.
    pub index: usize,
    /// `kid`, if it has one.
    pub kid: Option<String>,
    /// The only issuer whose tokens it verifies, if the JWK names one. `{tenantid}` is the
    /// placeholder for a token's tenant.
    pub issuer: Option<String>,
    /// The algorithms that it is used for; empty if it is skipped.
    pub algorithms: Vec<&'static str>,
    /// Why it is skipped.
    pub skipped: Option<String>,
}

/// The difference between this machine's clock and an issuer's, measured by the `Date` of its
/// answers (RFC 9110 section 6.6.1), which has a resolution of one second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClockReport {
    /// Whether the difference is within the leeway; true if it is unknown.
    pub ok: bool,
    /// By how many seconds this machine's clock is ahead of the issuer's; negative if it is behind,
    /// and `None` if no answer had a `Date`.
    pub ahead_seconds: Option<i64>,
    /// The configured leeway, in seconds.
    pub leeway_seconds: u64,
    /// How to fix the difference.
    pub remedy: Option<String>,
}

/// Why an issuer's keys are unavailable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FaultReport {
    /// What went wrong.
    pub what: String,
    /// How to fix it.
    pub remedy: String,
}

/// The findings about a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TokenReport {
    /// Whether a validator with this configuration accepts it.
    pub valid: bool,
    /// The cause of the refusal: [`RefusalCause::name`](crate::RefusalCause::name), as in logs and
    /// counters.
    pub cause: Option<&'static str>,
    /// The reason of the refusal, in words.
    pub reason: Option<String>,
    /// Every check, in the order in which a validator makes them. At most one has failed.
    pub checks: Vec<Check>,
    /// What it grants: its scopes, roles and permissions, in this order. Empty if it is refused.
    pub grants: Vec<GrantReport>,
    /// The evaluation of the policy, if one was given and the token is valid.
    pub policy: Option<PolicyReport>,
}

/// The grants of one kind, and the claim that they are read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GrantReport {
    /// `scopes`, `roles` or `permissions`.
    pub kind: &'static str,
    /// The environment variable that names the claims for this kind.
    pub setting: &'static str,
    /// The granted values.
    pub values: Vec<String>,
    /// The claim that is read: the first named claim that the token has.
    pub claim: Option<String>,
    /// The JSON type of that claim, in words, and whether it can grant anything.
    pub form: Option<String>,
    /// The named claims that the token does not have.
    pub absent: Vec<String>,
    /// Further named claims that the token has, which are not read.
    pub unread: Vec<String>,
}

/// Whether a valid token meets a policy, as a validator evaluates it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PolicyReport {
    /// Whether the request would be allowed; otherwise the answer would be 403.
    pub met: bool,
    /// The method of the request.
    pub method: String,
    /// The policy, in words.
    pub policy: String,
    /// The demands for this method. Each must be met.
    pub demands: Vec<DemandReport>,
}

/// One demand of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DemandReport {
    /// The demand, in words.
    pub demand: String,
    /// Whether the token meets it.
    pub met: bool,
    /// The values that the token lacks. If any one of several is enough, all of them are listed.
    pub missing: Vec<MissingReport>,
}

/// A scope, role or permission that a token does not grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MissingReport {
    /// `scope`, `role` or `permission`.
    pub kind: &'static str,
    /// The demanded value.
    pub value: String,
    /// What the token has instead.
    pub found: String,
    /// How to fix it.
    pub remedy: String,
}

/// One check of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// The stable name, such as `aud`.
    pub name: &'static str,
    /// What is checked, in words.
    pub title: &'static str,
    /// The outcome.
    pub status: Status,
    /// What the configuration expects.
    pub expected: Option<String>,
    /// What the token has.
    pub found: Option<String>,
    /// How to fix it, if it failed.
    pub remedy: Option<String>,
}

/// The outcome of a [`Check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// The check passed.
    Passed,
    /// The check failed, so the token is refused.
    Failed,
    /// An earlier check failed.
    NotReached,
}
