//! F13c, F16 and F17: metadata, and the address of the keys that it names.

use axioms_core::http::StatusCode;
use axioms_core::{Algorithm, InvalidToken};
use axioms_testing::{Behaviour, Endpoint, TestClock, TestIssuer};
use serde_json::{Value, json};

use super::fetch::{COOL_DOWN, REFRESH, TTL};
use super::table::fetches;
use crate::common::{Bench, builder, invalid, lacks_keys, verdict};

/// The location of the metadata of an issuer without a path.
pub(crate) const METADATA: [Endpoint; 2] = [Endpoint::OpenIdConfiguration, Endpoint::AuthorizationServer];

/// The issuer's own metadata with one member changed.
fn metadata(issuer: &TestIssuer, member: &str, value: impl Into<Value>) -> Behaviour {
    let mut metadata = issuer.metadata();
    metadata[member] = value.into();
    Behaviour::Body(metadata.to_string().into())
}

#[test]
fn f16_metadata_must_be_the_issuers_own_and_name_a_safe_address() {
    let canary = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let rows = [
        ("another issuer", "issuer", json!("https://evil.example")),
        ("the issuer and a slash", "issuer", json!(format!("{}/", canary.url()))),
        ("plain http", "jwks_uri", json!("http://issuer.example.com/jwks.json")),
        ("the cloud's own address", "jwks_uri", json!("http://169.254.169.254/jwks.json")),
        ("a file", "jwks_uri", json!("file:///etc/passwd")),
        ("data", "jwks_uri", json!("data:application/json,{}")),
        ("a user", "jwks_uri", json!(format!("http://user@{}/", canary.address()))),
        ("a relative address", "jwks_uri", json!("jwks.json")),
        ("a port that is none", "jwks_uri", json!(format!("http://{}9/", canary.address()))),
        ("an odd spelling", "jwks_uri", json!("https://0x7f.1/jwks.json")),
        ("no address", "jwks_uri", json!(null)),
        ("several addresses", "jwks_uri", json!([canary.jwks_url()])),
        ("an issuer that is a number", "issuer", json!(1)),
    ];
    for (what, member, value) in rows {
        let change = |issuer: &TestIssuer| {
            for endpoint in [Endpoint::OpenIdConfiguration, Endpoint::AuthorizationServer] {
                issuer.behave(endpoint, metadata(issuer, member, value.clone()));
            }
        };
        let bench = Bench::with_issuer(change, |builder| builder);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{what}");
        let reported = last_error(&bench);
        assert!(
            reported.contains("/.well-known/openid-configuration: the issuer's metadata "),
            "{what}: {reported}"
        );
        fetches(&format!("F16 metadata with {what}: no keys are taken on such advice"), &bench.issuer, 0);
    }
    assert_eq!(canary.connections(), 0);
}

fn last_error(bench: &Bench) -> String {
    bench.validator.health().issuers.remove(0).last_error.unwrap_or_default()
}

/// A response that cannot be read does not mean that there is no metadata.
#[test]
fn f16_unreadable_metadata_does_not_lead_to_the_default_address() {
    type Answer = fn(String) -> Behaviour;
    let rows: [(&str, Answer); 7] = [
        ("empty", |_| Behaviour::Body(Vec::new())),
        ("blank", |_| Behaviour::Body(b" \r\n".into())),
        ("a byte order mark alone", |_| Behaviour::Body("\u{feff}".into())),
        ("a byte of Latin-1", |text| {
            Behaviour::Body([&text.as_bytes()[..text.len() - 1], b",\"op_name\":\"Caf\xe9\"}"].concat())
        }),
        ("little-endian UTF-16", |text| {
            Behaviour::Body(text.encode_utf16().flat_map(u16::to_le_bytes).collect())
        }),
        ("big-endian UTF-16", |text| {
            Behaviour::Body(text.encode_utf16().flat_map(u16::to_be_bytes).collect())
        }),
        ("compressed", |_| Behaviour::GzipBomb(0)),
    ];
    for (what, answer) in rows {
        let change = |issuer: &TestIssuer| {
            for endpoint in METADATA {
                issuer.behave(endpoint, answer(issuer.metadata().to_string()));
            }
        };
        let bench = Bench::with_issuer(change, |builder| builder);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{what}");
        let reported = last_error(&bench);
        assert!(reported.contains("/.well-known/openid-configuration: the "), "{what}: {reported}");
        fetches(&format!("F16 metadata that cannot be read: {what}"), &bench.issuer, 0);
    }
}

#[test]
fn f16_truncated_metadata_does_not_lead_to_the_default_address() {
    let cut = |issuer: &TestIssuer| {
        let text = issuer.metadata().to_string();
        for endpoint in METADATA {
            issuer.behave(endpoint, Behaviour::Body(text[..text.len() / 2].into()));
        }
    };
    let bench = Bench::with_issuer(cut, |builder| builder);
    assert!(lacks_keys(&bench.verdict_on_fresh_token()));
    assert!(last_error(&bench).contains("not JSON"));
    fetches("F16 metadata that is cut off", &bench.issuer, 0);
}

/// Each location alone, for an issuer with and without a path.
#[test]
fn f16_metadata_is_found_at_each_location() {
    const ALL: [Endpoint; 3] =
        [Endpoint::OpenIdConfiguration, Endpoint::AuthorizationServer, Endpoint::InsertedOpenIdConfiguration];
    let elsewhere = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    for only in ALL {
        // Responses of servers and gateways to an unknown path.
        for status in [StatusCode::NOT_FOUND, StatusCode::GONE, StatusCode::FORBIDDEN, StatusCode::FOUND] {
            let clock = TestClock::new();
            let issuer = TestIssuer::builder()
                .algorithms([Algorithm::ES256])
                .clock(clock.clone())
                .path("/tenant/a")
                .start();
            for endpoint in ALL {
                issuer.behave(endpoint, Behaviour::Status(status));
            }
            issuer.behave(only, metadata(&issuer, "jwks_uri", elsewhere.jwks_url()));
            let validator = builder(&issuer, &clock).build().unwrap();
            let token = issuer.token().signed_with(&elsewhere.key(Algorithm::ES256)).sign();
            assert_eq!(verdict(&validator, &token), Ok(()), "{only:?}, the others {status}");
            fetches(&format!("F16 metadata at {only:?}, the others {status}"), &issuer, 0);
        }
    }
}

#[test]
fn f16_an_error_names_the_answer_of_each_location() {
    let hide = |issuer: &TestIssuer| {
        issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Html);
        issuer.behave(Endpoint::AuthorizationServer, Behaviour::Status(StatusCode::NOT_FOUND));
        issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::FORBIDDEN));
    };
    let bench = Bench::with_issuer(hide, |builder| builder);
    let reported = |bench: &Bench| last_error(bench).replace(bench.issuer.url(), "");
    let expected = "/.well-known/jwks.json: the answer is 403 Forbidden; 200 is expected, and redirects are not followed; \
                    no metadata was found: /.well-known/openid-configuration (200, but no issuer metadata), \
                    /.well-known/oauth-authorization-server (404 Not Found)";
    assert!(lacks_keys(&bench.verdict_on_fresh_token()));
    assert_eq!(reported(&bench), expected);

    bench.issuer.behave(Endpoint::AuthorizationServer, Behaviour::Status(StatusCode::UNAUTHORIZED));
    let cold = Bench::with_issuer(
        |issuer| {
            hide(issuer);
            issuer.behave(Endpoint::AuthorizationServer, Behaviour::Status(StatusCode::UNAUTHORIZED));
        },
        |builder| builder,
    );
    let expected = "/.well-known/oauth-authorization-server: the answer is 401 Unauthorized; 200 is expected, and \
                    redirects are not followed; no metadata was found: /.well-known/openid-configuration (200, but no \
                    issuer metadata)";
    assert!(lacks_keys(&cold.verdict_on_fresh_token()));
    assert_eq!(reported(&cold), expected);
}

#[test]
fn f16_without_metadata_the_keys_are_at_the_default_address() {
    for behaviour in
        [Behaviour::Status(StatusCode::NOT_FOUND), Behaviour::Html, Behaviour::Body(b"{}".into())]
    {
        let hide = |issuer: &TestIssuer| {
            for endpoint in [Endpoint::OpenIdConfiguration, Endpoint::AuthorizationServer] {
                issuer.behave(endpoint, behaviour.clone());
            }
        };
        let bench = Bench::with_issuer(hide, |builder| builder);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{behaviour:?}");
        fetches(&format!("F16 no metadata: {behaviour:?}"), &bench.issuer, 1);
    }
}

/// Keys at any address other than the one in the metadata may be old.
#[test]
fn f16_failing_metadata_does_not_lead_to_the_default_address() {
    for status in [204, 206, 301, 302, 308, 400, 401, 403, 407, 418, 421, 429, 451, 500, 502, 503] {
        let status = StatusCode::from_u16(status).unwrap();
        let fail = |issuer: &TestIssuer| {
            issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Status(status));
            issuer.behave(Endpoint::AuthorizationServer, Behaviour::Status(StatusCode::NOT_FOUND));
        };
        let bench = Bench::with_issuer(fail, |builder| builder);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{status}");
        fetches(&format!("F16 metadata that is down: {status}"), &bench.issuer, 0);
        bench.issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Normal);
        bench.advance_seconds(1);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{status}");
    }
}

#[test]
fn f16_keys_at_another_address_are_fetched_only_from_there() {
    let elsewhere = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let point = |issuer: &TestIssuer| {
        issuer.behave(Endpoint::OpenIdConfiguration, metadata(issuer, "jwks_uri", elsewhere.jwks_url()));
    };
    let bench = Bench::with_issuer(point, |builder| builder);
    let theirs = bench.token().signed_with(&elsewhere.key(Algorithm::ES256)).sign();
    assert_eq!(bench.verdict(&theirs), Ok(()));
    assert_eq!(bench.verdict_on_fresh_token(), invalid(InvalidToken::UnknownKey));
    fetches("F16 keys elsewhere", &bench.issuer, 0);
}

/// The old document is still at its address, as after a move without a clean-up.
#[test]
fn f16_keys_that_move_are_found_even_where_the_old_ones_stay() {
    let elsewhere = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let bench = Bench::new();
    let old = bench.token().sign();
    assert_eq!(bench.verdict(&old), Ok(()));
    let point = metadata(&bench.issuer, "jwks_uri", elsewhere.jwks_url());
    bench.issuer.behave(Endpoint::OpenIdConfiguration, point);
    for _ in 0..3 {
        bench.advance_seconds(REFRESH);
        bench.settle();
    }
    let moved = bench.token().signed_with(&elsewhere.key(Algorithm::ES256)).sign();
    assert_eq!(bench.verdict(&moved), Ok(()));
    assert_eq!(bench.verdict_on_fresh_token(), invalid(InvalidToken::UnknownKey), "the old keys are gone");
}

/// Wherever the metadata was when the validator started, and wherever it moves.
#[test]
fn f13c_moved_keys_are_found_by_the_first_unknown_key() {
    const GONE: Behaviour = Behaviour::Status(StatusCode::NOT_FOUND);
    let elsewhere = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let rows = [
        ("the metadata names another place", [None, None], [true, false]),
        ("both documents do", [None, None], [true, true]),
        ("the metadata appears, at the first location", [Some(GONE), Some(GONE)], [true, false]),
        ("the metadata appears, at the second location", [Some(GONE), Some(GONE)], [false, true]),
        ("the metadata moves to the second location", [None, Some(GONE)], [false, true]),
        ("the metadata moves to the first location", [Some(GONE), None], [true, false]),
    ];
    for (what, before, after) in rows {
        let prepare = |issuer: &TestIssuer| {
            for (endpoint, behaviour) in METADATA.into_iter().zip(before) {
                issuer.behave(endpoint, behaviour.unwrap_or(Behaviour::Normal));
            }
        };
        let bench = Bench::with_issuer(prepare, |builder| builder);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{what}");
        for (endpoint, is_there) in METADATA.into_iter().zip(after) {
            let point = metadata(&bench.issuer, "jwks_uri", elsewhere.jwks_url());
            bench.issuer.behave(endpoint, if is_there { point } else { GONE });
        }
        let moved = bench.token().signed_with(&elsewhere.key(Algorithm::ES256)).sign();
        assert_eq!(bench.verdict(&moved), Ok(()), "{what}: the first token under the new key");
        let old = bench.verdict_on_fresh_token();
        assert_eq!(old, invalid(InvalidToken::UnknownKey), "{what}: the old keys are gone");
        fetches(&format!("F13c the old place after a move: {what}"), &bench.issuer, 1);
    }
}

/// No request has an unknown key, as when the old keys have leaked and only the attacker uses them.
#[test]
fn f13c_keys_that_moved_replace_the_old_ones_with_the_next_background_fetch() {
    let elsewhere = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let bench = Bench::new();
    let point = metadata(&bench.issuer, "jwks_uri", elsewhere.jwks_url());
    bench.issuer.behave(Endpoint::OpenIdConfiguration, point);
    bench.advance_seconds(REFRESH);
    elsewhere.wait_for_fetches(1);
    // Waits for the fetch in progress, and causes at most one more.
    assert_eq!(bench.verdict(&bench.token().signed_with(&elsewhere.key(Algorithm::ES256)).sign()), Ok(()));
    assert_eq!(bench.verdict_on_fresh_token(), invalid(InvalidToken::UnknownKey));
    fetches("F13c the old place after a move and a refresh", &bench.issuer, 1);
}

/// A flood of invented key ids causes no more metadata requests than those of the bounded fetches.
#[test]
fn f13c_a_flood_causes_no_more_requests_for_metadata_than_its_fetches() {
    let metadata_requests = |issuer: &TestIssuer| {
        issuer.requests().iter().filter(|request| !request.uri().path().ends_with("jwks.json")).count()
    };
    for (hidden, each) in [(0, 1), (1, 2), (2, 2)] {
        let hide = |issuer: &TestIssuer| {
            for endpoint in METADATA.into_iter().take(hidden) {
                issuer.behave(endpoint, Behaviour::Status(StatusCode::NOT_FOUND));
            }
        };
        let bench = Bench::with_issuer(hide, |builder| builder);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
        for _ in 0..60 {
            bench.settle();
            bench.advance_seconds(1);
        }
        fetches("F13c 60 s of invented key ids: the first fetch, and four", &bench.issuer, 1 + 4);
        assert_eq!(metadata_requests(&bench.issuer), each * (1 + 4), "{hidden} locations without metadata");
    }
}

/// The default address still serves keys that were withdrawn long ago. Once metadata has named
/// another address and keys were fetched from there, only that address counts, whatever happens to
/// the metadata.
#[test]
fn f13c_the_old_address_never_counts_again() {
    let elsewhere = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let mut replies: Vec<_> = [302, 401, 403, 404, 410, 429, 500, 503]
        .map(|status| Behaviour::Status(StatusCode::from_u16(status).unwrap()))
        .into();
    replies.extend([Behaviour::Html, Behaviour::Body(b"{}".into()), Behaviour::Disconnect]);
    for reply in replies {
        elsewhere.behave(Endpoint::Jwks, Behaviour::Normal);
        let point = |issuer: &TestIssuer| {
            issuer.behave(Endpoint::OpenIdConfiguration, metadata(issuer, "jwks_uri", elsewhere.jwks_url()));
        };
        let bench = Bench::with_issuer(point, |builder| builder);
        let theirs = |bench: &Bench| bench.token().signed_with(&elsewhere.key(Algorithm::ES256)).sign();
        assert_eq!(bench.verdict(&theirs(&bench)), Ok(()), "{reply:?}");
        for endpoint in METADATA {
            bench.issuer.behave(endpoint, reply.clone());
        }
        elsewhere.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE));
        assert!(
            lacks_keys(&bench.verdict_on_fresh_token()),
            "{reply:?}: the fetch for the withdrawn key fails"
        );
        elsewhere.behave(Endpoint::Jwks, Behaviour::Normal);
        for pause in [COOL_DOWN, REFRESH, TTL] {
            bench.advance_seconds(pause);
            assert_eq!(bench.verdict(&theirs(&bench)), Ok(()), "{reply:?}, after {pause} s");
            let withdrawn = bench.verdict_on_fresh_token();
            assert_eq!(withdrawn, invalid(InvalidToken::UnknownKey), "{reply:?}, after {pause} s");
        }
        fetches(&format!("F13c the default address, while metadata answers {reply:?}"), &bench.issuer, 0);
    }
}

#[test]
fn f16_missing_metadata_does_not_remove_keys() {
    let gone = [
        Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE),
        Behaviour::Status(StatusCode::NOT_FOUND),
        Behaviour::Html,
        Behaviour::Disconnect,
    ];
    for gone in gone {
        let elsewhere = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
        let point = |issuer: &TestIssuer| {
            issuer.behave(Endpoint::OpenIdConfiguration, metadata(issuer, "jwks_uri", elsewhere.jwks_url()));
        };
        let bench = Bench::with_issuer(point, |builder| builder);
        for endpoint in [Endpoint::OpenIdConfiguration, Endpoint::AuthorizationServer] {
            bench.issuer.behave(endpoint, gone.clone());
        }
        for refresh in 1..=4 {
            bench.advance_seconds(REFRESH);
            bench.settle();
            let token = bench.token().signed_with(&elsewhere.key(Algorithm::ES256)).sign();
            assert_eq!(bench.verdict(&token), Ok(()), "{gone:?}, refresh {refresh}");
        }
        assert_eq!(bench.issuer.fetches(), 0, "{gone:?}: the default address gets no request");
    }
}

#[test]
fn f17_metadata_enables_no_algorithm() {
    let list = |issuer: &TestIssuer| {
        let algorithms = json!(["none", "HS256"]);
        let behaviour = metadata(issuer, "id_token_signing_alg_values_supported", algorithms);
        issuer.behave(Endpoint::OpenIdConfiguration, behaviour);
    };
    let bench = Bench::with_issuer(list, |builder| builder);
    let pem = bench.issuer.key(Algorithm::ES256).public_pem();
    let token = bench.token();
    let unsigned = token.clone().header("alg", "none").sign();
    for forged in [token.sign_hs256(pem.as_bytes()), unsigned] {
        assert_eq!(bench.verdict(&forged), invalid(InvalidToken::Algorithm));
    }
    assert_eq!(bench.verdict(&token.sign()), Ok(()));
    fetches("F17 metadata that lists none and HS256", &bench.issuer, 1);
}
