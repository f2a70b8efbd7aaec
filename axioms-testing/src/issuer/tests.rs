//! What an issuer serves to a client that speaks raw HTTP.

use std::io::{self, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use http::{Response, StatusCode};

use super::*;
use crate::{Framing, RawRequest, TestClock};

const JWKS: &str = "/.well-known/jwks.json";
const OPENID: &str = "/.well-known/openid-configuration";

/// Longer than any test takes.
const FOR_EVER: Duration = Duration::from_secs(3600);

fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithms([Algorithm::ES256]).start()
}

fn get(issuer: &TestIssuer, target: &str) -> io::Result<Response<Vec<u8>>> {
    RawRequest::get(target).send(issuer.address())
}

fn document(issuer: &TestIssuer, target: &str) -> Value {
    let response = get(issuer, target).unwrap();
    assert_eq!(response.status(), 200);
    assert_eq!(response.headers()["content-type"], "application/json");
    serde_json::from_slice(response.body()).unwrap()
}

fn published_kids(issuer: &TestIssuer) -> Vec<String> {
    let keys = document(issuer, JWKS)["keys"].take();
    keys.as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn by_default_there_is_a_key_of_every_algorithm() {
    let issuer = TestIssuer::start();
    let keys = document(&issuer, JWKS)["keys"].take();
    let mut published: Vec<_> = keys
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["alg"].as_str().unwrap().parse::<Algorithm>().unwrap())
        .collect();
    published.sort();
    assert_eq!(published, SigningKey::algorithms().collect::<Vec<_>>());
    assert_eq!(
        issuer.keys().iter().map(SigningKey::public_jwk).collect::<Vec<_>>(),
        *keys.as_array().unwrap()
    );
}

#[test]
fn discovery_names_the_issuer_and_its_key_set() {
    let issuer = issuer();
    assert!(!issuer.url().ends_with('/'));
    for target in [OPENID, "/.well-known/oauth-authorization-server"] {
        let metadata = document(&issuer, target);
        assert_eq!(metadata["issuer"], issuer.url());
        assert_eq!(metadata["jwks_uri"], issuer.jwks_url());
    }
    assert_eq!(issuer.jwks_url(), format!("{}{JWKS}", issuer.url()));
}

#[test]
fn discovery_of_an_issuer_with_a_path_stands_where_each_specification_says() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).path("/tenant/a").start();
    assert!(issuer.url().ends_with("/tenant/a"));
    for target in
        ["/tenant/a/.well-known/openid-configuration", "/.well-known/oauth-authorization-server/tenant/a"]
    {
        assert_eq!(document(&issuer, target)["issuer"], issuer.url());
    }
    assert_eq!(get(&issuer, OPENID).unwrap().status(), 404);
    assert_eq!(document(&issuer, "/tenant/a/.well-known/jwks.json")["keys"].as_array().unwrap().len(), 1);
}

#[test]
fn a_trailing_slash_belongs_to_the_identifier_alone() {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).path("/").start();
    assert!(issuer.url().ends_with('/'));
    assert_eq!(document(&issuer, OPENID)["issuer"], issuer.url());
}

#[test]
fn tokens_follow_the_issuer_its_clock_and_its_newest_key() {
    let clock = TestClock::new();
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    let kid = issuer.rotate(Algorithm::ES256);
    clock.advance(Duration::from_secs(7));

    let token = issuer.token().sign();
    let part = |n| {
        use base64::Engine;
        let segment = token.split('.').nth(n).unwrap();
        let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(segment).unwrap();
        serde_json::from_slice::<Value>(&bytes).unwrap()
    };
    assert_eq!(part(0)["kid"], kid);
    assert_eq!(part(1)["iss"], issuer.url());
    assert_eq!(part(1)["iat"], clock.unix_time().as_secs());
}

#[test]
fn rotation_publishes_beside_the_old_key_until_that_is_withdrawn() {
    let issuer = issuer();
    let old = issuer.key(Algorithm::ES256);
    let new = issuer.rotate(Algorithm::ES256);
    assert_eq!(published_kids(&issuer), [old.kid(), &new]);
    assert_eq!(issuer.key(Algorithm::ES256).kid(), new);

    issuer.withdraw(old.kid());
    assert_eq!(published_kids(&issuer), [new]);
    assert_eq!(issuer.keys().len(), 2);
}

#[test]
#[should_panic(expected = r#"the key set has no key "typo" to withdraw"#)]
fn withdrawing_what_is_not_there_is_a_mistake() {
    issuer().withdraw("typo");
}

#[test]
fn the_key_set_can_be_extended_and_replaced() {
    let issuer = issuer();
    issuer.add_jwk(serde_json::json!({ "kid": "odd", "kty": "oct" }));
    let kids = published_kids(&issuer);
    assert_eq!((kids.len(), kids[1].as_str()), (2, "odd"));
    issuer.set_jwks("{");
    issuer.rotate(Algorithm::ES256);
    assert_eq!(get(&issuer, JWKS).unwrap().body(), b"{");
}

#[test]
fn a_header_is_sent_with_its_document_and_replaces_the_own_one() {
    let issuer = issuer();
    issuer.set_header(Endpoint::Jwks, "ETag", "\"one\"");
    issuer.set_header(Endpoint::Jwks, "Content-Type", "text/plain");
    let keys = get(&issuer, JWKS).unwrap();
    let values = |name| keys.headers().get_all(name).iter().collect::<Vec<_>>();
    assert_eq!(values("etag"), ["\"one\""]);
    assert_eq!(values("content-type"), ["text/plain"]);
    assert_eq!(get(&issuer, OPENID).unwrap().headers()["content-type"], "application/json");

    issuer.rotate(Algorithm::ES256);
    let again = RawRequest::get(JWKS).header("If-None-Match", "\"one\"").send(issuer.address()).unwrap();
    assert_eq!(again.status(), 304, "whatever the key set is");
}

#[test]
fn a_client_that_has_this_version_of_the_key_set_is_told_so() {
    let issuer = issuer();
    issuer.set_header(Endpoint::Jwks, "cache-control", "max-age=60");
    let first = get(&issuer, JWKS).unwrap();
    assert_eq!(first.headers()["cache-control"], "max-age=60");

    let again = RawRequest::get(JWKS).header("If-None-Match", &first.headers()["etag"]);
    let second = again.send(issuer.address()).unwrap();
    assert_eq!((second.status().as_u16(), second.body().len()), (304, 0));

    issuer.rotate(Algorithm::ES256);
    assert_eq!(again.send(issuer.address()).unwrap().status(), 200);
}

#[test]
fn requests_are_logged_and_counted() {
    let issuer = issuer();
    RawRequest::get(OPENID).header("X-Trace", "1").send(issuer.address()).unwrap();
    get(&issuer, "/elsewhere").unwrap();
    get(&issuer, JWKS).unwrap();

    let requests = issuer.requests();
    let paths: Vec<_> = requests.iter().map(|request| request.uri().path()).collect();
    assert_eq!(paths, [OPENID, "/elsewhere", JWKS]);
    assert_eq!(requests[0].headers()["x-trace"], "1");
    assert_eq!((issuer.fetches(), issuer.connections()), (1, 3));
}

#[test]
fn documents_are_only_for_reading() {
    let issuer = issuer();
    assert_eq!(RawRequest::new("POST", JWKS).send(issuer.address()).unwrap().status(), 404);
}

#[test]
fn each_endpoint_misbehaves_alone() {
    let issuer = issuer();
    issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Status(StatusCode::INTERNAL_SERVER_ERROR));
    assert_eq!(get(&issuer, OPENID).unwrap().status(), 500);
    assert_eq!(get(&issuer, JWKS).unwrap().status(), 200);
    issuer.behave(Endpoint::OpenIdConfiguration, Behaviour::Normal);
    assert_eq!(get(&issuer, OPENID).unwrap().status(), 200);
}

#[test]
fn wrong_answers_arrive_as_ordered() {
    let issuer = issuer();
    let answer = |behaviour| {
        issuer.behave(Endpoint::Jwks, behaviour);
        get(&issuer, JWKS).unwrap()
    };
    assert_eq!(answer(Behaviour::Status(StatusCode::NO_CONTENT)).status(), 204);
    let labelled = answer(Behaviour::Labelled(StatusCode::NOT_FOUND, "image/png"));
    assert_eq!(
        (labelled.status().as_u16(), &labelled.headers()["content-type"]),
        (404, &"image/png".parse().unwrap())
    );
    assert_eq!(labelled.body(), issuer.jwks().as_bytes());
    assert_eq!(answer(Behaviour::Body(b"\xFF".to_vec())).body(), b"\xFF");
    assert_eq!(answer(Behaviour::Html).headers()["content-type"], "text/html; charset=utf-8");
    let redirect = answer(Behaviour::Redirect("http://169.254.169.254/".to_owned()));
    assert_eq!(
        (redirect.status().as_u16(), &redirect.headers()["location"]),
        (302, &"http://169.254.169.254/".parse().unwrap())
    );

    let half = issuer.jwks().len() / 2;
    assert_eq!(answer(Behaviour::LengthTooShort).body(), &issuer.jwks().as_bytes()[..half]);
}

#[test]
fn slow_answers_are_right_in_the_end() {
    let issuer = issuer();
    for behaviour in [Behaviour::Delay(Duration::from_millis(1)), Behaviour::Drip(Duration::ZERO)] {
        issuer.behave(Endpoint::Jwks, behaviour);
        assert_eq!(get(&issuer, JWKS).unwrap().body(), issuer.jwks().as_bytes());
    }
}

#[test]
fn huge_answers_are_right_in_the_end() {
    const PADDING: usize = 300_000;
    let issuer = issuer();
    for framing in [Framing::ContentLength, Framing::Chunked, Framing::Close] {
        issuer.behave(Endpoint::Jwks, Behaviour::Huge(PADDING as u64, framing));
        let response = get(&issuer, JWKS).unwrap();
        assert_eq!(response.headers().contains_key("content-length"), framing == Framing::ContentLength);
        assert_eq!(response.body().len(), PADDING + issuer.jwks().len());
        assert_eq!(
            serde_json::from_slice::<Value>(response.body()).unwrap()["keys"].as_array().unwrap().len(),
            1
        );
    }
}

#[test]
fn a_gzip_bomb_is_small_on_the_wire() {
    let issuer = issuer();
    issuer.behave(Endpoint::Jwks, Behaviour::GzipBomb(1 << 20));
    let response = get(&issuer, JWKS).unwrap();
    assert_eq!(response.headers()["content-encoding"], "gzip");
    assert!(response.body().len() < 1 << 14);
}

#[test]
fn broken_answers_end_early() {
    let issuer = issuer();
    for (behaviour, kind) in [
        (Behaviour::Disconnect, io::ErrorKind::UnexpectedEof),
        (Behaviour::Truncate, io::ErrorKind::UnexpectedEof),
        (Behaviour::LengthTooLong, io::ErrorKind::UnexpectedEof),
        (Behaviour::Reset, io::ErrorKind::ConnectionReset),
    ] {
        issuer.behave(Endpoint::Jwks, behaviour.clone());
        assert_eq!(get(&issuer, JWKS).unwrap_err().kind(), kind, "{behaviour:?}");
    }
}

#[test]
fn dropping_the_issuer_ends_what_hangs() {
    for behaviour in [Behaviour::Hang, Behaviour::Delay(FOR_EVER), Behaviour::Drip(FOR_EVER)] {
        let issuer = issuer();
        issuer.behave(Endpoint::Jwks, behaviour);
        let address = issuer.address();
        let client = thread::spawn(move || RawRequest::get(JWKS).send(address));
        issuer.wait_for_fetches(1);
        drop(issuer);
        assert!(client.join().unwrap().is_err());
    }
}

#[test]
fn a_hold_keeps_answers_back_and_counts_requests() {
    let issuer = issuer();
    let hold = issuer.hold();
    let address = issuer.address();
    let clients: Vec<_> =
        (0..3).map(|_| thread::spawn(move || RawRequest::get(JWKS).send(address).unwrap())).collect();
    issuer.wait_for_fetches(3);
    // Clients have no answer yet, so after the hold they see what changed during it.
    let kid = issuer.rotate(Algorithm::ES256);
    drop(hold);
    for client in clients {
        assert!(String::from_utf8(client.join().unwrap().into_body()).unwrap().contains(&kid));
    }
}

#[test]
fn more_clients_than_there_is_room_for_are_all_served() {
    let issuer = issuer();
    // They use all places and send nothing; the next client waits until they leave.
    let silent: Vec<_> = (0..128).map(|_| TcpStream::connect(issuer.address()).unwrap()).collect();
    let mut waiting = TcpStream::connect(issuer.address()).unwrap();
    write!(waiting, "GET {JWKS} HTTP/1.1\r\n\r\n").unwrap();
    drop(silent);
    issuer.wait_for_fetches(1);
}

#[test]
fn the_secrets_of_an_issuer_are_its_own() {
    let (one, two) = (TestIssuer::start(), TestIssuer::start());
    for key in one.keys() {
        assert!(two.keys().iter().all(|other| other.public_der() != key.public_der()), "{key:?}");
    }
}
