//! F: fetching, rotation and outage, against real sockets and a clock that the test moves.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use axioms_core::http::StatusCode;
use axioms_core::testing::{AUDIENCE, Behaviour, Endpoint, Framing, TestIssuer, base64url};
use axioms_core::{Algorithm, InvalidToken, RefusalCause, Validator};
use serde_json::{Value, json};

use crate::common::{self, Bench, block_on, invalid, join, lacks_keys, verdict};

const REFRESH: u64 = 3600;
const TTL: u64 = 2 * REFRESH;
const COOL_DOWN: u64 = 30;

/// Tokens under key ids that nobody has. Each is refused before its signature is looked at, so one serves for all.
fn flood(bench: &Bench, kids: std::ops::Range<usize>) {
    let token = bench.token().sign();
    let (_, rest) = token.split_once('.').unwrap();
    for n in kids {
        let header = base64url(json!({"alg": "ES256", "kid": format!("bogus-{n}")}).to_string());
        let verdict = bench.verdict(&format!("{header}.{rest}"));
        assert_eq!(verdict, invalid(InvalidToken::UnknownKey), "bogus-{n}");
    }
}

fn bench_in_outage() -> Bench {
    Bench::with_issuer(
        |issuer| issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE)),
        |builder| builder,
    )
}

#[test]
fn f1_a_flood_of_key_ids_causes_two_fetches_in_a_cool_down() {
    let bench = Bench::new();
    flood(&bench, 0..10_000);
    assert_eq!(bench.issuer.fetches(), 1 + 1, "the first one, and one for the flood");
    for second in 1..COOL_DOWN {
        bench.advance_seconds(1);
        flood(&bench, 0..20);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "second {second}: the flood harms nobody");
    }
    assert_eq!(bench.issuer.fetches(), 1 + 2, "and the reserve");
}

#[test]
fn f2_a_key_rotated_in_under_a_flood_is_found_within_the_cool_down() {
    let bench = Bench::new();
    flood(&bench, 0..100);
    bench.issuer.rotate(Algorithm::ES256);
    let found = (0..COOL_DOWN).find(|_| {
        bench.advance_seconds(1);
        flood(&bench, 0..20);
        bench.verdict_on_fresh_token() == Ok(())
    });
    assert!(found.is_some(), "the flood locked the rotation out");
    assert!(bench.issuer.fetches() <= 3);
}

#[test]
fn f3_a_thousand_cold_requests_cause_one_fetch() {
    let mut hold = None;
    let bench = Bench::with_issuer(|issuer| hold = Some(issuer.hold()), |builder| builder.prefetch(false));
    let token = bench.token().sign();
    // The fetch is answered once it has been asked for and all of them wait.
    let cold = (0..1000).map(|_| bench.validator.validate_async(&token));
    let release = async {
        bench.issuer.wait_for_fetches(1);
        drop(hold.take());
    };
    let (verdicts, ()) = block_on(both(join(cold), release));
    assert!(verdicts.iter().all(Result::is_ok));
    assert_eq!(bench.issuer.fetches(), 1);
}

/// Polls the second only after the first has been.
async fn both<A, B>(first: impl Future<Output = A>, second: impl Future<Output = B>) -> (A, B) {
    let (mut first, mut second) = (Box::pin(first), Box::pin(second));
    let (mut one, mut two) = (None, None);
    std::future::poll_fn(|context| {
        use std::task::Poll;

        if one.is_none()
            && let Poll::Ready(output) = first.as_mut().poll(context)
        {
            one = Some(output);
        }
        if two.is_none()
            && let Poll::Ready(output) = second.as_mut().poll(context)
        {
            two = Some(output);
        }
        if one.is_some() && two.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    (one.unwrap(), two.unwrap())
}

#[test]
fn f3_threads_share_a_fetch_for_an_unknown_key_too() {
    let bench = Bench::new();
    bench.issuer.rotate(Algorithm::ES256);
    let token = bench.token().sign();
    let hold = bench.issuer.hold();
    thread::scope(|scope| {
        let all: Vec<_> = (0..50).map(|_| scope.spawn(|| bench.verdict(&token))).collect();
        bench.issuer.wait_for_fetches(2);
        drop(hold);
        assert!(all.into_iter().all(|one| one.join().unwrap() == Ok(())));
    });
    assert_eq!(bench.issuer.fetches(), 2);
}

#[test]
fn f5_f6_f7_known_keys_outlive_an_outage_until_their_time_is_up() {
    let bench = Bench::new();
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Disconnect);
    for (id, second) in [("F5", REFRESH - 1), ("F5", REFRESH), ("F6", TTL - 1)] {
        set_age(&bench, second);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{id}, after {second} s");
    }
    set_age(&bench, TTL);
    assert!(lacks_keys(&bench.verdict_on_fresh_token()), "F7");
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Normal);
    bench.advance_seconds(60);
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "it recovers by itself");
}

/// Moves the clock to this long after the bench was set up.
fn set_age(bench: &Bench, seconds: u64) {
    use axioms_core::Clock as _;

    bench.advance_seconds(seconds - bench.clock.monotonic().as_secs());
}

#[test]
fn f7_a_cold_outage_costs_one_fetch_however_many_ask() {
    let bench = bench_in_outage();
    let token = bench.token().sign();
    for _ in 0..20 {
        let refusal = bench.validator.validate(&token).unwrap_err();
        assert!(matches!(refusal.cause(), RefusalCause::KeysUnavailable { .. }));
        assert_eq!((refusal.status().as_u16(), refusal.error()), (503, "temporarily_unavailable"));
        assert_eq!(refusal.retry_after(), Some(1));
    }
    assert_eq!(bench.issuer.fetches(), 1);
}

#[test]
fn f7_attempts_back_off_while_the_outage_lasts() {
    let bench = bench_in_outage();
    // Pauses of at most 1, 2, 4, 8, 16, 32, 60 and 60 s, each shortened by a tenth at most.
    for (n, pause) in [1, 2, 4, 8, 16, 32, 60, 60].into_iter().enumerate() {
        let early = bench.validator.validate(&bench.token().sign()).unwrap_err();
        let told = early.retry_after().unwrap();
        assert!(told <= pause && told * 10 >= pause * 9, "told to wait {told} s of {pause} s");
        bench.advance_seconds(pause);
        bench.issuer.wait_for_fetches(n + 2);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()));
        assert_eq!(bench.issuer.fetches(), n + 2, "nobody who asks adds a fetch");
    }
}

#[test]
fn f8_a_failed_fetch_evicts_nothing() {
    let bench = Bench::new();
    let failures = [
        Behaviour::Status(StatusCode::INTERNAL_SERVER_ERROR),
        Behaviour::Disconnect,
        Behaviour::Truncate,
        Behaviour::LengthTooShort,
        Behaviour::LengthTooLong,
        Behaviour::Reset,
        Behaviour::Html,
        Behaviour::Body(Vec::new()),
    ];
    for (n, failure) in failures.into_iter().enumerate() {
        bench.issuer.behave(Endpoint::Jwks, failure.clone());
        bench.advance_seconds(COOL_DOWN);
        bench.settle();
        assert!(bench.issuer.fetches() >= n + 2, "{failure:?}");
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{failure:?}");
    }
}

#[test]
fn f9_a_withdrawn_key_is_refused_after_the_next_refresh() {
    let bench = Bench::new();
    let old = bench.issuer.key(Algorithm::ES256);
    bench.issuer.rotate(Algorithm::ES256);
    bench.issuer.withdraw(old.kid());
    bench.advance_seconds(REFRESH);
    bench.issuer.wait_for_fetches(2);
    bench.settle();
    let stale = bench.token().signed_with(&old).sign();
    assert_eq!(bench.verdict(&stale), invalid(InvalidToken::UnknownKey));
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
}

#[test]
fn f9_a_key_withdrawn_in_an_outage_is_refused_when_its_time_is_up() {
    let bench = Bench::new();
    bench.issuer.behave(Endpoint::Jwks, Behaviour::Status(StatusCode::INTERNAL_SERVER_ERROR));
    bench.advance_seconds(TTL);
    assert!(lacks_keys(&bench.verdict_on_fresh_token()));
}

#[test]
fn f11_the_first_token_under_a_rotated_key_is_accepted() {
    let bench = Bench::new();
    bench.issuer.rotate(Algorithm::ES256);
    assert_eq!(bench.verdict_on_fresh_token(), Ok(()));
    assert_eq!(bench.issuer.fetches(), 2);
}

#[test]
fn f11_setting_the_wall_clock_neither_revives_nor_drops_keys() {
    let bench = Bench::new();
    for date in [1_000_000_000, 4_000_000_000] {
        bench.clock.set_unix_time(Duration::from_secs(date));
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{date}");
    }
    assert_eq!(bench.issuer.fetches(), 1);
}

/// Real time: each of these waits for the deadline of 5 s, side by side.
#[test]
fn f12_an_answer_that_takes_too_long_is_given_up() {
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
                let built = Validator::builder().audience(AUDIENCE).issuer(issuer.url()).fail_fast().build();
                let error = built.unwrap_err().to_string();
                assert!(
                    error.contains("no complete answer within 5 s"),
                    "{endpoint:?} {behaviour:?}: {error}"
                );
            });
        }
    });
}

#[test]
fn f13_an_answer_that_is_too_long_is_given_up() {
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
                // Else the metadata would be found at its second address.
                issuer.behave(Endpoint::AuthorizationServer, behaviour.clone());
            };
            let bench = Bench::with_issuer(prepare, |builder| builder);
            let verdict = bench.verdict_on_fresh_token();
            let passed_over = matches!(behaviour, Behaviour::GzipBomb(_)) && endpoint != Endpoint::Jwks;
            assert_eq!(lacks_keys(&verdict), !passed_over, "{endpoint:?} {behaviour:?}: {verdict:?}");
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
        let verdict = Bench::with_issuer(pad, |builder| builder).verdict_on_fresh_token();
        assert_eq!(verdict.is_ok(), expected_ok, "{beyond} bytes beyond: {verdict:?}");
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
        let redirect = |issuer: &TestIssuer| {
            for endpoint in [Endpoint::Jwks, Endpoint::OpenIdConfiguration, Endpoint::AuthorizationServer] {
                issuer.behave(endpoint, Behaviour::Redirect(target.clone()));
            }
        };
        let bench = Bench::with_issuer(redirect, |builder| builder);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{target}");
        assert_eq!(bench.issuer.fetches(), 1, "{target}");
    }
    assert_eq!(canary.connections(), 0);
}

#[test]
fn f14_a_redirect_loop_is_one_request() {
    let turn = |issuer: &TestIssuer| issuer.behave(Endpoint::Jwks, Behaviour::Redirect(issuer.jwks_url()));
    let bench = Bench::with_issuer(turn, |builder| builder);
    assert!(lacks_keys(&bench.verdict_on_fresh_token()));
    assert_eq!(bench.issuer.fetches(), 1);
}

/// Metadata as the issuer's own, but for one member.
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
        ("no address", "jwks_uri", json!("jwks.json")),
    ];
    for (what, member, value) in rows {
        let change = |issuer: &TestIssuer| {
            for endpoint in [Endpoint::OpenIdConfiguration, Endpoint::AuthorizationServer] {
                issuer.behave(endpoint, metadata(issuer, member, value.clone()));
            }
        };
        let bench = Bench::with_issuer(change, |builder| builder);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{what}");
        assert_eq!(bench.issuer.fetches(), 0, "{what}: no keys are taken on such advice");
    }
    assert_eq!(canary.connections(), 0);
}

#[test]
fn f16_without_metadata_the_keys_are_looked_for_at_the_customary_place() {
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
    }
}

/// Keys from another place than the metadata names are keys of another time.
#[test]
fn f16_metadata_that_is_down_sends_nobody_to_the_customary_place() {
    for status in [StatusCode::INTERNAL_SERVER_ERROR, StatusCode::SERVICE_UNAVAILABLE] {
        let fail =
            |issuer: &TestIssuer| issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Status(status));
        let bench = Bench::with_issuer(fail, |builder| builder);
        assert!(lacks_keys(&bench.verdict_on_fresh_token()), "{status}");
        assert_eq!(bench.issuer.fetches(), 0, "{status}");
        bench.issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Normal);
        bench.advance_seconds(1);
        assert_eq!(bench.verdict_on_fresh_token(), Ok(()), "{status}");
    }
}

#[test]
fn f16_keys_may_be_served_elsewhere_and_are_then_taken_from_there_alone() {
    let elsewhere = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let point = |issuer: &TestIssuer| {
        issuer.behave(Endpoint::OpenIdConfiguration, metadata(issuer, "jwks_uri", elsewhere.jwks_url()));
    };
    let bench = Bench::with_issuer(point, |builder| builder);
    let theirs = bench.token().signed_with(&elsewhere.key(Algorithm::ES256)).sign();
    assert_eq!(bench.verdict(&theirs), Ok(()));
    assert_eq!(bench.verdict_on_fresh_token(), invalid(InvalidToken::UnknownKey));
    assert_eq!(bench.issuer.fetches(), 0);
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

        let answer = |issuer: &TestIssuer| issuer.behave(Endpoint::Jwks, Behaviour::Status(status));
        let cold = Bench::with_issuer(answer, |builder| builder);
        assert!(lacks_keys(&cold.verdict_on_fresh_token()), "{status}, cold");
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
}

/// What the server says of the sound key set that it sends, and whether that is taken.
#[test]
fn f18_the_status_counts_and_the_content_type_does_not() {
    let bench = Bench::new();
    let rows = [
        ("200 OK", "application/json", true),
        ("200 OK", "text/html", true),
        ("200 OK", "application/jwk-set+json", true),
        ("200 OK", "image/png", true),
        ("203 Non-Authoritative Information", "application/json", false),
        ("206 Partial Content", "application/json", false),
        ("404 Not Found", "application/json", false),
        ("500 Internal Server Error", "application/json", false),
    ];
    for (status, content_type, taken) in rows {
        let url = serve_once(status, content_type, bench.issuer.jwks());
        let validator = common::builder(&bench.issuer, &bench.clock).jwks_url(url).build().unwrap();
        let verdict = verdict(&validator, &bench.token().sign());
        assert_eq!((verdict.is_ok(), lacks_keys(&verdict)), (taken, !taken), "{status}, {content_type}");
    }
}

/// Answers one request with this body; the address to ask.
fn serve_once(status: &'static str, content_type: &'static str, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            stream.read_exact(&mut byte).unwrap();
            request.extend(byte);
        }
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {length}\r\n\r\n");
        stream.write_all((head + &body).as_bytes()).unwrap();
    });
    format!("http://{address}/keys")
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
        let say = |issuer: &TestIssuer| issuer.cache_control(cache_control);
        let bench = Bench::with_issuer(say, |builder| builder);
        // A fetch may come a tenth early, so that a fleet does not ask in step.
        bench.advance_seconds(pause * 9 / 10 - 1);
        bench.settle();
        assert_eq!(
            bench.issuer.fetches(),
            2,
            "{cache_control}: the fetch that was asked for here, and no other"
        );
        bench.advance_seconds(pause);
        bench.issuer.wait_for_fetches(3);
    }
}
