//! What to do about a failed check or a failed fetch: which setting to change, here or at the issuer.
//!
//! No remedy holds a text from the token, since people paste remedies into a shell.

use std::time::Duration;

use super::evidence::Evidence;
use super::issuer::Stage;
use super::report::KeyReport;
use super::steps::Step;
use super::text::shown;
use crate::crypto::Algorithm;
use crate::jwks::document::DocumentError;
use crate::jwks::fetch::FetchFault;
use crate::jwks::tls::TlsFault;
use crate::jwks::url::UrlFault;
use crate::refusal::{InvalidToken, RefusalCause};
use crate::token::rules::Issuers;

/// What to do where a token fails at `step`.
pub(super) fn of(step: Step, cause: &RefusalCause, evidence: &Evidence<'_>) -> String {
    match step {
        Step::Size => "the issuer puts too much into it, often the groups of a user: have it send fewer claims".to_owned(),
        Step::Shape => shape(evidence).to_owned(),
        Step::Json => "the token was changed on its way, or the issuer writes what two parsers could read differently: copy the whole token, and tell the issuer's operator".to_owned(),
        Step::Selection | Step::Issuer => issuer(cause, evidence),
        Step::Parameters => "have the issuer sign access tokens without this parameter".to_owned(),
        Step::Algorithm => algorithm(evidence).to_owned(),
        Step::Type => kind_of_type(evidence).to_owned(),
        Step::Content => "the token holds another one, whose signature nobody here would check: have the issuer send a plain one".to_owned(),
        Step::KeyId => "have the issuer write kid as a string, or leave it out".to_owned(),
        Step::Audience => audience(evidence),
        Step::Kind if *cause == InvalidToken::SenderConstrained.into() => "the issuer binds its tokens to a key (DPoP or mutual TLS): turn that off for this client, since this API takes plain bearer tokens".to_owned(),
        Step::Kind => "have the client send the access token that it got beside this one".to_owned(),
        Step::Dates => "have the issuer write exp, and each of these claims, as a number of seconds since 1970; a number of 13 digits is one of milliseconds".to_owned(),
        Step::Expiry => expiry(evidence),
        Step::NotBefore | Step::IssuedAt => early(evidence),
        Step::Lifetime => "have the issuer write iat and give tokens a shorter life, or raise AXIOMS_MAX_TOKEN_LIFETIME".to_owned(),
        Step::Subject => "the issuer must not let users choose such a subject; tell its operator".to_owned(),
        Step::Profile => "have the issuer send access tokens of RFC 9068, or do not demand them (AXIOMS_STRICT_TYP)".to_owned(),
        Step::Key => key(cause, evidence),
        Step::Signature => "the token was changed or cut on its way, or another key of the same kid has signed it, as where an issuer was set up anew: copy the whole token, get a fresh one, and compare the JWK Set URL with the issuer's".to_owned(),
    }
}

fn shape(evidence: &Evidence<'_>) -> &'static str {
    match evidence.segments() {
        1 => {
            "it is an opaque token, or not one at all: have the issuer send JWTs for this API; many do so once the client names the API as the audience or resource of its request"
        }
        5 => "it is an encrypted token (JWE): turn off the encryption of access tokens at the issuer",
        3 => {
            "it was changed or cut on its way: copy the whole token, without quotes and line breaks; a token whose third segment is empty is not signed"
        }
        _ => "it was cut or joined on its way: copy the whole token",
    }
}

/// How two identifiers differ that were probably meant to be the same.
fn slip(expected: &str, found: &str) -> Option<&'static str> {
    let bare = |text: &str| text.trim_end_matches('/').to_owned();
    let host = |text: &str| text.split_once("://").map(|(_, rest)| rest.to_owned());
    if expected == found {
        None
    } else if bare(expected) == bare(found) {
        Some("the final slash")
    } else if expected.trim() == found.trim() {
        Some("white space")
    } else if expected.eq_ignore_ascii_case(found) {
        Some("upper and lower case")
    } else if host(expected).is_some_and(|expected| host(found).as_ref() == Some(&expected)) {
        Some("http and https")
    } else {
        None
    }
}

fn issuer(cause: &RefusalCause, evidence: &Evidence<'_>) -> String {
    if let RefusalCause::InvalidToken(InvalidToken::ClaimMissing("iss") | InvalidToken::ClaimMalformed(_)) =
        cause
    {
        return "have the issuer write iss as one string".to_owned();
    }
    let tenants = evidence.issuers.iter().filter_map(|issuer| match &issuer.rules.issuer {
        Issuers::These(tenants) => Some(tenants.listed()),
        Issuers::Any => None,
    });
    let tenants: Vec<_> = tenants.flatten().collect();
    let found = evidence.claim("iss").unwrap_or_default();
    if let Some(differ) = tenants.iter().find_map(|tenant| slip(&tenant.iss, &found)) {
        // Metadata that agrees with the configuration would not with the token's issuer, and no keys be found by it.
        let by_metadata = evidence.issuers.iter().any(|issuer| {
            issuer.report.fault.is_none() && issuer.report.discovery.iter().any(|place| place.found)
        });
        let keys = if by_metadata {
            ", and AXIOMS_JWKS_URL to where the keys were found, since the issuer's own metadata has what is expected"
        } else {
            ""
        };
        return format!(
            "the two differ in {differ} alone: set AXIOMS_ISS_URL to exactly what the token has{keys}"
        );
    }
    if tenants.iter().any(|tenant| tenant.tid.is_some()) {
        return "the token is of another tenant: get one of a tenant that is trusted, or add its tenant to AXIOMS_TENANTS; iss and tid must name the same one".to_owned();
    }
    let several = if evidence.issuers.len() > 1 { ", or add it to the validator (add_issuer)" } else { "" };
    format!(
        "the token is another issuer's, often that of another environment or tenant: get one from an issuer that is trusted here, or set the issuer (AXIOMS_ISS_URL) to exactly what the token has, if you trust that one{several}"
    )
}

fn algorithm(evidence: &Evidence<'_>) -> &'static str {
    match evidence.parameter("alg") {
        Some(alg) if alg.starts_with("HS") => {
            "it is signed with a shared secret: have the issuer sign with a private key, as RS256 or ES256 do"
        }
        Some(alg) if alg.eq_ignore_ascii_case("none") => "it is not signed: have the issuer sign it",
        Some(alg) if Algorithm::from_name(&alg).is_some() => {
            "add it to AXIOMS_ALGORITHMS, if this issuer signs with it, or have the issuer sign with one that is expected; a backend may lack it"
        }
        _ => "have the issuer sign with an algorithm that is expected",
    }
}

fn kind_of_type(evidence: &Evidence<'_>) -> &'static str {
    match evidence.rules() {
        Some(rules) if rules.require_profile => {
            "have the issuer send access tokens of RFC 9068, or do not demand them (AXIOMS_STRICT_TYP)"
        }
        _ => {
            "send an access token; if the issuer's access tokens are of this type, add it to AXIOMS_TOKEN_TYPS"
        }
    }
}

fn audience(evidence: &Evidence<'_>) -> String {
    if evidence.audience_claim().is_none() {
        return "the token names no audience: have the client ask for this API (audience or resource), and the issuer write it into aud".to_owned();
    }
    let expected = evidence.rules().map(|rules| &*rules.audiences).unwrap_or_default();
    let found = evidence.audiences();
    let differ = expected.iter().find_map(|expected| found.iter().find_map(|found| slip(expected, found)));
    if let Some(differ) = differ {
        return format!(
            "the two differ in {differ} alone: set AXIOMS_AUDIENCE to exactly what the token has, or the API's identifier at the issuer to what is expected"
        );
    }
    "if the token is meant for this API, set AXIOMS_AUDIENCE to what it has in aud; if not, have the client ask the issuer for the audience that is expected here (audience or resource), and register it there".to_owned()
}

/// By how much this machine's clock is wrong against the issuer's, if by more than is allowed.
fn clock_is_off(evidence: &Evidence<'_>) -> Option<i64> {
    evidence.selected.map(|issuer| &issuer.report.clock).filter(|clock| !clock.ok)?.ahead_seconds
}

fn expiry(evidence: &Evidence<'_>) -> String {
    let by_issuer = clock_is_off(evidence).and_then(|ahead| {
        let ahead = Duration::from_secs(u64::try_from(ahead).ok()?);
        evidence.date("exp").filter(|exp| *exp > evidence.now.saturating_sub(ahead)).map(|_| ahead)
    });
    match by_issuer {
        Some(ahead) => format!(
            "by the issuer's clock, which is {} s behind this machine's, it is still valid: mend the clock that is wrong",
            ahead.as_secs()
        ),
        None => "get a fresh one; a client must refresh its token before it expires".to_owned(),
    }
}

fn early(evidence: &Evidence<'_>) -> String {
    match clock_is_off(evidence).filter(|ahead| *ahead < 0) {
        Some(ahead) => format!(
            "this machine's clock is {} s behind the issuer's: mend the clock that is wrong",
            ahead.unsigned_abs()
        ),
        None => "compare the clocks of the issuer and of this machine, and look at what the issuer writes into nbf, iat and exp".to_owned(),
    }
}

fn key(cause: &RefusalCause, evidence: &Evidence<'_>) -> String {
    if let RefusalCause::KeysUnavailable { .. } = cause {
        return "mend what is said above of the issuer's keys; the checks before this one have passed"
            .to_owned();
    }
    if *cause == InvalidToken::NoKeyId.into() {
        return "have the issuer name its key (kid) in the header: several of its keys fit, and none is chosen by trial".to_owned();
    }
    let (kid, alg) = (evidence.parameter("kid"), evidence.parameter("alg").unwrap_or_default());
    let keys = evidence.selected.map(|issuer| &*issuer.report.keys).unwrap_or_default();
    let same = keys.iter().filter(|key| key.kid.is_some() && key.kid == kid.as_deref().map(shown));
    let same: Vec<_> = same.collect();
    if let Some(reason) = same.iter().find_map(|key| key.skipped.as_ref()) {
        return format!(
            "the issuer publishes a key of this id, which is skipped: {reason}; have the issuer mend it"
        );
    }
    let alg = Algorithm::from_name(&alg);
    let serves = |key: &&&KeyReport| alg.is_some_and(|alg| key.algorithms.contains(&alg.name()));
    if same.iter().filter(serves).any(|key| key.issuer.is_some()) {
        return "the issuer publishes a key of this id for the tokens of another issuer alone (the member issuer of its JWK): the token is of another tenant than its key, or AXIOMS_JWKS_URL names the keys of another version or cloud of the issuer".to_owned();
    }
    match (same.is_empty(), alg) {
        (false, Some(alg)) => format!(
            "the issuer publishes a key of this id, but not for {alg}: have it publish the key with this alg, or without any"
        ),
        _ => "the issuer has withdrawn the key, and the token is too old, or another issuer, environment or tenant has signed it: get a fresh token, and compare the JWK Set URL with the issuer's".to_owned(),
    }
}

/// What to do where an issuer's keys cannot be fetched.
pub(super) fn of_fetch(stage: Stage, fault: &FetchFault) -> String {
    let remedy = match (fault, stage) {
        (FetchFault::OtherIssuer { found, expected }, _) => match slip(expected, found) {
            Some(differ) => {
                return format!(
                    "the two differ in {differ} alone: set AXIOMS_ISS_URL to exactly what the metadata has"
                );
            }
            None => {
                "set AXIOMS_ISS_URL to exactly what the metadata has, if that is the issuer that you mean; an issuer that goes by two names needs AXIOMS_JWKS_URL as well"
            }
        },
        (FetchFault::JwksUri { reason: UrlFault::Insecure, .. }, _) => {
            "have the issuer publish its keys by https, or set AXIOMS_JWKS_URL"
        }
        (FetchFault::JwksUri { .. } | FetchFault::Metadata(_), _) => {
            "tell the issuer's operator, or set AXIOMS_JWKS_URL to where its keys are"
        }
        (FetchFault::InsideJwksUri(_), _) => {
            "if the issuer's keys are to be fetched from inside your network, set AXIOMS_JWKS_URL to that address; else tell the issuer's operator"
        }
        (FetchFault::Proxy(_), _) => {
            "correct the variable that is named above, or list the issuer's host in NO_PROXY"
        }
        (FetchFault::Status(_), Stage::Customary) => {
            "no metadata was found, so the keys were looked for at the customary place: see whether AXIOMS_ISS_URL is the issuer's exact identifier, its path included, or set AXIOMS_JWKS_URL"
        }
        (FetchFault::Status(_), Stage::Named) => {
            "the issuer's metadata names this URL (jwks_uri), and no keys are there: tell the issuer's operator, or set AXIOMS_JWKS_URL"
        }
        (FetchFault::Status(_), Stage::Configured) => {
            "set AXIOMS_JWKS_URL to where the issuer's keys are, or drop it, so that they are found by the issuer's metadata"
        }
        (FetchFault::Status(status), Stage::Metadata) if !status.is_server_error() => {
            "see whether AXIOMS_ISS_URL is the issuer's exact identifier, its path included; if the issuer has no metadata and answers so in place of 404, set AXIOMS_JWKS_URL"
        }
        (FetchFault::Status(_), Stage::Metadata) => {
            "the issuer is in trouble: try again, and tell its operator"
        }
        (FetchFault::Document(DocumentError::NotAJwkSet), Stage::Customary) => {
            "see whether AXIOMS_ISS_URL is the issuer's exact identifier, its path included, or set AXIOMS_JWKS_URL"
        }
        (FetchFault::Document(DocumentError::NotAJwkSet), _) => {
            "set AXIOMS_JWKS_URL to the JWK Set, not to a page about it or to the metadata; something on the way, such as a proxy with a login, may answer in the issuer's place"
        }
        (FetchFault::Document(DocumentError::NoKeys), _) => {
            "see whether the URL is that of this issuer's keys, and have the issuer publish its key; to withdraw the last key, publish another in its place or restart this service"
        }
        (FetchFault::Document(DocumentError::NoUsableKey(_)), _) => {
            "see why each key is skipped: have the issuer publish keys for signatures, and compare AXIOMS_ALGORITHMS with their algorithms"
        }
        (FetchFault::TooLarge, _) => {
            "see whether the URL is that of the JWK Set, and whether the issuer publishes keys that nobody uses"
        }
        (FetchFault::Tls(fault), _) => tls(fault),
        (FetchFault::Deadline | FetchFault::Connection(_) | FetchFault::Http(_), _) => {
            "see whether the issuer's host is spelt right, and whether this machine reaches it: DNS, firewall, proxy"
        }
        (FetchFault::Panicked | FetchFault::Hung | FetchFault::NoThread(_), _) => {
            "report it to the authors of Axioms"
        }
    };
    remedy.to_owned()
}

fn tls(fault: &TlsFault) -> &'static str {
    match fault {
        TlsFault::UnknownAuthority => {
            "set AXIOMS_CA_FILE to a PEM file with the certificate of the private authority that signs the issuer's; where it is set, it takes the place of the public authorities, and holds the wrong one"
        }
        TlsFault::Expired | TlsFault::NotYetValid => {
            "have the issuer's certificate renewed, and see whether this machine's clock is right"
        }
        TlsFault::OtherHost { .. } => {
            "set AXIOMS_ISS_URL (or AXIOMS_JWKS_URL) to the host that the certificate is for, if that is the issuer"
        }
        TlsFault::Missing => {
            "enable the feature `aws-lc-rs` or `graviola` of axioms-core, or install a provider with rustls::crypto::CryptoProvider::install_default"
        }
        TlsFault::NoTls => "see whether the port in AXIOMS_ISS_URL is that of https",
        _ => "tell the issuer's operator, or whoever runs the proxy before it",
    }
}
