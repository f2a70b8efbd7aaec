//! A guard that waits for keys answers first, and a refused upload gets its answer.

use std::net::{SocketAddr, TcpListener};
use std::thread;

use actix_web::middleware::from_fn;
use actix_web::{App, HttpServer, web};
use axioms_actix::{AccessToken, Algorithm, Validator, guards, requires};
use axioms_testing::{AUDIENCE, RawRequest, TestIssuer};

#[requires(any_scopes = "read:data")]
async fn guarded(number: web::Path<u64>) -> String {
    number.to_string()
}

async fn with_token(number: web::Path<u64>, token: AccessToken) -> String {
    format!("{number} of {}", token.subject().unwrap_or_default())
}

#[requires(any_scopes = "write:data")]
async fn upload(_: web::Bytes) -> &'static str {
    "read"
}

fn serve(issuer: &TestIssuer) -> SocketAddr {
    let validator = Validator::builder().audience(AUDIENCE).issuer(issuer.url());
    let validator = validator.build().expect("a valid configuration");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free loopback port");
    let address = listener.local_addr().expect("a listener has an address");
    thread::spawn(move || {
        let server = HttpServer::new(move || {
            App::new()
                .app_data(validator.clone())
                .route("/guarded/{number}", web::get().to(guarded))
                .route("/token/{number}", web::get().to(with_token))
                .route("/uploads", web::post().to(upload))
                .wrap(from_fn(guards))
        });
        let server = server.workers(1).listen(listener).expect("a bound listener");
        actix_web::rt::System::new().block_on(server.run())
    });
    address
}

#[test]
fn a_guard_that_waits_answers_first() {
    for (path, scope, status) in [
        ("/guarded/1", "read:data", 200),
        ("/guarded/x", "read:data", 404),
        ("/guarded/1", "other", 403),
        ("/guarded/x", "other", 403),
    ] {
        let issuer = TestIssuer::start();
        let address = serve(&issuer);
        issuer.rotate(Algorithm::ES256);
        let token = issuer.token().scopes([scope]).sign();
        let answer = RawRequest::get(path).bearer(&token).send(address).expect("an answer");
        assert_eq!(answer.status(), status, "{path} {scope}");
    }
}

#[test]
fn a_token_that_waits_answers_first() {
    let issuer = TestIssuer::start();
    let address = serve(&issuer);
    let token = issuer.token().header("kid", "unknown").sign();
    let answer = RawRequest::get("/token/x").bearer(&token).send(address).expect("an answer");
    assert_eq!(answer.status(), 401);
}

#[test]
fn a_refused_upload_gets_its_answer() {
    let address = serve(&TestIssuer::start());
    let body = "x".repeat(30 * 1024 * 1024);
    let upload = RawRequest::new("POST", "/uploads").bearer("rubbish").body(body);
    for _ in 0..20 {
        assert_eq!(upload.send_all(address).expect("all is sent").status(), 401);
    }
}
