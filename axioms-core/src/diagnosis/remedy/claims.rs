//! Remedies for claims that are missing, malformed or different from the expected ones.

use std::time::Duration;

use super::super::evidence::Evidence;
use super::slip::slip;
use crate::json::{identifiers, string, strings};
use crate::refusal::{Claim, InvalidToken, RefusalCause};
use crate::token::issuer_policy::Issuers;

pub(super) fn issuer(cause: &RefusalCause, evidence: &Evidence<'_>) -> String {
    let fixed = match cause {
        RefusalCause::InvalidToken(InvalidToken::ClaimMissing(Claim::TID)) => Some(
            "the token does not name its tenant: have the issuer write tid, as Entra does in \
                tokens for users and for applications",
        ),
        RefusalCause::InvalidToken(InvalidToken::ClaimMalformed(Claim::TID)) => {
            Some("have the issuer write tid as one string")
        }
        RefusalCause::InvalidToken(
            InvalidToken::ClaimMissing(Claim::ISS) | InvalidToken::ClaimMalformed(_),
        ) => Some("have the issuer write iss as one string"),
        _ => None,
    };
    fixed.map_or_else(|| other_issuer(evidence), str::to_owned)
}

fn other_issuer(evidence: &Evidence<'_>) -> String {
    let tenants = evidence.issuers.iter().filter_map(|issuer| match &issuer.rules.issuer {
        Issuers::These(tenants) => Some(tenants.listed()),
        Issuers::Any => None,
    });
    let tenants: Vec<_> = tenants.flatten().collect();
    let found = evidence.claim("iss").unwrap_or_default();
    // Keys are fetched only over https, so they cannot be discovered from an http issuer.
    let http = if found.starts_with("http://") {
        "; since its iss is an http URL, AXIOMS_JWKS_URL must be the https URL of its keys (for \
            ADFS https://HOST/adfs/discovery/keys)"
    } else {
        ""
    };
    if tenants.iter().any(|tenant| {
        tenant.iss.split_once("/.well-known").is_some_and(|(issuer, _)| issuer == found.trim_end_matches('/'))
    }) {
        return "AXIOMS_ISS_URL names a document of the issuer, not the issuer: remove \
            /.well-known/ and everything after it"
            .to_owned();
    }
    if let Some(differ) = tenants.iter().find_map(|tenant| slip(&tenant.iss, &found)) {
        // Metadata that names the configured issuer would not name the token's, so its keys could
        // not be discovered.
        let by_metadata = evidence.issuers.iter().any(|issuer| {
            issuer.report.fault.is_none() && issuer.report.discovery.iter().any(|place| place.found)
        });
        let keys = if by_metadata && http.is_empty() {
            ", and AXIOMS_JWKS_URL to the URL where the keys were found, since the issuer's \
                metadata names the configured issuer"
        } else {
            http
        };
        return format!(
            "the two differ only in {differ}: set AXIOMS_ISS_URL to exactly what the token \
                has{keys}"
        );
    }
    if tenants.iter().any(|tenant| tenant.tid.is_some()) {
        return "the token is from another tenant: get one from a trusted tenant, or add its tenant \
            to AXIOMS_TENANTS; iss and tid must name the same tenant"
            .to_owned();
    }
    let several = if evidence.issuers.len() > 1 { ", or add it to the validator's issuers" } else { "" };
    format!(
        "the token is from another issuer, often that of another environment or tenant: get one \
            from a trusted issuer, or, if you trust that issuer, set AXIOMS_ISS_URL to exactly \
            what the token has{several}{http}"
    )
}

/// The audience of an Entra token if the client requested only the user's profile.
const GRAPH: [&str; 2] = ["00000003-0000-0000-c000-000000000000", "https://graph.microsoft.com"];

pub(super) fn audience(evidence: &Evidence<'_>) -> String {
    let Some((claim, raw)) = evidence.audience_claim().and_then(|claim| Some((claim, evidence.raw(claim)?)))
    else {
        return "the token names no audience: have the client ask for this API (audience or \
            resource), and the issuer write it into aud"
            .to_owned();
    };
    let Ok(found) = identifiers(raw) else {
        return match strings(raw) {
            Ok(_) => format!("have the issuer write at most 128 audiences into {claim}"),
            Err(_) => format!(
                "have the issuer write {claim} as a string, or as an array that contains only \
                    strings (RFC 7519 section 4.1.3)"
            ),
        };
    };
    if found.iter().all(|found| found.is_empty()) {
        return format!(
            "{claim} is empty: have the client ask for this API (audience or resource), and the \
                issuer write it into aud"
        );
    }
    let expected = evidence.rules().map(|rules| &*rules.audiences).unwrap_or_default();
    let differ = expected.iter().find_map(|expected| found.iter().find_map(|found| slip(expected, found)));
    if let Some(differ) = differ {
        return format!(
            "the two differ only in {differ}: set AXIOMS_AUDIENCE to exactly what the token has, \
                or change the API's identifier at the issuer to the expected audience"
        );
    }
    if found.iter().any(|found| GRAPH.contains(&found.trim_end_matches('/'))) {
        return "the token is for Microsoft Graph: have the client ask for a scope of this API, \
            such as api://CLIENT_ID/.default"
            .to_owned();
    }
    "if the token is meant for this API, set AXIOMS_AUDIENCE to what it has in aud; if not, have \
        the client request the expected audience (audience or resource), and register it at the \
        issuer"
        .to_owned()
}

/// Recognizes known mistakes in the form of the dates.
pub(super) fn dates(evidence: &Evidence<'_>) -> Option<String> {
    let present = ["exp", "nbf", "iat"].into_iter().filter_map(|claim| Some((claim, evidence.raw(claim)?)));
    let present: Vec<_> = present.collect();
    let of = |wrong: fn(&str) -> bool| {
        let claims: Vec<_> = present.iter().filter(|(_, raw)| wrong(raw)).map(|(claim, _)| *claim).collect();
        (!claims.is_empty()).then(|| claims.join(", "))
    };
    let unit = |unit: &str, claims: String| {
        format!(
            "these are {unit}: {claims}; have the issuer write seconds (NumericDate, RFC 7519 \
            section 2)"
        )
    };
    let milliseconds = of(|raw| is_between(raw, 1e12, 1e14)).map(|claims| unit("milliseconds", claims));
    let microseconds = || of(|raw| is_between(raw, 1e14, 1e17)).map(|claims| unit("microseconds", claims));
    let nanoseconds = || of(|raw| is_between(raw, 1e17, 1e20)).map(|claims| unit("nanoseconds", claims));
    let text = || {
        let claims = of(|raw| raw.starts_with('"'))?;
        Some(format!(
            "these are strings: {claims}; have the issuer write JSON numbers of seconds since \
                1970, without quotes"
        ))
    };
    let missing = || {
        evidence.raw("exp").is_none().then(|| {
            "have the issuer write exp: a token without an expiration time would be valid forever".to_owned()
        })
    };
    milliseconds.or_else(microseconds).or_else(nanoseconds).or_else(text).or_else(missing)
}

fn is_between(raw: &str, least: f64, limit: f64) -> bool {
    raw.parse::<f64>().is_ok_and(|number| (least..limit).contains(&number))
}

/// By how many seconds this machine's clock is ahead of the issuer's, if the difference exceeds the
/// leeway.
fn clock_is_off(evidence: &Evidence<'_>) -> Option<i64> {
    evidence.selected.map(|issuer| &issuer.report.clock).filter(|clock| !clock.ok)?.ahead_seconds
}

pub(super) fn expiry(evidence: &Evidence<'_>) -> String {
    let by_issuer = clock_is_off(evidence).and_then(|ahead| {
        let ahead = Duration::from_secs(u64::try_from(ahead).ok()?);
        evidence.date("exp").filter(|exp| *exp > evidence.now.saturating_sub(ahead)).map(|_| ahead)
    });
    match by_issuer {
        Some(ahead) => format!(
            "by the issuer's clock, which is {} s behind this machine's, the token is still valid: \
                correct the clock that is wrong",
            ahead.as_secs()
        ),
        None => "get a new token; a client must refresh its token before it expires".to_owned(),
    }
}

pub(super) fn early(evidence: &Evidence<'_>) -> String {
    match clock_is_off(evidence).filter(|ahead| *ahead < 0) {
        Some(ahead) => format!(
            "this machine's clock is {} s behind the issuer's: correct the clock that is wrong",
            ahead.unsigned_abs()
        ),
        None => "compare the clocks of the issuer and of this machine, and check what the issuer \
            writes into nbf, iat and exp"
            .to_owned(),
    }
}

pub(super) fn subject(evidence: &Evidence<'_>) -> &'static str {
    match evidence.raw("sub").map(string) {
        Some(Ok(text)) if text.is_empty() => {
            "sub is empty: have the issuer name the subject, or omit the claim"
        }
        Some(Ok(_)) => "the issuer must not let users choose such a subject; tell its operator",
        _ => {
            "have the issuer write sub as a string (RFC 7519 section 4.1.2), and a number in \
            quotes"
        }
    }
}
