//! Remedies for keys that cannot be fetched.

use http::StatusCode;

use super::slip::slip;
use crate::crypto::tls::TlsFault;
use crate::fetch::FetchFault;
use crate::fetch::proxy::ProxyFault;
use crate::fetch::url::UrlFault;
use crate::jose::document::DocumentError;
use crate::jwks::discovery::NamedBy;
use crate::jwks::error::JwksFault;

const EXACT_ISSUER: &str = "check that AXIOMS_ISS_URL is the issuer's exact identifier, \
    including its path, or set AXIOMS_JWKS_URL";

/// The remedy if an issuer's keys are unavailable. `named_by` is the origin of the JWK Set URL, if
/// it was requested. `packed` is true if an answer was compressed.
pub(in super::super) fn of_fetch(named_by: Option<NamedBy>, fault: &JwksFault, packed: bool) -> String {
    let remedy = match fault {
        JwksFault::Fetch(fault) => return of_answer(named_by, fault, packed).to_owned(),
        JwksFault::OtherIssuer { found, expected } => return other_issuer(found, expected),
        JwksFault::JwksUri { reason, .. } => jwks_uri(*reason),
        JwksFault::Metadata(_) => {
            "have the issuer's operator correct the metadata, or set AXIOMS_JWKS_URL to the URL of \
                the keys"
        }
        JwksFault::InsideJwksUri(_) => {
            "if the issuer's keys should be fetched from inside your network, set AXIOMS_JWKS_URL \
                to that address; otherwise tell the issuer's operator"
        }
        JwksFault::Document(error) => document(named_by, *error),
        JwksFault::Panicked => {
            "see stderr for the message of the panic, and report it to the authors of Axioms"
        }
        JwksFault::Hung => "take a thread dump to find where the thread axioms-fetch hangs",
        JwksFault::NoThread(_) => "raise the limit on threads of this process or container",
    };
    remedy.to_owned()
}

fn of_answer(named_by: Option<NamedBy>, fault: &FetchFault, packed: bool) -> &'static str {
    match fault {
        FetchFault::Unreadable(_) | FetchFault::Status(_) if packed => {
            "have the issuer, or the proxy in front of it, send uncompressed answers, as requested \
                (Accept-Encoding: identity)"
        }
        FetchFault::Unreadable(_) => {
            "have the operator of the issuer, or of the proxy in front of it, find out why this is \
                not a JSON document"
        }
        FetchFault::Proxy(ProxyFault::Scheme { .. }) => {
            "set the variable above to an http or https proxy, or list the issuer's host in \
                NO_PROXY"
        }
        FetchFault::Proxy(ProxyFault::Malformed { .. }) => {
            "set the variable above to the URL of a proxy, such as http://proxy.example.com:3128, \
                or list the issuer's host in NO_PROXY"
        }
        FetchFault::Status(status) => of_status(named_by, *status),
        FetchFault::TooLarge => {
            "check that the URL is that of the JWK Set, and have the issuer withdraw the keys that \
                it no longer signs with"
        }
        FetchFault::Tls(fault) => tls(fault),
        FetchFault::Deadline | FetchFault::Connection(_) | FetchFault::Http(_) => {
            "check the spelling of the issuer's host, and whether this machine can reach it (DNS, \
                firewall, proxy); inside a container, localhost is the container itself"
        }
    }
}

fn other_issuer(found: &str, expected: &str) -> String {
    match slip(expected, found) {
        Some(differ) => {
            format!(
                "the two differ only in {differ}: set AXIOMS_ISS_URL to exactly what the \
                metadata has"
            )
        }
        None => "set AXIOMS_ISS_URL to exactly what the metadata has, if that is the issuer that you \
                mean; an issuer with two names needs AXIOMS_JWKS_URL as well"
            .to_owned(),
    }
}

/// The remedy if the metadata names a JWK Set URL that is not allowed.
fn jwks_uri(reason: UrlFault) -> &'static str {
    match reason {
        UrlFault::NotAbsolute => {
            "have the issuer write jwks_uri with its scheme and host (OpenID Connect Discovery \
                section 3); until then, set AXIOMS_JWKS_URL to the whole URL"
        }
        UrlFault::Insecure => {
            "have the issuer publish its keys over https and name that URL, or set AXIOMS_JWKS_URL \
                to the https URL of its keys"
        }
        _ => "have the issuer correct jwks_uri, or set AXIOMS_JWKS_URL to the URL of its keys",
    }
}

fn of_status(named_by: Option<NamedBy>, status: StatusCode) -> &'static str {
    match named_by {
        _ if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => {
            "the issuer is overloaded or broken: try again, and tell its operator"
        }
        Some(NamedBy::Configuration) if status.is_redirection() => {
            "set AXIOMS_JWKS_URL to the URL that this one redirects to"
        }
        Some(NamedBy::Metadata) if status.is_redirection() => {
            "have the issuer write the URL that this one redirects to into its metadata \
                (jwks_uri), or set AXIOMS_JWKS_URL to it"
        }
        Some(NamedBy::Configuration | NamedBy::Metadata)
            if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN) =>
        {
            "the keys are not public, or something in front of the issuer rejects this machine: \
                have its operator allow the request, or set AXIOMS_JWKS_URL to a public URL of the \
                keys"
        }
        Some(NamedBy::Configuration) => {
            "set AXIOMS_JWKS_URL to the URL of the issuer's keys, or remove it, so that they are \
                found through the issuer's metadata"
        }
        Some(NamedBy::Metadata) => {
            "the issuer's metadata names this URL (jwks_uri), but it has no keys: tell the \
                issuer's operator, or set AXIOMS_JWKS_URL"
        }
        Some(NamedBy::Convention) => {
            "no metadata was found, so the conventional URL of the keys was tried: check that \
                AXIOMS_ISS_URL is the issuer's exact identifier, including its path, or set \
                AXIOMS_JWKS_URL"
        }
        None => {
            "check that AXIOMS_ISS_URL is the issuer's exact identifier, including its path; if \
                the issuer has no metadata and sends this instead of 404, set AXIOMS_JWKS_URL"
        }
    }
}

fn document(named_by: Option<NamedBy>, error: DocumentError) -> &'static str {
    match (error, named_by) {
        (DocumentError::NotAJwkSet, Some(NamedBy::Convention)) => EXACT_ISSUER,
        (DocumentError::NotAJwkSet, _) => {
            "set AXIOMS_JWKS_URL to the JWK Set (jwks_uri in the metadata), not to the metadata or \
                to a page about it; something in between, such as a proxy with a login, may answer \
                instead of the issuer"
        }
        (DocumentError::NoKeys, _) => {
            "check that the URL is that of this issuer's keys, and have the issuer publish its \
                key; to withdraw the last key, publish another one or restart this service"
        }
        (DocumentError::NoUsableKey(_), _) => {
            "check why each key is skipped: have the issuer publish keys for signatures, and \
                compare AXIOMS_ALGORITHMS with their algorithms"
        }
    }
}

fn tls(fault: &TlsFault) -> &'static str {
    match fault {
        TlsFault::UnknownAuthority => {
            "set AXIOMS_CA_FILE to a PEM file with the certificate of the private authority that \
                signed the issuer's certificate; if it is already set, it contains the wrong \
                certificate (it replaces the public authorities)"
        }
        TlsFault::Expired | TlsFault::NotYetValid => {
            "have the issuer's certificate renewed, and check that this machine's clock is right"
        }
        TlsFault::OtherHost { .. } => {
            "set AXIOMS_ISS_URL (or AXIOMS_JWKS_URL) to the host that the certificate is for, if \
                that is the issuer"
        }
        TlsFault::AuthorityItself => {
            "have the issuer's operator install a certificate that an authority signed for its \
                host, and set AXIOMS_CA_FILE to that authority's certificate if it is private"
        }
        TlsFault::Missing => {
            "enable the feature `aws-lc-rs` or `graviola` of axioms-core, or install a provider \
                with rustls::crypto::CryptoProvider::install_default"
        }
        TlsFault::NoTls => {
            "check that the port in AXIOMS_ISS_URL (or AXIOMS_JWKS_URL) is the \
            https port"
        }
        TlsFault::Certificate(_) | TlsFault::Handshake(_) => {
            "tell the operator of the issuer, or of the proxy in front of it"
        }
    }
}
