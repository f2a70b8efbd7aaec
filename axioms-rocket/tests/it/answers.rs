//! Which responses the fairing replaces with a refusal, and which it keeps.

use axioms_rocket::{AccessToken, Authorized, Refused};
use rocket::fairing::AdHoc;
use rocket::http::{Header, Status};
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Responder, catch, catchers, routes};

use crate::api::{Api, ReadOnly};

/// A page of the handler's own, with a cookie.
#[derive(Responder)]
struct Page {
    text: &'static str,
    cookie: Header<'static>,
}

fn page(status: Status, text: &'static str) -> (Status, Page) {
    (status, Page { text, cookie: Header::new("Set-Cookie", "theme=dark") })
}

/// Answers requests without a token itself, with the status of a refusal.
#[rocket::get("/guests?<status>")]
fn guests(token: Option<AccessToken>, status: u16) -> (Status, Page) {
    if token.is_some() { page(Status::Ok, "member") } else { page(Status::new(status), "mine") }
}

#[rocket::post("/lesser")]
fn lesser(guard: Option<Authorized<ReadOnly>>) -> (Status, Page) {
    if guard.is_some() { page(Status::Ok, "granted") } else { page(Status::Forbidden, "mine") }
}

/// A guard of another crate, whose catcher sends its own challenge.
struct Basic;

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Basic {
    type Error = ();

    async fn from_request(_: &'r Request<'_>) -> Outcome<Self, ()> {
        Outcome::Error((Status::Unauthorized, ()))
    }
}

#[rocket::get("/either")]
fn either(_token: Option<AccessToken>, _basic: Basic) -> &'static str {
    "never"
}

#[derive(Responder)]
#[response(status = 401)]
struct SignIn(&'static str, Header<'static>);

#[catch(401)]
fn sign_in() -> SignIn {
    SignIn("sign in", Header::new("WWW-Authenticate", "Basic realm=\"other\""))
}

#[rocket::get("/token")]
fn token(_token: AccessToken) -> &'static str {
    "member"
}

#[rocket::get("/passed-on")]
fn passed_on(token: Result<AccessToken, Refused>) -> Result<&'static str, Refused> {
    token.map(|_| "member")
}

/// A response with headers that describe it, or that make a proxy send other content.
#[derive(Responder)]
struct File {
    text: &'static str,
    sent_by_the_proxy: Header<'static>,
    digest: Header<'static>,
    refresh: Header<'static>,
    range: Header<'static>,
}

#[rocket::get("/file")]
fn file(_token: Option<AccessToken>) -> File {
    File {
        text: "for guests",
        sent_by_the_proxy: Header::new("X-Accel-Redirect", "/public/file"),
        digest: Header::new("Content-Digest", "sha-256=:AAAA:"),
        refresh: Header::new("Refresh", "5"),
        range: Header::new("Accept-Ranges", "bytes"),
    }
}

/// A catcher that runs a guard.
#[catch(401)]
async fn greet(request: &Request<'_>) -> String {
    match AccessToken::from_request(request).await.succeeded() {
        Some(token) => format!("{}, you may not", token.subject().unwrap_or_default()),
        None => "who are you?".to_owned(),
    }
}

fn all() -> Vec<rocket::Route> {
    routes![guests, lesser, either, token, passed_on, file]
}

#[rocket::async_test]
async fn a_response_that_is_not_a_catchers_is_kept() {
    let api = Api::start(|rocket| {
        rocket.mount("/", all()).mount("/basic", all()).register("/basic", catchers![sign_in])
    })
    .await;
    for status in [401, 403, 200, 404, 503] {
        let response = api.response(&format!("/guests?status={status}"), None).await;
        let cookies: Vec<_> = response.headers().get("Set-Cookie").map(str::to_owned).collect();
        assert_eq!((response.status().code, cookies), (status, vec!["theme=dark".to_owned()]));
        assert_eq!(response.into_string().await.as_deref(), Some("mine"), "{status}");
    }
    let token = api.token().sign();
    let authorization = Header::new("Authorization", format!("Bearer {token}"));
    let response = api.client.post("/lesser").header(authorization).dispatch().await;
    assert_eq!(response.status(), Status::Forbidden);
    assert_eq!(response.headers().get("Set-Cookie").collect::<Vec<_>>(), ["theme=dark"]);
    assert_eq!(response.into_string().await.as_deref(), Some("mine"));
    let response = api.response("/basic/either", None).await;
    assert_eq!(response.headers().get_one("WWW-Authenticate"), Some("Basic realm=\"other\""));
}

#[rocket::async_test]
async fn bad_credentials_are_refused_whatever_the_handler_answers() {
    let api = Api::start(|rocket| rocket.mount("/", all())).await;
    for path in ["/guests?status=200", "/guests?status=401", "/either", "/token", "/passed-on"] {
        let response = api.response(path, Some(&api.expired())).await;
        let challenge = response.headers().get_one("WWW-Authenticate").map(str::to_owned);
        assert!(challenge.is_some_and(|challenge| challenge.contains("invalid_token")), "{path}");
        assert!(!response.headers().contains("Set-Cookie"), "{path}");
    }
}

#[rocket::async_test]
async fn a_refusal_has_its_challenge_and_no_cookie() {
    let api = Api::start(|rocket| rocket.mount("/", all())).await;
    for path in ["/token", "/passed-on"] {
        let response = api.response(path, None).await;
        assert_eq!(response.headers().get_one("WWW-Authenticate"), Some("Bearer realm=\"api\""), "{path}");
        assert!(!response.headers().contains("Set-Cookie"), "{path}");
    }
}

#[rocket::async_test]
async fn clones_of_a_request_share_no_refusal() {
    let api = Api::start(|rocket| rocket.mount("/", all())).await;
    let request = api.client.get("/guests?status=401");
    let clone = request.clone();
    let with_bad_token = {
        let mut request = request.clone();
        request.add_header(Header::new("Authorization", format!("Bearer {}", api.expired())));
        request
    };
    assert_eq!(with_bad_token.dispatch().await.status(), Status::Unauthorized);
    for guest in [request, clone] {
        let response = guest.dispatch().await;
        assert_eq!(response.into_string().await.as_deref(), Some("mine"));
    }
}

#[rocket::async_test]
async fn a_refusal_contains_nothing_of_the_handlers_response() {
    let security = AdHoc::on_response("security", |_, response| {
        Box::pin(async {
            response.set_raw_header("X-Frame-Options", "DENY");
            response.set_raw_header("access-control-allow-origin", "*");
        })
    });
    let api = Api::start(|rocket| rocket.attach(security).mount("/", all())).await;
    let response = api.response("/file", Some(&api.expired())).await;
    assert_eq!(response.status(), Status::Unauthorized);
    for name in ["X-Accel-Redirect", "Content-Digest", "Refresh", "Accept-Ranges"] {
        assert!(!response.headers().contains(name), "{name}");
    }
    for name in ["X-Frame-Options", "Access-Control-Allow-Origin"] {
        assert!(response.headers().contains(name), "{name}");
    }
}

#[rocket::async_test]
async fn a_guard_in_a_catcher_does_not_remove_the_challenge() {
    let api = Api::start(|rocket| rocket.mount("/", all()).register("/", catchers![greet])).await;
    let response = api.response("/token", None).await;
    assert_eq!(response.headers().get_one("WWW-Authenticate"), Some("Bearer realm=\"api\""));
    assert!(!response.headers().contains("Set-Cookie"));
}
