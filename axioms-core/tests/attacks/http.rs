//! I, and K over HTTP: what requests say, what refusals answer, and that neither answer nor log tells the token.

use axioms_core::http::header::{AUTHORIZATION, HeaderValue};
use axioms_core::http::{Method, Request, Response};
use axioms_core::testing::{AUDIENCE, TestIssuer};
use axioms_core::{
    AccessToken, Algorithm, BadCredentials, Credentials, InvalidToken, Policy, Refusal, RefusalCause,
    Validator,
};
use serde_json::{Value, json};

use crate::common::{self, Bench, block_on, log, visible};
use crate::corpus::{self, World};

fn request(authorization: &[&[u8]]) -> Request<()> {
    let mut request = Request::new(());
    for value in authorization {
        let value = HeaderValue::from_bytes(value).expect("a server lets these bytes through");
        request.headers_mut().append(AUTHORIZATION, value);
    }
    request
}

fn authorize(validator: &Validator, authorization: &[&[u8]]) -> Result<Option<AccessToken>, Refusal> {
    validator.authorize(&request(authorization), &Policy::VALID_TOKEN)
}

/// The parts of an answer, and that every answer has the headers that all have.
fn answer(refusal: Refusal) -> (u16, Option<String>, Value) {
    let response = Response::from(refusal);
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").as_deref(), Some("application/json"));
    assert_eq!(header("cache-control").as_deref(), Some("no-store"), "I13");
    assert!(header("location").is_none() && header("set-cookie").is_none());
    (response.status().as_u16(), header("www-authenticate"), serde_json::from_str(response.body()).unwrap())
}

#[test]
fn i_every_refusal_has_its_answer() {
    let bench = Bench::configured(|builder| builder.realm("shop"));
    let dead = Bench::with_issuer(|issuer| issuer.set_jwks(""), |builder| builder.realm("shop"));
    let token = |claims: &[(&str, Value)]| {
        let token =
            claims.iter().fold(bench.token(), |token, (name, value)| token.claim(name, value.clone()));
        format!("Bearer {}", token.sign())
    };
    let scoped =
        Policy::builder().any_scopes(["read", "admin"]).all_roles(["r"]).any_scopes(["x"]).build().unwrap();
    let role = Policy::builder().any_roles(["r"]).build().unwrap();
    let any = Policy::VALID_TOKEN;
    let denied = "The access token does not grant what this resource requires";
    let rows: [(&str, &Bench, &Policy, &[String], u16, Option<&str>, &str, &str); 9] = [
        (
            "I1",
            &bench,
            &any,
            &[],
            401,
            Some(r#"Bearer realm="shop""#),
            "unauthorized",
            "An access token is required",
        ),
        (
            "I3",
            &bench,
            &any,
            &[token(&[]), token(&[])],
            400,
            Some(
                r#"Bearer realm="shop", error="invalid_request", error_description="The request must carry one Authorization header with one Bearer token""#,
            ),
            "invalid_request",
            "The request must carry one Authorization header with one Bearer token",
        ),
        (
            "it",
            &bench,
            &any,
            &["Bearer x".to_owned()],
            401,
            Some(
                r#"Bearer realm="shop", error="invalid_token", error_description="The access token is malformed""#,
            ),
            "invalid_token",
            "The access token is malformed",
        ),
        (
            "it",
            &bench,
            &any,
            &[token(&[("exp", json!(1))])],
            401,
            Some(
                r#"Bearer realm="shop", error="invalid_token", error_description="The access token expired""#,
            ),
            "invalid_token",
            "The access token expired",
        ),
        (
            "K1",
            &bench,
            &any,
            &[token(&[("cnf", json!({"jkt": "x"}))])],
            401,
            Some(
                r#"Bearer realm="shop", error="invalid_token", error_description="The access token is bound to a key""#,
            ),
            "invalid_token",
            "The access token is bound to a key",
        ),
        (
            "J10",
            &bench,
            &scoped,
            &[token(&[])],
            403,
            Some(
                r#"Bearer realm="shop", error="insufficient_scope", error_description="The access token does not grant what this resource requires", scope="read admin x""#,
            ),
            "insufficient_scope",
            denied,
        ),
        (
            "J10, no scope asked",
            &bench,
            &role,
            &[token(&[])],
            403,
            Some(
                r#"Bearer realm="shop", error="insufficient_scope", error_description="The access token does not grant what this resource requires""#,
            ),
            "insufficient_scope",
            denied,
        ),
        (
            "I6",
            &bench,
            &any,
            &["DPoP x".to_owned()],
            401,
            Some(r#"Bearer realm="shop""#),
            "unauthorized",
            "An access token is required",
        ),
        (
            "F7",
            &dead,
            &any,
            &[format!("Bearer {}", dead.token().sign())],
            503,
            None,
            "temporarily_unavailable",
            "The access token cannot be checked at the moment",
        ),
    ];
    for (id, bench, policy, headers, status, challenge, error, description) in rows {
        let headers: Vec<&[u8]> = headers.iter().map(String::as_bytes).collect();
        let refusal = bench.validator.authorize(&request(&headers), policy).unwrap_err();
        let body = json!({"error": error, "error_description": description});
        assert_eq!(answer(refusal), (status, challenge.map(str::to_owned), body), "{id}");
    }
}

#[test]
fn i13_a_forgotten_set_up_fails_closed() {
    let (status, challenge, body) = answer(Refusal::not_configured("call install"));
    assert_eq!((status, challenge), (500, None));
    assert!(!body.to_string().contains("install"));
}

/// What a header comes to, where `T` stands for a valid token.
enum Outcome {
    Accepted,
    Absent,
    Bad(BadCredentials),
    Invalid(InvalidToken),
}

#[test]
fn i_credentials_are_read_strictly() {
    use BadCredentials::{SeveralHeaders, Syntax};
    use InvalidToken::NotCompact;
    use Outcome::{Absent, Accepted, Bad, Invalid};

    let rows: &[(&str, &[&str], Outcome)] = &[
        ("I1", &[], Absent),
        ("I2", &["Bearer T"], Accepted),
        ("I2", &["bearer T"], Accepted),
        ("I2", &["BEARER T"], Accepted),
        ("I2", &["bEaReR T"], Accepted),
        ("I3", &["Bearer T", "Bearer bad"], Bad(SeveralHeaders)),
        ("I3", &["Bearer bad", "Bearer T"], Bad(SeveralHeaders)),
        ("I3", &["Bearer T", "Bearer T"], Bad(SeveralHeaders)),
        ("I3", &["Basic dTpw", "Bearer T"], Bad(SeveralHeaders)),
        ("I3", &["Bearer T", "Basic dTpw"], Bad(SeveralHeaders)),
        ("I3", &["", "Bearer T"], Bad(SeveralHeaders)),
        ("I4", &["Bearer T, Bearer T"], Bad(Syntax)),
        ("I4", &["Bearer T,Bearer bad"], Bad(Syntax)),
        ("I4", &["Bearer T,"], Bad(Syntax)),
        ("I5", &["Bearer"], Bad(Syntax)),
        ("I5", &["Bearer "], Bad(Syntax)),
        ("I5", &["Bearer  T"], Bad(Syntax)),
        ("I5", &["Bearer\tT"], Bad(Syntax)),
        ("I5", &["Bearer T "], Bad(Syntax)),
        ("I5", &["Bearer T\t"], Bad(Syntax)),
        ("I5", &["Bearer T T"], Bad(Syntax)),
        ("I5", &[" Bearer T"], Bad(Syntax)),
        ("I5", &["Bearer:T"], Bad(Syntax)),
        ("I5", &["Bearer=T"], Bad(Syntax)),
        ("I5", &["Bearer \"T\""], Bad(Syntax)),
        ("I5", &["Bearer token=T"], Bad(Syntax)),
        ("I5", &["Bearer T;"], Bad(Syntax)),
        ("I5", &[""], Bad(Syntax)),
        ("I5", &["\u{e9} T"], Bad(Syntax)),
        ("I5", &["Bearer T\u{e9}"], Bad(Syntax)),
        ("I5", &["Bearer ="], Bad(Syntax)),
        ("I5", &["Bearer T="], Invalid(NotCompact)),
        ("I5", &["Bearer T~"], Invalid(NotCompact)),
        ("I5", &["Bearer bad"], Invalid(NotCompact)),
        ("I6", &["Basic dTpw"], Absent),
        ("I6", &["Bearerx T"], Absent),
        ("I6", &["xBearer T"], Absent),
        ("I6", &["DPoP T"], Absent),
        ("I6", &["T"], Absent),
        ("I6", &["Digest username=\"a\""], Absent),
    ];
    let bench = Bench::new();
    let token = bench.token().sign();
    for (id, headers, outcome) in rows {
        let headers: Vec<String> = headers.iter().map(|header| header.replace('T', &token)).collect();
        let bytes: Vec<&[u8]> = headers.iter().map(String::as_bytes).collect();
        let found = authorize(&bench.validator, &bytes).map_err(|refusal| refusal.cause().clone());
        let right = match (&found, outcome) {
            (Ok(Some(_)), Accepted) | (Err(RefusalCause::NoCredentials), Absent) => true,
            (Err(RefusalCause::BadCredentials(found)), Bad(expected)) => found == expected,
            (Err(RefusalCause::InvalidToken(found)), Invalid(expected)) => found == expected,
            _ => false,
        };
        assert!(right, "{id} {headers:?}: {found:?}");
        assert_eq!(
            Credentials::from_headers(request(&bytes).headers()).are_absent(),
            matches!(outcome, Absent),
            "{id}"
        );
    }
}

#[test]
fn h13_a_foreign_token_is_no_absent_token() {
    let (bench, foreign) = (Bench::new(), Bench::new());
    let request = request(&[format!("Bearer {}", foreign.token().sign()).as_bytes()]);
    let credentials = Credentials::from_headers(request.headers());
    assert!(!credentials.are_absent());
    let refusal = block_on(bench.validator.authenticate_async(credentials)).unwrap_err();
    assert_eq!(refusal.cause(), &RefusalCause::InvalidToken(InvalidToken::Issuer));
}

#[test]
fn i8_the_query_and_the_body_are_never_read() {
    let bench = Bench::new();
    let token = bench.token().sign();
    let ask = |authorization: Option<&str>| {
        let mut request = Request::post(format!("/?access_token={token}"))
            .header("content-type", "application/x-www-form-urlencoded");
        if let Some(token) = authorization {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        bench
            .validator
            .authorize(&request.body(format!("access_token={token}")).unwrap(), &Policy::VALID_TOKEN)
    };
    assert_eq!(ask(None).unwrap_err().cause(), &RefusalCause::NoCredentials);
    assert!(matches!(ask(Some("bad")).unwrap_err().cause(), RefusalCause::InvalidToken(_)));
    assert!(ask(Some(&token)).unwrap().is_some());
}

#[test]
fn i11_preflight_passes_by_policy_alone() {
    let bench = Bench::new();
    let request = Request::options("/").header("access-control-request-method", "POST").body(()).unwrap();
    let ask = |policy: &Policy| {
        bench.validator.authorize(&request, policy).map_err(|refusal| refusal.cause().clone())
    };
    assert_eq!(ask(&Policy::VALID_TOKEN).unwrap_err(), RefusalCause::NoCredentials);
    let open = Policy::builder()
        .method(Method::OPTIONS, axioms_core::policy::DemandBuilder::public)
        .build()
        .unwrap();
    assert!(ask(&open).unwrap().is_none());
    assert_eq!(bench.validator.safe_methods(), [Method::OPTIONS], "what a layer lets through");
}

#[test]
fn i12_no_header_moves_the_resource_server() {
    let bench = Bench::new();
    let plain = answer(authorize(&bench.validator, &[]).unwrap_err());
    let mut spoofed = request(&[]);
    for name in [
        "host",
        "forwarded",
        "x-forwarded-host",
        "x-forwarded-proto",
        "x-original-path",
        "x-original-url",
        "x-rewrite-url",
    ] {
        spoofed.headers_mut().insert(name, HeaderValue::from_static("evil.example"));
    }
    assert_eq!(answer(bench.validator.authorize(&spoofed, &Policy::VALID_TOKEN).unwrap_err()), plain);
}

/// Longer than anything that an answer and a token share by accident, and shorter than any part of a token.
const TELLING: usize = 16;

/// Whether a part of the token long enough to be told from chance stands in the text.
fn tells(text: &str, token: &str) -> bool {
    token
        .split(['.', ' '])
        .flat_map(|segment| segment.as_bytes().chunks_exact(TELLING))
        .any(|chunk| std::str::from_utf8(chunk).is_ok_and(|chunk| text.contains(chunk)))
}

#[test]
fn i9_neither_answer_nor_log_tells_a_token() {
    log::capture();
    let world = World::shared();
    let validator = world.validator().build().unwrap();
    let short = |token: &str| token.len() < 100_000;
    let attacks = corpus::tables(world).into_iter().flat_map(|table| table.attacks);
    for attack in attacks.filter(|attack| short(&attack.token)) {
        // The payloads of all attacks look alike, so only the signature and what is odd are looked for here.
        for token in [&attack.token, &attack.neighbour] {
            let signature = token.rsplit('.').next().unwrap_or_default();
            match validator.validate(token) {
                Ok(valid) => assert!(!tells(&format!("{valid:?}"), token), "{} {}", attack.id, attack.what),
                Err(refusal) => assert!(!tells(&visible(&refusal), token), "{} {}", attack.id, attack.what),
            }
            if signature.len() >= TELLING {
                assert!(log::lines_with(signature).is_empty(), "{} {}", attack.id, attack.what);
            }
        }
    }
}

#[test]
fn i9_the_log_names_the_cause_the_key_and_the_token_id() {
    log::capture();
    let bench = Bench::new();
    let token = bench.token().claim("jti", "jti-of-i9").audience("elsewhere").sign();
    let refusal = bench.validator.validate(&token).unwrap_err();
    let [line] = log::lines_with("jti-of-i9").try_into().unwrap();
    let kid = bench.issuer.key(Algorithm::ES256).kid().to_owned();
    for part in ["cause=audience", bench.issuer.url(), &kid] {
        assert!(line.text.contains(part), "{part} in {}", line.text);
    }
    let segments: Vec<&str> = token.split('.').collect();
    for seen in [&line.text, &visible(&refusal)] {
        assert!(segments.iter().all(|segment| !seen.contains(segment)), "{seen}");
    }
    assert!(!visible(&refusal).contains("jti-of-i9") && !visible(&refusal).contains(&kid));
}

#[test]
fn i9_credentials_and_validator_show_nothing_in_debug() {
    let bench = Bench::new();
    let token = bench.token().claim("email", "alice@example.com").sign();
    let request = request(&[format!("Bearer {token}").as_bytes()]);
    let credentials = Credentials::from_headers(request.headers());
    let valid = bench.validator.validate(&token).unwrap();
    let shown = format!("{credentials:?} {:?} {valid:?}", bench.validator);
    assert!(!tells(&shown, &token) && !shown.contains("alice@example.com"), "{shown}");
    assert!(shown.contains(AUDIENCE));
}

#[test]
fn b8_i10_hostile_text_reaches_neither_the_answer_nor_the_lines_of_the_log() {
    log::capture();
    let hostile =
        ["a\"b", "a\\b", "a\r\nSet-Cookie: x=y", "a\u{e9}b", "a\u{1b}[31mb", "a\0b", "${jndi:ldap://x}"];
    let bench = Bench::new();
    for (n, text) in hostile.into_iter().enumerate() {
        let mark = format!("mark-{n}-");
        let kid = format!("{mark}{text}");
        let token = bench.token().header("kid", kid.as_str()).claim("jti", kid.as_str()).sign();
        let refusal = bench.validator.validate(&token).unwrap_err();
        let shown = visible(&refusal);
        assert!(!shown.contains(&mark), "{shown}");
        let response = Response::from(refusal);
        for (name, value) in response.headers() {
            assert!(value.to_str().is_ok_and(|value| value.is_ascii()), "{name}: {value:?}");
        }
        let lines = log::lines_with(&mark);
        assert!(!lines.is_empty());
        assert!(lines.iter().all(|line| !line.text.contains(char::is_control)), "{lines:?}");
    }
}

#[test]
fn b8_a_long_key_id_is_cut_short_in_the_log() {
    log::capture();
    let bench = Bench::new();
    let kid = format!("long-kid-{}", "k".repeat(10 * 1024));
    let token = bench.token().header("kid", kid).sign();
    assert!(bench.validator.validate(&token).is_err());
    let lines = log::lines_with("long-kid-");
    assert!(!lines.is_empty() && lines.iter().all(|line| line.text.len() < 1024), "{lines:?}");
}

#[test]
fn i9_an_outage_tells_the_client_no_address() {
    log::capture();
    let prepare = |issuer: &TestIssuer| issuer.set_jwks("not json");
    let bench = Bench::with_issuer(prepare, |builder| builder);
    let refusal = bench.validator.validate(&bench.token().sign()).unwrap_err();
    let shown = visible(&refusal);
    assert!(!shown.contains("127.0.0.1") && !shown.contains("jwks"), "{shown}");
    assert!(!common::log::lines_with("keys_unavailable").is_empty());
}
