//! I, and K over HTTP: credentials in requests, the answers to refused requests, and that no answer
//! and no log line contains the token.

use axioms_core::http::header::{AUTHORIZATION, HeaderValue};
use axioms_core::http::{HeaderName, Method, Request, Response};
use axioms_core::{
    AccessToken, Algorithm, BadCredentials, InvalidToken, Policy, Refusal, RefusalCause, RequestHead,
    RequestHeaders, Validator,
};
use axioms_testing::{AUDIENCE, TestIssuer, TokenBuilder};
use serde_json::{Value, json};

use super::corpus::{self, World};
use crate::common::{self, Bench, Verdict, log, visible};

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

/// The parts of an answer. Asserts the headers that every answer must have.
fn answer(refusal: Refusal) -> (u16, Option<String>, Value) {
    let response = Response::from(refusal);
    let header = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    assert_eq!(header("content-type").as_deref(), Some("application/json"));
    assert_eq!(header("cache-control").as_deref(), Some("no-store"), "I13");
    assert!(header("location").is_none() && header("set-cookie").is_none());
    (response.status().as_u16(), header("www-authenticate"), serde_json::from_str(response.body()).unwrap())
}

/// An answer, and the scopes in its challenge.
struct Expected(u16, &'static str, &'static str, Option<&'static str>);

impl Expected {
    fn answer(&self) -> (u16, Option<String>, Value) {
        let Self(status, error, description, scopes) = self;
        let scopes = scopes.map(|scopes| format!(r#", scope="{scopes}""#)).unwrap_or_default();
        let coded = format!(r#", error="{error}", error_description="{description}"{scopes}"#);
        let challenge = match *error {
            "temporarily_unavailable" => None,
            "unauthorized" => Some(format!(r#"Bearer realm="shop"{scopes}"#)),
            _ => Some(format!(r#"Bearer realm="shop"{coded}"#)),
        };
        (*status, challenge, json!({"error": error, "error_description": description}))
    }
}

#[test]
fn i_every_refusal_has_its_answer() {
    const fn absent(scopes: Option<&'static str>) -> Expected {
        Expected(401, "unauthorized", "An access token is required", scopes)
    }
    const BAD: &str = "The request must carry one Authorization header with one Bearer token";
    const DENIED: &str = "The access token does not grant what this resource requires";
    const NO_KEYS: &str = "The access token cannot be checked at the moment";

    let bench = Bench::configured(|builder| builder.realm("shop"));
    let dead = Bench::with_issuer(|issuer| issuer.set_jwks(""), |builder| builder.realm("shop"));
    let bearer = |token: TokenBuilder| format!("Bearer {}", token.sign());
    let (valid, expired) = (bearer(bench.token()), bearer(bench.token().expired()));
    let bound = bearer(bench.token().claim("cnf", json!({"jkt": "x"})));
    let uncheckable = bearer(dead.token());
    let scopes =
        Policy::builder().any_scopes(["read", "admin"]).all_roles(["r"]).any_scopes(["x"]).build().unwrap();
    let role = Policy::builder().any_roles(["r"]).build().unwrap();
    let any = Policy::VALID_TOKEN;
    let invalid = |description| Expected(401, "invalid_token", description, None);
    let methods = Policy::builder().method(Method::GET, |get| get.all_scopes(["get"])).build().unwrap();
    let other_methods = Policy::builder().method(Method::PUT, |put| put.all_scopes(["put"])).build().unwrap();
    let large = format!("Bearer {}", "a".repeat(20_000));
    let groups = bearer(bench.token().claim("groups", vec!["g"; 2000]));
    let rows: [(&str, &Bench, &Policy, &[&str], Expected); 17] = [
        ("I1", &bench, &any, &[], absent(None)),
        ("I1, scopes asked", &bench, &scopes, &[], absent(Some("read admin x"))),
        ("I1, a role asked", &bench, &role, &[], absent(None)),
        ("I1, scopes asked of this method", &bench, &methods, &[], absent(Some("get"))),
        ("I1, scopes asked of another method", &bench, &other_methods, &[], absent(None)),
        ("I6, scopes asked", &bench, &scopes, &["Basic YTpi"], absent(Some("read admin x"))),
        ("D1", &bench, &any, &[&large], invalid("The access token is too large")),
        ("D3", &bench, &any, &[&groups], invalid("The access token has too many claims or values")),
        ("G6, scopes asked", &bench, &scopes, &[&expired], invalid("The access token expired")),
        ("I3", &bench, &any, &[&valid, &valid], Expected(400, "invalid_request", BAD, None)),
        ("I5", &bench, &any, &["Bearer x"], invalid("The access token is malformed")),
        ("I6", &bench, &any, &["DPoP x"], absent(None)),
        ("G6", &bench, &any, &[&expired], invalid("The access token expired")),
        ("K1", &bench, &any, &[&bound], invalid("The access token is bound to a key")),
        (
            "J10",
            &bench,
            &scopes,
            &[&valid],
            Expected(403, "insufficient_scope", DENIED, Some("read admin x")),
        ),
        ("J10, no scope asked", &bench, &role, &[&valid], Expected(403, "insufficient_scope", DENIED, None)),
        ("F7", &dead, &any, &[&uncheckable], Expected(503, "temporarily_unavailable", NO_KEYS, None)),
    ];
    for (id, bench, policy, headers, expected) in rows {
        let headers: Vec<&[u8]> = headers.iter().map(|header| header.as_bytes()).collect();
        let refusal = bench.validator.authorize(&request(&headers), policy).unwrap_err();
        assert_eq!(refusal.retry_after().is_some(), expected.0 == 503, "{id}");
        assert_eq!(answer(refusal), expected.answer(), "{id}");
    }
}

#[test]
fn i13_a_forgotten_set_up_fails_closed() {
    let (status, challenge, body) = answer(Refusal::not_configured("call install"));
    assert_eq!((status, challenge), (500, None));
    assert!(!body.to_string().contains("install"));
}

/// The result for a header; `T` is replaced by a valid token.
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
        ("I5", &["T"], Bad(Syntax)),
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
        let guest = matches!(bench.validator.authenticate_if_present(&request(&bytes)), Ok(None));
        assert_eq!(guest, matches!(outcome, Absent), "{id}");
    }
}

/// Headers as in a framework on `http` 0.2, such as Rocket 0.5 or actix-web 4.
struct Earlier<'h>(&'h http02::HeaderMap);

impl RequestHeaders for Earlier<'_> {
    fn each_value<'h>(&'h self, name: &HeaderName, visit: &mut dyn FnMut(&'h [u8])) {
        self.0.get_all(name.as_str()).iter().for_each(|value| visit(value.as_bytes()));
    }
}

#[test]
fn headers_of_http_0_2_are_read_as_they_are() {
    let bench = Bench::new();
    let (good, method) = (format!("Bearer {}", bench.token().sign()), Method::GET);
    let rows: [(&str, &[&str], Result<(), RefusalCause>); 4] = [
        ("I1", &[], Err(RefusalCause::NoCredentials)),
        ("one token", &[&good], Ok(())),
        ("I3", &[&good, &good], Err(BadCredentials::SeveralHeaders.into())),
        ("I5", &["Bearer"], Err(BadCredentials::Syntax.into())),
    ];
    for (id, values, expected) in rows {
        let mut headers = http02::HeaderMap::new();
        for value in values {
            headers.append(http02::header::AUTHORIZATION, value.parse().unwrap());
        }
        let headers = Earlier(&headers);
        let head = RequestHead::new(&method, &headers).with_target("/");
        let found = bench.validator.authorize(head, &Policy::VALID_TOKEN);
        assert_eq!(found.map(drop).map_err(|refusal| refusal.cause().clone()), expected, "{id}");
    }
}

#[test]
fn h13_a_foreign_token_does_not_count_as_absent() {
    let (bench, foreign) = (Bench::new(), Bench::new());
    let request = request(&[format!("Bearer {}", foreign.token().sign()).as_bytes()]);
    let refusal = bench.validator.authenticate_if_present(&request).unwrap_err();
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

/// A guard's answer to a request of this method without a token; `None` if it passes.
fn without_token(ask: impl FnOnce(&Request<()>) -> Verdict, method: &Method) -> Option<RefusalCause> {
    ask(&Request::builder().method(method).uri("/").body(()).unwrap()).err()
}

#[test]
fn i11_no_method_passes_a_guard_without_a_token_unless_the_configuration_says_so() {
    type Row<'a> = (&'a [Method], Policy, &'a [&'a str], &'a [&'a str]);

    let public = |method: Method| Policy::builder().public(method).build().unwrap();
    let with_default =
        |open: Method| Policy::builder().public(open).default(|other| other.any_scopes("a")).build().unwrap();
    let demanding =
        |method: Method| Policy::builder().method(method, |demand| demand.any_scopes(["a"])).build().unwrap();
    let methods = [
        "OPTIONS", "HEAD", "GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "QUERY", "PROPFIND",
        "options", "Options", "OPTIONSX",
    ];
    // The configured safe methods, the policy, the methods that pass a layer, and those that pass a
    // handler.
    let rows: [Row<'_>; 9] = [
        (&[], Policy::VALID_TOKEN, &[], &[]),
        (&[Method::OPTIONS], Policy::VALID_TOKEN, &["OPTIONS"], &[]),
        (&[Method::OPTIONS], demanding(Method::OPTIONS), &[], &[]),
        (&[Method::HEAD], demanding(Method::GET), &[], &[]),
        (&[Method::HEAD, Method::OPTIONS], demanding(Method::POST), &["HEAD", "OPTIONS"], &[]),
        (&[], public(Method::OPTIONS), &["OPTIONS"], &["OPTIONS"]),
        (&[], public(Method::GET), &["GET", "HEAD"], &["GET", "HEAD"]),
        (&[], with_default(Method::GET), &["GET", "HEAD"], &["GET", "HEAD"]),
        (&[Method::OPTIONS], with_default(Method::GET), &["GET", "HEAD", "OPTIONS"], &["GET", "HEAD"]),
    ];
    for (safe, policy, pass_layer, pass_handler) in rows {
        let bench = Bench::configured(|builder| builder.safe_methods(safe.iter().cloned()));
        for name in methods {
            let method = Method::from_bytes(name.as_bytes()).unwrap();
            let cause = |refusal: Refusal| refusal.cause().clone();
            let layer = without_token(
                |request| bench.validator.admit(request, &policy).map(drop).map_err(cause),
                &method,
            );
            let handler = without_token(
                |request| bench.validator.authorize(request, &policy).map(drop).map_err(cause),
                &method,
            );
            let refused =
                |passing: &[&str]| (!passing.contains(&name)).then_some(RefusalCause::NoCredentials);
            assert_eq!(layer, refused(pass_layer), "{name} at a layer, {safe:?}, {policy}");
            assert_eq!(handler, refused(pass_handler), "{name} at a handler, {safe:?}, {policy}");
        }
    }
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

/// Longer than any text that an answer and a token share by chance, and shorter than any part of a
/// token.
const TOO_LONG_FOR_CHANCE: usize = 16;

/// Whether the text contains a part of the token that is too long to be a coincidence.
fn shows_part_of(text: &str, token: &str) -> bool {
    token
        .split(['.', ' '])
        .flat_map(|segment| segment.as_bytes().chunks_exact(TOO_LONG_FOR_CHANCE))
        .any(|chunk| std::str::from_utf8(chunk).is_ok_and(|chunk| text.contains(chunk)))
}

#[test]
fn i9_neither_answer_nor_log_contains_a_token() {
    log::capture();
    let world = World::shared();
    let validator = world.validator().build().unwrap();
    let attacks: Vec<_> = corpus::tables(world).into_iter().flat_map(|table| table.attacks).collect();
    for attack in &attacks {
        for token in [&attack.token, &attack.neighbour].into_iter().filter(|token| token.len() < 100_000) {
            let shown = match validator.validate(token) {
                Ok(valid) => format!("{valid:?}"),
                Err(refusal) => visible(&refusal),
            };
            assert!(!shows_part_of(&shown, token), "{} {}: {shown}", attack.id, attack.what);
        }
    }
    // The events of this validator contain the name of its issuer. Payloads are similar, so only
    // signatures identify a token.
    let lines = log::lines_with(world.issuer.url());
    assert!(lines.len() >= attacks.len() / 2);
    for attack in &attacks {
        let signature =
            attack.token.rsplit('.').next().filter(|signature| signature.len() >= TOO_LONG_FOR_CHANCE);
        let telling = |line: &log::Line| signature.is_some_and(|signature| line.text.contains(signature));
        assert!(!lines.iter().any(telling), "{} {}", attack.id, attack.what);
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
fn i9_a_denial_logs_a_long_or_hostile_token_id_cut_and_escaped() {
    log::capture();
    let bench = Bench::new();
    let id = format!("denied-\r\n{}", "j".repeat(200));
    let valid = bench.validator.validate(&bench.token().claim("jti", id).sign()).unwrap();
    valid.require(&Policy::builder().any_roles(["nobody"]).build().unwrap()).unwrap_err();
    let [line] = log::lines_with("denied-").try_into().unwrap();
    assert!(
        line.text.contains("cause=denied") && line.text.contains("any role of [nobody]"),
        "{}",
        line.text
    );
    assert!(!line.text.contains(['\r', '\n']) && !line.text.contains(&"j".repeat(65)), "{}", line.text);
}

#[test]
fn i9_credentials_and_validator_show_nothing_in_debug() {
    let bench = Bench::new();
    let token = bench.token().claim("email", "alice@example.com").sign();
    let request = request(&[format!("Bearer {token}").as_bytes()]);
    let head = RequestHead::from(&request);
    let valid = bench.validator.validate(&token).unwrap();
    let shown = format!("{head:?} {:?} {valid:?}", bench.validator);
    assert!(!shows_part_of(&shown, &token) && !shown.contains("alice@example.com"), "{shown}");
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
            assert!(value.to_str().is_ok_and(str::is_ascii), "{name}: {value:?}");
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
