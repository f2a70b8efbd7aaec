//! F12 to F19: the issuer's responses. Where metadata may point is in `discovery`.

use std::thread;
use std::time::Duration;

use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, Validator};
use axioms_testing::{AUDIENCE, Behaviour, Endpoint, Framing, TestIssuer};

use super::discovery::METADATA;
use super::fetch::{REFRESH, TTL, set_age};
use super::table::{fetches, fetches_within};
use crate::common::{Bench, lacks_keys};

/// These tests take real time: each waits for the deadline of 5 s. They run in parallel.
#[test]
fn f12_a_slow_answer_is_abandoned() {
    const FOR_EVER: Duration = Duration::from_secs(1);
    let rows = [
        (Endpoint::Jwks, Behaviour::Drip(FOR_EVER)),
        (Endpoint::Jwks, Behaviour::Hang),
        (Endpoint::OpenIdConfiguration, Behaviour::Drip(FOR_EVER)),
    ];
    thread::scope(|scope| {
        for (endpoint, behaviour) in rows {
            scope.spawn(move || {
                let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
                issuer.behave(endpoint, behaviour.clone());
                let built =
                    Validator::builder().audience(AUDIENCE).issuer(issuer.url()).fail_fast(true).build();
                let error = built.unwrap_err().to_string();
                assert!(
                    error.contains("no complete answer within 5 s"),
                    "{endpoint:?} {behaviour:?}: {error}"
                );
                let row = format!("F12 {endpoint:?} {behaviour:?}, given up after 5 s");
                fetches(&row, &issuer, usize::from(endpoint == Endpoint::Jwks));
            });
        }
    });
}

#[test]
fn f13_a_long_answer_is_abandoned() {
    const MB_200: u64 = 200 << 20;
    let rows = [
        Behaviour::Huge(MB_200, Framing::ContentLength),
        Behaviour::Huge(MB_200, Framing::Chunked),
        Behaviour::Huge(MB_200, Framing::Close),
        Behaviour::GzipBomb(512 << 10),
    ];
    for behaviour in rows {
        for endpoint in [Endpoint::Jwks, Endpoint::OpenIdConfiguration] {
            let prepare = |issuer: &TestIssuer| {
                issuer.behave(endpoint, behaviour.clone());
                // Otherwise the metadata would be found at its second location.
                issuer.behave(Endpoint::AuthorizationServer, behaviour.clone());
            };
            let bench = Bench::with_issuer(prepare, |builder| builder);
            let verdict = bench.verdict_on_fresh_token();
            assert!(lacks_keys(&verdict), "{endpoint:?} {behaviour:?}: {verdict:?}");
            let asked = endpoint == Endpoint::Jwks;
            fetches(&format!("F13 {endpoint:?} {behaviour:?}"), &bench.issuer, usize::from(asked));
        }
    }
}

#[test]
fn f13_the_cap_is_256_kib() {
    let length = |issuer: &TestIssuer| issuer.jwks().len();
    for (beyond, expected_ok) in [(0, true), (1, false)] {
        let pad = |issuer: &TestIssuer| {
            let padding = (256 * 1024 - length(issuer) + beyond) as u64;
            issuer.behave(Endpoint::Jwks, Behaviour::Huge(padding, Framing::Chunked));
        };
        let bench = Bench::with_issuer(pad, |builder| builder);
        let verdict = bench.verdict_on_fresh_token();
        assert_eq!(verdict.is_ok(), expected_ok, "{beyond} bytes beyond: {verdict:?}");
        fetches(&format!("F13 256 KiB and {beyond} bytes"), &bench.issuer, 1);
    }
}

#[test]
fn f14_redirects_are_not_followed() {
    let canary = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let targets = [
        canary.jwks_url(),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "file:///etc/passwd".to_owned(),
    ];
    for target in targets {
        for (endpoints, asked) in [(&METADATA[..], 0), (&[Endpoint::Jwks], 1)] {
            let redirect = |issuer: &TestIssuer| {
                for endpoint in endpoints {
                    issuer.behave(*endpoint, Behaviour::Redirect(target.clone()));
                }
            };
            let bench = Bench::with_issuer(redirect, |builder| builder);
            assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{target}");
            let shown = target.replace(&canary.address().to_string(), "another host");
            fetches(&format!("F14 to {shown}, from {endpoints:?}"), &bench.issuer, asked);
        }
    }
    assert_eq!(canary.connections(), 0);
}

#[test]
fn f14_a_redirect_loop_is_one_request() {
    let turn = |issuer: &TestIssuer| issuer.behave(Endpoint::Jwks, Behaviour::Redirect(issuer.jwks_url()));
    let bench = Bench::with_issuer(turn, |builder| builder);
    assert!(lacks_keys(&bench.verdict_on_fresh_token()));
    fetches("F14 to itself", &bench.issuer, 1);
}

#[test]
fn f15_an_address_of_another_scheme_is_a_mistake_in_the_configuration() {
    let canary = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let at_canary = |scheme: &str| canary.jwks_url().replacen("http", scheme, 1);
    let urls = [
        at_canary("ftp"),
        at_canary("ws"),
        "file:///etc/passwd".to_owned(),
        "data:application/json,{}".to_owned(),
        "http://issuer.example.com/keys".to_owned(),
        "http://169.254.169.254/keys".to_owned(),
    ];
    for url in urls {
        let built = Validator::builder().audience(AUDIENCE).issuer(canary.url()).jwks_url(&url).build();
        assert!(built.is_err(), "{url}");
        let scheme = url.split('/').next().unwrap_or_default();
        fetches(&format!("F15 {scheme}"), &canary, 0);
    }
    assert_eq!(canary.connections(), 0);
}

#[test]
fn f18_an_error_status_is_an_outage_and_not_modified_is_fresh() {
    for status in [204, 206, 300, 304, 400, 401, 404, 410, 429, 500, 503] {
        let status = StatusCode::from_u16(status).unwrap();
        let bench = Bench::new();
        bench.issuer.behave(Endpoint::Jwks, Behaviour::Status(status));
        let unknown = bench.verdict(&bench.token().header("kid", "unknown").sign());
        assert_eq!(lacks_keys(&unknown), status != StatusCode::NOT_MODIFIED, "{status}: {unknown:?}");
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{status}: keys stay");
        fetches(&format!("F18 {status}, warm, and an unknown key id"), &bench.issuer, 1 + 1);

        let answer = |issuer: &TestIssuer| issuer.behave(Endpoint::Jwks, Behaviour::Status(status));
        let cold = Bench::with_issuer(answer, |builder| builder);
        assert!(lacks_keys(&cold.verdict_on_fresh_token()), "{status}, cold");
        fetches(&format!("F18 {status}, cold"), &cold.issuer, 1);
    }
}

/// Sending a long `ETag` back could make the request longer than servers accept.
#[test]
fn f18_a_long_etag_is_not_sent_back() {
    for (length, sent_back) in [(1000, true), (9000, false), (60_000, false)] {
        let tag = |issuer: &TestIssuer| {
            issuer.set_header(Endpoint::Jwks, "etag", &format!("\"{}\"", "e".repeat(length)));
        };
        let bench = Bench::with_issuer(tag, |builder| builder);
        for _ in 0..3 {
            bench.advance_seconds(REFRESH);
            bench.settle();
            assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{length}");
        }
        let health = bench.validator.health().issuers.remove(0);
        assert_eq!((health.failed_fetches, health.last_error), (0, None), "{length}");
        let asked = bench.issuer.requests().pop().unwrap();
        assert_eq!(asked.headers().contains_key("if-none-match"), sent_back, "{length}");
    }
}

/// Kubernetes answers 406 to a request whose `Accept` does not list its own type first.
#[test]
fn f18_a_request_names_the_media_types_of_keys_and_metadata() {
    let bench = Bench::new();
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    for request in bench.issuer.requests() {
        assert_eq!(request.headers()["accept"], "application/jwk-set+json, application/json", "{request:?}");
    }
}

#[test]
fn f18_not_modified_extends_the_trust_in_the_keys() {
    let bench = Bench::new();
    set_age(&bench, REFRESH);
    bench.issuer.wait_for_fetches(2);
    bench.settle();
    let asked = bench.issuer.requests().pop().unwrap();
    assert!(asked.headers().contains_key("if-none-match"));
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Disconnect);
    set_age(&bench, REFRESH + TTL - 1);
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    set_age(&bench, REFRESH + TTL);
    assert!(lacks_keys(&bench.verdict_on_fresh_token()));
    fetches_within("F18 304, then an outage", &bench.issuer, 3..=5);
}

/// The status and type of a response with a good key set, and whether the set is accepted.
#[test]
fn f18_the_status_counts_and_the_content_type_does_not() {
    let rows = [
        (200, "application/json", true),
        (200, "text/html", true),
        (200, "application/jwk-set+json", true),
        (200, "image/png", true),
        (203, "application/json", false),
        (206, "application/json", false),
        (404, "application/json", false),
        (500, "application/json", false),
    ];
    for (status, content_type, taken) in rows {
        let status = StatusCode::from_u16(status).unwrap();
        let label =
            |issuer: &TestIssuer| issuer.behave(Endpoint::Jwks, Behaviour::Labelled(status, content_type));
        let bench = Bench::with_issuer(label, |builder| builder);
        let verdict = bench.verdict_on_fresh_token();
        assert_eq!((verdict.is_ok(), lacks_keys(&verdict)), (taken, !taken), "{status}, {content_type}");
        fetches(&format!("F18 a key set under {status}, {content_type}"), &bench.issuer, 1);
    }
}

#[test]
fn f19_cache_control_is_clamped() {
    let rows = [
        ("max-age=0", 60),
        ("no-store", 60),
        ("max-age=600", 600),
        ("max-age=315360000", REFRESH),
        ("max-age=99999999999999999999", REFRESH),
        ("max-age=-1", REFRESH),
        ("max-age=soon, ,=,\"", REFRESH),
    ];
    for (cache_control, pause) in rows {
        let say = |issuer: &TestIssuer| issuer.set_header(Endpoint::Jwks, "cache-control", cache_control);
        let bench = Bench::with_issuer(say, |builder| builder);
        // A fetch may come up to a tenth early, so that many servers do not fetch at the same
        // moment.
        bench.advance_seconds(pause * 9 / 10 - 1);
        bench.settle();
        let row = format!("F19 {cache_control}");
        fetches(
            &format!("{row}, early: the fetch that was asked for here, and no other"),
            &bench.issuer,
            1 + 1,
        );
        bench.advance_seconds(pause);
        bench.issuer.wait_for_fetches(3);
        fetches(&format!("{row}, refreshed within {pause} s"), &bench.issuer, 1 + 1 + 1);
    }
}
