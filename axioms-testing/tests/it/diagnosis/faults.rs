//! The remedy for each way in which an issuer's keys can be unavailable, and for each misconfigured
//! issuer.

use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, ValidatorBuilder};
use axioms_testing::{AUDIENCE, Behaviour, Endpoint, Framing, SigningKey, TestIssuer};
use serde_json::json;

fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithms([Algorithm::ES256]).start()
}

fn settings(issuer: &TestIssuer) -> ValidatorBuilder {
    ValidatorBuilder::default().audience(AUDIENCE).issuer(issuer.url())
}

#[track_caller]
fn assert_fault(settings: ValidatorBuilder, what: &str, remedy: &str) {
    let fault = settings.diagnose(None).unwrap().issuers.remove(0).fault.unwrap();
    assert!(fault.what.contains(what), "{what:?}: {fault:?}");
    assert!(fault.remedy.contains(remedy), "{remedy:?}: {fault:?}");
}

#[test]
fn of_answers_in_place_of_keys() {
    let redirect = || Behaviour::Redirect("https://elsewhere.example.com/jwks".to_owned());
    let body = |text: &str| Behaviour::Body(text.as_bytes().to_vec());
    let status = |code: StatusCode| Behaviour::Status(code);
    let rows = [
        (body(r#"{"keys":[]}"#), "lists no keys", "restart this service", "restart this service"),
        (body(r#"{"keys":[7]}"#), "none of its 1 keys", "each key is skipped", "each key is skipped"),
        (
            body("{}"),
            "not a JSON object with an array",
            "not to the metadata or to a page",
            "not to the metadata or to a page",
        ),
        (Behaviour::Html, "not a JSON object with an array", "proxy with a login", "proxy with a login"),
        (Behaviour::GzipBomb(0), "Content-Encoding: gzip", "uncompressed", "uncompressed"),
        (
            Behaviour::Huge(300_000, Framing::Chunked),
            "longer than 256 KiB",
            "withdraw the keys",
            "withdraw the keys",
        ),
        (Behaviour::Disconnect, "the request failed", "whether this machine can reach it", "can reach it"),
        (Behaviour::Truncate, "the request failed", "whether this machine can reach it", "can reach it"),
        (status(StatusCode::NOT_FOUND), "404", "(jwks_uri), but it has no keys", "or remove it"),
        (status(StatusCode::UNAUTHORIZED), "401", "keys are not public", "keys are not public"),
        (status(StatusCode::FORBIDDEN), "403", "keys are not public", "keys are not public"),
        (status(StatusCode::NOT_MODIFIED), "304", "redirects to", "redirects to"),
        (status(StatusCode::TOO_MANY_REQUESTS), "429", "try again", "try again"),
        (status(StatusCode::INTERNAL_SERVER_ERROR), "500", "try again", "try again"),
        (redirect(), "302", "that this one redirects to into its metadata", "that this one redirects to"),
    ];
    for (behaviour, what, named, configured) in rows {
        let issuer = issuer();
        issuer.behave(Endpoint::Jwks, behaviour);
        assert_fault(settings(&issuer), what, named);
        assert_fault(settings(&issuer).jwks_url(issuer.jwks_url()), what, configured);
    }
}

#[test]
fn of_metadata() {
    let url = "http://127.0.0.1:1";
    let rows = [
        (json!({"jwks_uri": "/jwks"}), "absolute URL", "with its scheme and host"),
        (json!({"jwks_uri": "issuer.example.com/jwks"}), "absolute URL", "with its scheme and host"),
        (json!({"jwks_uri": ""}), "absolute URL", "with its scheme and host"),
        (
            json!({"jwks_uri": "http://issuer.example.com/jwks"}),
            "http is for loopback",
            "over https and name that URL",
        ),
        (json!({"jwks_uri": "ftp://issuer.example.com/jwks"}), "neither https nor http", "correct jwks_uri"),
        (json!({"jwks_uri": "https://user:secret@issuer.example.com/"}), "password", "correct jwks_uri"),
        (json!({"jwks_uri": "https://issuer.example.com/a b"}), "white space", "correct jwks_uri"),
        (json!({"jwks_uri": "https://a..example.com/"}), "not a host name", "correct jwks_uri"),
        (json!({"jwks_uri": "https://2130706433/"}), "its host is a number", "correct jwks_uri"),
        (json!({"jwks_uri": "https://issuer.example.com:99999/"}), "its port", "correct jwks_uri"),
        (json!({"jwks_uri": null}), "`jwks_uri`", "correct the metadata"),
        (json!({"jwks_uri": ["https://issuer.example.com"]}), "not a string", "correct the metadata"),
        (json!({"issuer": 7}), "`issuer` is not a string", "correct the metadata"),
        (json!({"issuer": "https://staging.example.com"}), "names the issuer", "with two names"),
        (json!({"issuer": url}), "names the issuer", "with two names"),
    ];
    for (changes, what, remedy) in rows {
        let issuer = issuer();
        let mut metadata = issuer.metadata();
        metadata.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
        issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Body(metadata.to_string().into_bytes()));
        assert_fault(settings(&issuer), what, remedy);
    }
    for (behaviour, what, remedy) in [
        (Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE), "503", "try again"),
        (Behaviour::Status(StatusCode::TOO_MANY_REQUESTS), "429", "try again"),
        (Behaviour::Status(StatusCode::FORBIDDEN), "403", "instead of 404"),
        (Behaviour::Disconnect, "the request failed", "whether this machine can reach it"),
        (Behaviour::Body(b"{".to_vec()), "not JSON", "correct the metadata"),
    ] {
        let issuer = issuer();
        issuer.behave(Endpoint::OpenIdConfiguration, behaviour);
        issuer.behave(Endpoint::AuthorizationServer, Behaviour::Status(StatusCode::NOT_FOUND));
        assert_fault(settings(&issuer), what, remedy);
    }
}

/// Compressed metadata cannot be read; the default location may then have nothing, or another
/// compressed document.
#[test]
fn of_answers_that_are_all_packed() {
    let issuer = issuer();
    for endpoint in [Endpoint::OpenIdConfiguration, Endpoint::AuthorizationServer, Endpoint::Jwks] {
        issuer.behave(endpoint, Behaviour::GzipBomb(0));
    }
    assert_fault(settings(&issuer), "Content-Encoding: gzip", "Accept-Encoding: identity");
    issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::NOT_FOUND));
    assert_fault(settings(&issuer), "Content-Encoding: gzip", "Accept-Encoding: identity");
}

#[test]
fn of_a_jwks_url_that_names_the_metadata() {
    let issuer = issuer();
    let url = format!("{}/.well-known/openid-configuration", issuer.url());
    assert_fault(
        settings(&issuer).jwks_url(url),
        "not a JSON object with an array",
        "jwks_uri in the metadata",
    );
}

#[test]
fn of_invalid_issuers() {
    for (issuer, remedy) in [
        (
            "https://issuer.example.com/.well-known/openid-configuration",
            "remove /.well-known/ and everything after it",
        ),
        (
            "https://issuer.example.com/tenant/.well-known/jwks.json",
            "remove /.well-known/ and everything after it",
        ),
        ("https://issuer.example.com/.well-known/oauth-authorization-server", "remove /.well-known/"),
        ("http://adfs.example.com/adfs/services/trust", "set jwks_url (AXIOMS_JWKS_URL) to the https URL"),
        ("issuer.example.com", "write it with its scheme"),
        ("ftp://issuer.example.com", "neither https nor http"),
        ("https://user:secret@issuer.example.com", "remove it"),
        ("https://issuer.example.com/a b", "percent-encode it"),
        ("https://a..example.com", "not a host name"),
        ("https://2130706433", "four decimal numbers"),
        ("https://issuer.example.com:99999", "from 1 to 65535"),
        ("https://issuer.example.com?tenant=a", "a query or a fragment"),
    ] {
        let error = ValidatorBuilder::default().audience(AUDIENCE).issuer(issuer).diagnose(None).unwrap_err();
        assert!(error.to_string().contains(remedy), "{issuer}: {error}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

/// The result of following the remedy for ADFS.
#[test]
fn an_http_issuer_with_a_jwks_url_passes() {
    let issuer = issuer();
    let adfs = "http://adfs.example.com/adfs/services/trust";
    let settings = settings(&issuer).issuer(adfs).jwks_url(issuer.jwks_url());
    assert!(settings.diagnose(Some(&issuer.token().issuer(adfs).sign())).unwrap().ok);
}

#[test]
fn of_a_refused_connection() {
    let issuer = issuer();
    let url = issuer.url().to_owned();
    drop(issuer);
    let settings = ValidatorBuilder::default().audience(AUDIENCE).issuer(url);
    assert_fault(settings, "the request failed", "localhost is the container itself");
}

/// Metadata on loopback may name an https URL, which a build without TLS cannot fetch.
#[test]
#[cfg(not(any(feature = "aws-lc-rs", feature = "graviola")))]
fn of_a_build_without_tls() {
    let issuer = issuer();
    let mut metadata = issuer.metadata();
    metadata["jwks_uri"] = "https://127.0.0.1:1/jwks".into();
    issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Body(metadata.to_string().into_bytes()));
    assert_fault(settings(&issuer), "built without", "enable the feature");
}

#[test]
#[cfg(all(feature = "tls", any(feature = "aws-lc-rs", feature = "graviola")))]
fn of_tls() {
    use axioms_testing::{CertificateAuthority, ServerCertificate};

    let authority = CertificateAuthority::new();
    let other = CertificateAuthority::new();
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).tls(&authority.issue()).start();
    let trusting =
        |authority: &CertificateAuthority| settings(&issuer).certificate_authorities(authority.pem());
    assert_fault(settings(&issuer), "not signed by an authority", "set AXIOMS_CA_FILE");
    assert_fault(trusting(&other), "not signed by an authority", "contains the wrong certificate");
    for (certificate, what, remedy) in [
        (authority.issue_expired(), "has expired", "certificate renewed"),
        (
            authority.issue_for(&["issuer.example.com"]),
            "not for 127.0.0.1",
            "to the host that the certificate is for",
        ),
        (ServerCertificate::self_signed(), "authority itself", "that an authority signed for its host"),
    ] {
        issuer.present(&certificate);
        assert_fault(trusting(&authority), what, remedy);
    }
    issuer.stop_tls();
    assert_fault(trusting(&authority), "does not speak TLS", "is the https port");
}

#[test]
fn static_keys_are_examined_as_those_of_an_issuer() {
    let issuer = issuer();
    let key = SigningKey::generate(Algorithm::ES256);
    let jwks = json!({"keys": [key.public_jwk(), {"kty": "RSA", "use": "enc"}]}).to_string();
    let diagnosis =
        settings(&issuer).jwks(jwks).diagnose(Some(&issuer.token().signed_with(&key).sign())).unwrap();
    assert!(diagnosis.ok && issuer.requests().is_empty());
    let error = settings(&issuer).jwks(r#"{"keys":[]}"#).diagnose(None).unwrap_err();
    assert!(error.to_string().contains("lists no keys"), "{error}");
}
