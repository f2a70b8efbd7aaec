//! The findings, as plain data: the field names are those of the JSON that `axioms doctor --json` prints, and stable.

use serde::Serialize;

/// What a validator of a configuration finds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Diagnosis {
    /// Whether every issuer is [`IssuerReport::ok`], the token, if there is one, is valid, and the policy, if there is one,
    /// is met.
    pub ok: bool,
    /// Every issuer of the configuration, in its order.
    pub issuers: Vec<IssuerReport>,
    /// The token, if one was given.
    pub token: Option<TokenReport>,
}

/// An issuer that is trusted, and what was found there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct IssuerReport {
    /// Its identifier; its JWK Set URL where there is none or more than one.
    pub issuer: String,
    /// Whether its keys are available and its clock agrees.
    pub ok: bool,
    /// The audiences that its tokens may name.
    pub audiences: Vec<String>,
    /// The algorithms that its tokens may be signed with.
    pub algorithms: Vec<&'static str>,
    /// Where its metadata was looked for, in order; empty where the JWK Set URL is configured.
    pub discovery: Vec<Location>,
    /// Where its keys are, unless that could not be found out.
    pub jwks_url: Option<String>,
    /// Every key of its JWK Set, in order. The validator looks at the first hundred; one entry more stands for the rest.
    pub keys: Vec<KeyReport>,
    /// Its clock and this machine's.
    pub clock: ClockReport,
    /// Why its keys are unavailable.
    pub fault: Option<FaultReport>,
}

/// A location at which an issuer's metadata was looked for (OpenID Connect Discovery section 4, RFC 8414 section 3.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Location {
    /// Its URL.
    pub url: String,
    /// Whether metadata is there.
    pub found: bool,
    /// What it answered, in words.
    pub answer: String,
}

/// A key of a JWK Set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct KeyReport {
    /// Its place in the set, from 0.
    pub index: usize,
    /// `kid`, where it has one.
    pub kid: Option<String>,
    /// The issuer whose tokens alone it verifies, where the JWK names one. `{tenantid}` stands for a token's tenant.
    pub issuer: Option<String>,
    /// The algorithms that it serves; none if it is skipped.
    pub algorithms: Vec<&'static str>,
    /// Why it is skipped.
    pub skipped: Option<String>,
}

/// How far this machine's clock and an issuer's are apart, by the `Date` of its answers (RFC 9110 section 6.6.1), which
/// is exact to the second.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ClockReport {
    /// Whether the difference is within the leeway; true as well where it is not known.
    pub ok: bool,
    /// By how many seconds this machine's clock is ahead of the issuer's; negative where it is behind, and `None` where
    /// no answer had a `Date`.
    pub ahead_seconds: Option<i64>,
    /// The leeway of the configuration, in seconds.
    pub leeway_seconds: u64,
    /// What to do about the difference.
    pub remedy: Option<String>,
}

/// Why an issuer's keys are unavailable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct FaultReport {
    /// What went wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

/// What became of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct TokenReport {
    /// Whether a validator of this configuration accepts it.
    pub valid: bool,
    /// Why not: [`RefusalCause::name`](crate::RefusalCause::name), which logs and counters have too.
    pub cause: Option<&'static str>,
    /// The same in words.
    pub reason: Option<String>,
    /// Every check in the order in which a validator makes them, of which one at most has failed.
    pub checks: Vec<Check>,
    /// What it grants: its scopes, roles and permissions, in this order. Empty where it is refused.
    pub grants: Vec<GrantReport>,
    /// Whether it meets the policy, where one was given and the token is valid.
    pub policy: Option<PolicyReport>,
}

/// What a valid token grants of one kind, and where that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct GrantReport {
    /// `scopes`, `roles` or `permissions`.
    pub kind: &'static str,
    /// The variable that names the claims which may grant them.
    pub setting: &'static str,
    /// What is granted.
    pub values: Vec<String>,
    /// The claim that counts: the first of the named ones that the token has.
    pub claim: Option<String>,
    /// The JSON type of that claim, in words, and whether it counts.
    pub form: Option<String>,
    /// The named claims that the token does not have.
    pub absent: Vec<String>,
    /// The named claims that the token has as well, and that are not read.
    pub unread: Vec<String>,
}

/// Whether a valid token meets a policy, by the validator's own evaluation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PolicyReport {
    /// Whether the request would pass; 403 otherwise.
    pub met: bool,
    /// The method of the request.
    pub method: String,
    /// The policy in words.
    pub policy: String,
    /// What it demands of this method, each of which must be met.
    pub demands: Vec<DemandReport>,
}

/// One demand of a policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct DemandReport {
    /// The demand in words.
    pub demand: String,
    /// Whether the token meets it.
    pub met: bool,
    /// What the token lacks for it. Where the demand is for any one of several, each is listed.
    pub missing: Vec<MissingReport>,
}

/// A scope, role or permission that a token does not grant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct MissingReport {
    /// `scope`, `role` or `permission`.
    pub kind: &'static str,
    /// The value that is demanded.
    pub value: String,
    /// What the token has instead.
    pub found: String,
    /// What to do.
    pub remedy: String,
}

/// One check of a token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Check {
    /// Its stable name, such as `aud`.
    pub name: &'static str,
    /// What is checked, in words.
    pub title: &'static str,
    /// Its outcome.
    pub status: Status,
    /// What the configuration expects.
    pub expected: Option<String>,
    /// What the token has.
    pub found: Option<String>,
    /// What to do, where it has failed.
    pub remedy: Option<String>,
}

/// The outcome of a [`Check`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Status {
    /// It has passed.
    Passed,
    /// It has failed, and the token is refused for it.
    Failed,
    /// An earlier check has failed.
    NotReached,
}
