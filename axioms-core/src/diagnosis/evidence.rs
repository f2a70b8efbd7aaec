//! The expected and found values of each check, as text. They explain the outcome of a check and do
//! not influence it.

use std::borrow::Cow;
use std::time::Duration;

use super::examined::Examined;
use super::steps::Step;
use super::text::{calendar, moment, quoted, span};
use crate::jose::compact::MAX_TOKEN_BYTES;
use crate::json::{Date, Object};
use crate::refusal::{Claim, InvalidToken};
use crate::text::shown;
use crate::token::issuer_policy::{IssuerPolicy, Issuers, Tenant};

/// Everything that a report can show.
pub(super) struct Evidence<'a> {
    pub(super) token: &'a str,
    header: Option<Object<'a>>,
    payload: Option<Object<'a>>,
    pub(super) issuers: &'a [Examined],
    /// The issuer that the token's `iss` selects.
    pub(super) selected: Option<&'a Examined>,
    pub(super) now: Duration,
}

/// The expected and the found value.
pub(super) type Pair = (Option<String>, Option<String>);

impl<'a> Evidence<'a> {
    pub(super) fn new(
        token: &'a str,
        header: Option<&'a str>,
        payload: Option<&'a str>,
        issuers: &'a [Examined],
        selected: Option<&'a Examined>,
        now: Duration,
    ) -> Self {
        let object = |text: Option<&'a str>| Object::parse(text?).ok();
        Self { token, header: object(header), payload: object(payload), issuers, selected, now }
    }

    pub(super) fn rules(&self) -> Option<&'a IssuerPolicy> {
        self.selected.map(|issuer| &issuer.rules)
    }

    /// The number of segments in the token's text.
    pub(super) fn segments(&self) -> usize {
        self.token.split('.').count()
    }

    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        self.header.as_ref()?.string(name).ok().flatten().map(Cow::into_owned)
    }

    pub(super) fn claim(&self, name: &str) -> Option<String> {
        self.payload.as_ref()?.string(name).ok().flatten().map(Cow::into_owned)
    }

    /// The value of a claim as JSON text.
    pub(super) fn raw(&self, name: &str) -> Option<&'a str> {
        self.payload.as_ref()?.raw(name)
    }

    pub(super) fn payload(&self) -> Option<&Object<'a>> {
        self.payload.as_ref()
    }

    pub(super) fn date(&self, name: &str) -> Option<Duration> {
        self.payload.as_ref()?.date(name).ok().flatten().map(Date::since_1970)
    }

    /// The claim that is read as the token's audience.
    pub(super) fn audience_claim(&self) -> Option<&'static str> {
        let payload = self.payload.as_ref()?;
        self.rules()?.audience_claims.iter().copied().find(|claim| payload.has(claim))
    }

    /// What was found if the token was refused for this reason, for checks that show nothing when
    /// they pass.
    pub(super) fn fault(&self, reason: InvalidToken) -> Option<String> {
        match reason {
            InvalidToken::NotAnAccessToken(kind) => Some(kind.to_string()),
            InvalidToken::TooComplex(part) => {
                Some(format!("too many members, values, escapes or levels in the {part}"))
            }
            InvalidToken::SenderConstrained => Some(format!("cnf {}", self.in_payload("cnf"))),
            InvalidToken::ClaimMalformed(Claim::SUB) => Some(self.in_payload("sub")),
            InvalidToken::Signature => Some("a signature that does not verify".to_owned()),
            _ => None,
        }
    }

    /// The expected and found values of a step that was reached.
    pub(super) fn of(&self, step: Step) -> Pair {
        let Some(rules) = self.rules() else { return self.before_selection(step) };
        let some = |expected: String, found: String| (Some(expected), Some(found));
        match step {
            Step::Size | Step::Shape | Step::Json | Step::Selection => self.before_selection(step),
            Step::Parameters => some("none of crit, b64 and zip".to_owned(), self.refused_parameters()),
            Step::Algorithm => some(
                rules.algorithms.iter().map(|algorithm| algorithm.name()).collect::<Vec<_>>().join(", "),
                self.in_header("alg"),
            ),
            Step::Type => some(types(rules), self.in_header("typ")),
            Step::Content => some("no cty, or one that is not JWT".to_owned(), self.in_header("cty")),
            Step::KeyId => some("a string, or none".to_owned(), self.in_header("kid")),
            Step::Issuer => some(issuers(&rules.issuer), self.issuer(rules)),
            Step::Audience => some(
                format!("one of {}", quoted(rules.audiences.iter().map(AsRef::as_ref))),
                self.in_payload(self.audience_claim().unwrap_or("aud")),
            ),
            Step::Kind => (Some(kind(rules)), None),
            Step::Dates => some(
                "numbers of seconds since 1970; exp is required".to_owned(),
                ["exp", "nbf", "iat"].map(|claim| format!("{claim} {}", self.in_payload(claim))).join(", "),
            ),
            Step::Expiry => (
                self.now.checked_sub(rules.leeway).map(|earliest| format!("after {}", calendar(earliest))),
                self.moment("exp"),
            ),
            Step::NotBefore => some(self.latest(rules), self.moment("nbf").unwrap_or_else(absent)),
            Step::IssuedAt => some(
                format!("{}, and before exp", self.latest(rules)),
                self.moment("iat").unwrap_or_else(absent),
            ),
            Step::Lifetime => (
                Some(
                    rules
                        .max_lifetime
                        .map_or_else(|| "any".to_owned(), |longest| format!("at most {}", span(longest))),
                ),
                self.date("exp").zip(self.date("iat")).map(|(exp, iat)| span(exp.saturating_sub(iat))),
            ),
            Step::Subject => {
                (Some("a string without control and bidirectional characters, or none".to_owned()), None)
            }
            Step::Profile => self.profile(rules),
            Step::Key => {
                (Some(format!("{} for {}", self.key(), self.in_header("alg"))), Some(self.published()))
            }
            Step::Signature => (Some(format!("a signature by {}", self.key())), None),
        }
    }

    /// The steps before an issuer is selected.
    fn before_selection(&self, step: Step) -> Pair {
        match step {
            Step::Size => (
                Some(format!("at most {MAX_TOKEN_BYTES} bytes")),
                Some(format!("{} bytes", self.token.len())),
            ),
            Step::Shape => (
                Some("3 segments of base64url without padding, none empty".to_owned()),
                Some(match self.segments() {
                    1 => "1 segment".to_owned(),
                    count => format!("{count} segments"),
                }),
            ),
            Step::Json => (
                Some("one object each, with unique members at every depth and limited size".to_owned()),
                match (&self.header, &self.payload) {
                    (Some(header), Some(payload)) => Some(format!(
                        "{} parameters, {} claims",
                        header.members().count(),
                        payload.members().count()
                    )),
                    (None, Some(_)) => Some("the header is not one".to_owned()),
                    (Some(_), None) => Some("the payload is not one".to_owned()),
                    (None, None) => None,
                },
            ),
            Step::Selection => {
                let known =
                    self.issuers.iter().map(|issuer| issuers(&issuer.rules.issuer)).collect::<Vec<_>>();
                (Some(known.join(", or ")), Some(self.in_payload("iss")))
            }
            _ => (None, None),
        }
    }

    fn in_header(&self, name: &str) -> String {
        self.header.as_ref().and_then(|header| header.raw(name)).map_or_else(absent, shown)
    }

    fn in_payload(&self, name: &str) -> String {
        self.payload.as_ref().and_then(|payload| payload.raw(name)).map_or_else(absent, shown)
    }

    fn refused_parameters(&self) -> String {
        let there = |name: &&str| self.header.as_ref().is_some_and(|header| header.has(name));
        let found: Vec<_> = ["crit", "b64", "zip"].into_iter().filter(there).collect();
        if found.is_empty() { "none".to_owned() } else { found.join(", ") }
    }

    /// `iss`, and `tid` if it is checked too.
    fn issuer(&self, rules: &IssuerPolicy) -> String {
        let iss = self.in_payload("iss");
        let shared = matches!(&rules.issuer, Issuers::These(tenants) if tenants.listed().iter().any(|tenant| tenant.tid.is_some()));
        if shared { format!("{iss}, tid {}", self.in_payload("tid")) } else { iss }
    }

    fn latest(&self, rules: &IssuerPolicy) -> String {
        format!("not after {}", calendar(self.now.saturating_add(rules.leeway)))
    }

    fn moment(&self, claim: &str) -> Option<String> {
        self.date(claim).map(|date| moment(date, self.now))
    }

    fn profile(&self, rules: &IssuerPolicy) -> Pair {
        const CLAIMS: [&str; 5] = ["iss", "sub", "client_id", "jti", "iat"];
        if !rules.require_profile {
            return (Some("nothing; AXIOMS_STRICT_TYP is off".to_owned()), None);
        }
        let lacks = |claim: &&str| !self.payload.as_ref().is_some_and(|payload| payload.has(claim));
        let missing: Vec<_> = CLAIMS.into_iter().filter(lacks).collect();
        let found =
            if missing.is_empty() { "all".to_owned() } else { format!("no {}", missing.join(", no ")) };
        (Some(CLAIMS.join(", ")), Some(found))
    }

    /// The key that the token names.
    fn key(&self) -> String {
        match self.parameter("kid") {
            Some(kid) => format!("the key {}", quoted([&*kid])),
            None => "the issuer's only key".to_owned(),
        }
    }

    /// The usable keys of the selected issuer.
    fn published(&self) -> String {
        let keys = self.selected.iter().flat_map(|issuer| &issuer.report.keys);
        let usable: Vec<_> = keys
            .filter(|key| key.skipped.is_none())
            .map(|key| {
                let kid = key.kid.as_deref().map_or_else(|| "no kid".to_owned(), |kid| format!("\"{kid}\""));
                let algorithms = key.algorithms.join(", ");
                match &key.issuer {
                    Some(issuer) => format!("{kid} ({algorithms}; only for tokens of \"{issuer}\")"),
                    None => format!("{kid} ({algorithms})"),
                }
            })
            .collect();
        if usable.is_empty() { "no usable key".to_owned() } else { usable.join(", ") }
    }
}

fn absent() -> String {
    "none".to_owned()
}

fn issuers(issuers: &Issuers) -> String {
    match issuers {
        Issuers::Any => "any".to_owned(),
        Issuers::These(tenants) => {
            let with_tid = |tenant: &Tenant| match &tenant.tid {
                Some(tid) => format!("{}, tid {}", quoted([&*tenant.iss]), quoted([&**tid])),
                None => quoted([&*tenant.iss]),
            };
            tenants.listed().iter().map(with_tid).collect::<Vec<_>>().join(", or ")
        }
    }
}

fn types(rules: &IssuerPolicy) -> String {
    let types = quoted(rules.types.iter().map(AsRef::as_ref));
    if rules.accepts_untyped() { format!("one of {types}, or none") } else { types }
}

fn kind(rules: &IssuerPolicy) -> String {
    const ANY: &str = "no ID, refresh or logout token, no security event, no DPoP proof, \
        no status list, and no cnf";
    let required = rules.required_claims.iter().map(|claim| match &claim.value {
        Some(value) => format!("; {} \"{value}\"", claim.name.text),
        None => format!("; the claim {}", claim.name.text),
    });
    std::iter::once(ANY.to_owned()).chain(required).collect()
}
