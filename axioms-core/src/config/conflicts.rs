//! Settings that another setting makes void. Each is reported as a problem, since the program asks
//! for something that would have no effect.

use http::Uri;
use http::uri::Scheme;

use super::issuer::{Issuer, IssuerName};
use super::problem::Problem;
use super::setting::Setting;
use crate::fetch::reach::is_loopback;
use crate::jose::media_type;

/// The void settings of one issuer. `jwks_url` is the effective URL, explicit or from the preset.
pub(super) fn conflicts(given: &Issuer, jwks_url: Option<&str>) -> Vec<Problem> {
    let any = given.any == Some(true);
    let named = given.name.is_some() || given.provider.is_some();
    let tenants = given.tenants.as_ref().is_some_and(|tenants| !tenants.is_empty());
    let strict = given.strict_typ == Some(true);
    let other_types = given.token_types.as_ref().is_some_and(|types| !is_the_profile(types));
    let client_roles = given.provider.as_ref().is_some_and(|provider| provider.has_client_roles);
    let fetched_over = jwks_url.and_then(|url| url.parse::<Uri>().ok());
    let https = fetched_over.as_ref().is_some_and(|uri| uri.scheme() == Some(&Scheme::HTTPS));
    let http = fetched_over.as_ref().is_some_and(|uri| uri.scheme() == Some(&Scheme::HTTP));
    let local = fetched_over.as_ref().and_then(Uri::host).is_some_and(is_loopback);
    let text = given.jwks.is_some();
    let fetch_nothing = "jwks provides the keys, so nothing is fetched; remove this setting";
    let rows = [
        (
            text && given.jwks_url.is_some(),
            Setting::JwksUrl,
            "jwks provides the keys, so nothing is fetched; remove one of the two",
        ),
        (text && given.refresh_interval.is_some(), Setting::RefreshInterval, fetch_nothing),
        (text && given.cache_ttl.is_some(), Setting::CacheTtl, fetch_nothing),
        (text && given.certificate_authorities.is_some(), Setting::CertificateAuthorities, fetch_nothing),
        (text && given.dangerous_allow_http == Some(true), Setting::DangerousAllowHttp, fetch_nothing),
        (any && named, Setting::AnyIssuer, "an issuer is set as well; remove one of the two"),
        (
            any && tenants,
            Setting::Tenants,
            "any_issuer accepts every tenant, listed or not; remove one of the two",
        ),
        (
            given.provider.is_some() && matches!(given.name, Some(IssuerName::Domain(_))),
            Setting::Domain,
            "the preset names the issuer; remove the domain or, if the issuer is another one, set \
                issuer (AXIOMS_ISS_URL) instead",
        ),
        (strict && other_types, Setting::TokenTypes, "strict_typ accepts only at+jwt; remove one of the two"),
        (
            client_roles && given.roles_claims.is_some(),
            Setting::RolesClaims,
            "the preset reads the roles of a client; remove the client, or this setting",
        ),
        (
            http && given.certificate_authorities.is_some(),
            Setting::CertificateAuthorities,
            "the keys are fetched over http, where no certificate is checked; use https, or remove it",
        ),
        (
            (https || local) && given.dangerous_allow_http == Some(true),
            Setting::DangerousAllowHttp,
            "the URL of the JWK Set does not need it; remove it",
        ),
    ];
    let void = rows.into_iter().filter(|(void, ..)| *void);
    void.map(|(_, setting, remedy)| Problem::missing(setting, remedy)).collect()
}

/// Whether the list is exactly `at+jwt`, which strict mode accepts too.
fn is_the_profile(types: &[String]) -> bool {
    matches!(types, [only] if media_type::is(only, "at+jwt"))
}
