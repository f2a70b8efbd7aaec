//! The features of Rocket beyond the contract: optional guards, ranks, catchers, other guards and
//! fairings.

use std::io::Cursor;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::api::{self, Api, ReadOnly};
use axioms_rocket::{
    AccessToken, Authorized, OptionalAccessToken, Policy, Refused, Validator, ValidatorFairing, require,
    requires, requires_token,
};
use axioms_testing::{AUDIENCE, TestIssuer};
use rocket::fairing::AdHoc;
use rocket::http::{Header, Method, Status};
use rocket::local::asynchronous::Client;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Build, Responder, Rocket, State, catch, catchers, routes};

const EXPIRED: &str = r#"{"error":"invalid_token","error_description":"The access token expired"}"#;

/// How often a handler ran.
#[derive(Default)]
struct Runs(AtomicUsize);

impl Runs {
    fn count(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }

    fn so_far(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A response with headers of its own.
#[derive(Responder)]
struct Page {
    text: &'static str,
    encoding: Header<'static>,
    cookie: Header<'static>,
}

fn page(text: &'static str) -> Page {
    Page {
        text,
        encoding: Header::new("Content-Encoding", "x-rot13"),
        cookie: Header::new("Set-Cookie", "guest=1"),
    }
}

#[rocket::get("/optional")]
fn optional(token: OptionalAccessToken, runs: &State<Runs>) -> &'static str {
    runs.count();
    if token.is_some() { "member" } else { "guest" }
}

#[rocket::get("/option")]
fn option(token: Option<AccessToken>, runs: &State<Runs>) -> Page {
    runs.count();
    page(if token.is_some() { "member" } else { "guest" })
}

#[rocket::get("/ignored")]
fn ignored(token: Result<AccessToken, Refused>) -> &'static str {
    if token.is_ok() { "member" } else { "guest" }
}

#[rocket::get("/taken")]
fn taken(token: Result<AccessToken, Refused>) -> (Status, String) {
    match token {
        Ok(_) => (Status::Ok, "member".to_owned()),
        Err(refused) => (Status::Unauthorized, format!("mine: {}", refused.into_inner())),
    }
}

#[rocket::get("/passed-on")]
fn passed_on(token: Result<AccessToken, Refused>) -> Result<&'static str, Refused> {
    token.map(|_| "member")
}

#[rocket::post("/tolerant")]
fn tolerant(guard: Option<Authorized<ReadOnly>>) -> &'static str {
    if guard.is_some() { "granted" } else { "not granted" }
}

#[rocket::get("/metrics")]
fn metrics() -> &'static str {
    "42"
}

#[rocket::options("/metrics")]
fn preflight() -> &'static str {
    "preflight"
}

#[catch(401)]
fn sign_in() -> &'static str {
    "please sign in"
}

#[requires(any_roles = "admin")]
#[rocket::get("/page", rank = 1)]
fn page_of_admins() -> &'static str {
    "admin"
}

#[rocket::get("/page", rank = 2)]
fn page_of_all() -> &'static str {
    "all"
}

/// A program's error that converts only the refusals of this crate.
#[derive(Responder)]
struct Failure(Refused);

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        Self(refused)
    }
}

#[requires_token(any_roles = "admin")]
fn admins(_token: &AccessToken) -> Result<&'static str, Failure> {
    Ok("admin")
}

#[rocket::get("/function")]
fn function(token: AccessToken) -> Result<&'static str, Failure> {
    admins(&token)
}

/// A guard that counts its runs, and succeeds.
struct Counted;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Counted {
    type Error = ();

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, ()> {
        if let Some(runs) = request.rocket().state::<Runs>() {
            runs.count();
        }
        Outcome::Success(Self)
    }
}

#[requires(any_roles = "admin")]
#[rocket::get("/first/<number>?<query>")]
async fn first(_counted: Counted, number: u8, query: u8) -> String {
    rocket::tokio::task::yield_now().await;
    format!("{number} {query}")
}

fn all(rocket: Rocket<Build>) -> Rocket<Build> {
    let open = routes![optional, option, ignored, taken, passed_on, tolerant];
    rocket
        .manage(Runs::default())
        .mount("/", open)
        .mount("/", routes![page_of_admins, page_of_all, first])
        .register("/", catchers![sign_in])
}

async fn start() -> Api {
    Api::start(all).await
}

fn runs(api: &Api) -> usize {
    api.client.rocket().state::<Runs>().map(Runs::so_far).unwrap_or_default()
}

fn ok(text: &str) -> (Status, String) {
    (Status::Ok, text.to_owned())
}

fn expired() -> (Status, String) {
    (Status::Unauthorized, EXPIRED.to_owned())
}

#[rocket::async_test]
async fn an_optional_token_keeps_bad_credentials_from_the_handler() {
    let api = start().await;
    assert_eq!(api.get("/optional", None).await, ok("guest"));
    assert_eq!(api.get("/optional", Some(&api.token().sign())).await, ok("member"));
    assert_eq!(runs(&api), 2);
    assert_eq!(api.get("/optional", Some(&api.expired())).await, expired());
    assert_eq!(runs(&api), 2);
}

#[rocket::async_test]
async fn an_optional_token_is_absent_or_valid() {
    let api = start().await;
    let bearer = |token: String| Some(format!("Bearer {token}"));
    let down = api.token().issuer("http://127.0.0.1:9").sign();
    let validator =
        Validator::builder().audience(AUDIENCE).issuer("http://127.0.0.1:9").build().expect("it starts");
    let without_keys = all(api::quiet()).attach(ValidatorFairing::new(validator));
    let without_keys = Client::untracked(without_keys).await.expect("a valid rocket");
    let rows = [
        (&api.client, None, 200),
        (&api.client, Some("Basic YTpi".to_owned()), 200),
        (&api.client, bearer(api.token().sign()), 200),
        (&api.client, bearer(api.expired()), 401),
        (&api.client, bearer("rubbish".to_owned()), 401),
        (&api.client, Some("Bearer".to_owned()), 400),
        (&without_keys, bearer(down), 503),
    ];
    for (client, authorization, expected) in rows {
        for path in ["/optional", "/option"] {
            let mut request = client.get(path);
            if let Some(value) = authorization.clone() {
                request.add_header(Header::new("Authorization", value));
            }
            let status = request.dispatch().await.status().code;
            assert_eq!(status, expected, "{path} {authorization:?}");
        }
    }
}

#[rocket::async_test]
async fn rockets_own_option_is_answered_only_by_the_refusal() {
    let cors = AdHoc::on_response("CORS", |_, response| {
        Box::pin(async move {
            response.set_raw_header("Access-Control-Allow-Origin", "*");
        })
    });
    let api = Api::start(|rocket| all(rocket.attach(cors))).await;
    assert_eq!(api.get("/option", None).await, ok("guest"));

    let response = api.response("/option", Some(&api.expired())).await;
    let header = |name| response.headers().get_one(name);
    assert_eq!(response.status(), Status::Unauthorized);
    assert_eq!(header("Content-Type"), Some("application/json"));
    assert_eq!(header("Cache-Control"), Some("no-store"));
    assert_eq!(header("Access-Control-Allow-Origin"), Some("*"));
    assert_eq!(header("X-Content-Type-Options"), Some("nosniff"));
    assert_eq!(header("Content-Encoding"), None);
    assert_eq!(header("Set-Cookie"), None);
    assert_eq!(response.into_string().await.as_deref(), Some(EXPIRED));
}

#[rocket::async_test]
async fn an_ignored_refusal_does_not_make_the_request_anonymous() {
    let api = start().await;
    assert_eq!(api.get("/ignored", None).await, ok("guest"));
    assert_eq!(api.get("/ignored", Some(&api.expired())).await, expired());
    assert_eq!(api.get("/passed-on", Some(&api.expired())).await, expired());
    let taken = api.get("/taken", Some(&api.expired())).await;
    assert_eq!(taken, (Status::Unauthorized, "mine: the token has expired".to_owned()));
}

#[rocket::async_test]
async fn an_option_around_a_policy_tolerates_missing_rights() {
    let api = start().await;
    let bearer = |token: String| Header::new("Authorization", format!("Bearer {token}"));
    let response = api.client.post("/tolerant").header(bearer(api.token().sign())).dispatch().await;
    assert_eq!(response.into_string().await.as_deref(), Some("not granted"));
    let response = api.client.post("/tolerant").header(bearer(api.expired())).dispatch().await;
    assert_eq!(response.status(), Status::Unauthorized);
}

#[rocket::async_test]
async fn a_refused_request_reaches_no_other_rank_and_no_catcher() {
    let api = start().await;
    let (status, body) = api.get("/page", Some(&api.token().sign())).await;
    assert_eq!(status, Status::Forbidden);
    assert!(body.contains("insufficient_scope"), "{body}");
    let (_, body) = api.get("/page", None).await;
    assert!(body.contains("An access token is required"), "{body}");
}

#[rocket::async_test]
async fn the_policy_comes_before_other_guards_and_before_path_and_query() {
    let api = start().await;
    assert_eq!(api.get("/first/1000?query=x", None).await.0, Status::Unauthorized);
    assert_eq!(api.get("/first/1?query=2", Some(&api.token().sign())).await.0, Status::Forbidden);
    assert_eq!(runs(&api), 0);
    let admin = api.token().roles(["admin"]).sign();
    assert_eq!(api.get("/first/1?query=2", Some(&admin)).await, ok("1 2"));
    assert_eq!(runs(&api), 1);
    assert_eq!(api.get("/first/1000?query=2", Some(&admin)).await.0, Status::UnprocessableEntity);
}

#[rocket::async_test]
async fn a_guarded_function_refuses_with_the_error_of_this_crate() {
    let api = Api::start(|rocket| rocket.mount("/", routes![function])).await;
    let (status, body) = api.get("/function", Some(&api.token().sign())).await;
    assert_eq!(status, Status::Forbidden);
    assert!(body.contains("insufficient_scope"), "{body}");
    let admin = api.token().roles(["admin"]).sign();
    assert_eq!(api.get("/function", Some(&admin)).await, ok("admin"));
}

#[rocket::async_test]
async fn a_mount_is_guarded_by_one_policy_whatever_the_method() {
    let policy = Policy::builder().any_roles(["admin"]).build().expect("a valid policy");
    let routes = require(policy, routes![metrics, preflight]);
    let api = Api::start(|rocket| rocket.mount("/admin", routes)).await;
    assert_eq!(api.get("/admin/metrics", None).await.0, Status::Unauthorized);
    assert_eq!(api.get("/admin/metrics", Some(&api.token().sign())).await.0, Status::Forbidden);
    let admin = api.token().roles(["admin"]).sign();
    assert_eq!(api.get("/admin/metrics", Some(&admin)).await, ok("42"));
    assert_eq!(api.client.options("/admin/metrics").dispatch().await.status(), Status::Unauthorized);
}

#[rocket::async_test]
async fn the_program_renders_refusals_of_guards_and_handlers() {
    let html = |fairing: ValidatorFairing| {
        fairing.render(|refusal, _, response| {
            let page = format!("<h1>{}</h1>", refusal.error_code());
            response.set_sized_body(page.len(), Cursor::new(page));
        })
    };
    let api = Api::with(html, all).await;
    for path in ["/page", "/passed-on"] {
        let response = api.response(path, Some(&api.expired())).await;
        assert!(response.headers().contains("WWW-Authenticate"), "{path}");
        assert_eq!(response.status(), Status::Unauthorized, "{path}");
        assert_eq!(response.into_string().await.as_deref(), Some("<h1>invalid_token</h1>"), "{path}");
    }
}

#[rocket::async_test]
async fn two_validators_for_one_base_prevent_the_launch() {
    let issuer = TestIssuer::builder().algorithms([axioms_core::Algorithm::ES256]).start();
    let fairing = || ValidatorFairing::new(api::validator(&issuer));
    let launched = Client::untracked(api::quiet().attach(fairing()).attach(fairing())).await;
    let fault = launched.expect_err("two validators");
    assert!(matches!(fault.kind(), rocket::error::ErrorKind::FailedFairings(_)), "{fault}");
}

#[test]
fn a_guarded_handler_is_called_with_a_guard_that_its_policy_made() {
    #[requires(any_scopes = "read")]
    #[rocket::get("/<id>")]
    fn numbered(id: u8) -> String {
        id.to_string()
    }
    #[requires(GET(public), POST(any_scopes = "write"))]
    #[rocket::route(POST, uri = "/")]
    fn per_method() {}

    let issuer = TestIssuer::start();
    let validator = api::validator(&issuer);
    let token = |scope| {
        let text = issuer.token().subject("alice").scopes([scope]).sign();
        validator.validate(&text).expect("a valid token")
    };
    let (reader, writer) = (token("read"), token("write"));
    let guard = Authorized::check(&reader).expect("the policy is met");
    assert_eq!(format!("{guard:?}").matches("alice").count(), 1);
    assert_eq!(numbered(guard, 7), "7");
    let refused = Authorized::check(&writer).map(|guard| numbered(guard, 7));
    assert_eq!(refused.expect_err("another scope is needed").refusal().status(), 403);
    let rows = [
        (Method::Get, None, None),
        (Method::Head, Some(&reader), None),
        (Method::Post, None, Some(401)),
        (Method::Post, Some(&reader), Some(403)),
        (Method::Post, Some(&writer), None),
        (Method::Put, Some(&writer), Some(403)),
    ];
    for (method, token, expected) in rows {
        let called = Authorized::check_for(method, token).map(per_method);
        assert_eq!(called.err().map(|refused| refused.refusal().status().as_u16()), expected, "{method}");
    }
}
