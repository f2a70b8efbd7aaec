//! Several validators in one rocket: each guards the routes of its base, and refuses the tokens of
//! the others.

use std::io::{self, Cursor, Write};
use std::sync::{Arc, Mutex, PoisonError};

use axioms_core::Algorithm;
use axioms_rocket::{AccessToken, Policy, Validator, ValidatorFairing, require, requires};
use axioms_testing::{RawRequest, TestIssuer};
use rocket::error::ErrorKind;
use rocket::fs::FileServer;
use rocket::http::Status;
use rocket::local::asynchronous::Client;
use rocket::request::{FromRequest, Request};
use rocket::{Build, Rocket, catch, catchers, get, routes};
use tracing_subscriber::fmt::MakeWriter;

/// A resource with its own issuer and audience.
struct Resource {
    audience: &'static str,
    issuer: TestIssuer,
}

impl Resource {
    fn new(audience: &'static str) -> Self {
        Self { audience, issuer: TestIssuer::builder().algorithms([Algorithm::ES256]).start() }
    }

    fn fairing(&self) -> ValidatorFairing {
        let builder = Validator::builder().audience(self.audience).issuer(self.issuer.url());
        let validator = builder.build().expect("a valid configuration");
        let name = self.audience;
        ValidatorFairing::new(validator).render(move |_, _, response| {
            response.set_raw_header("X-Rendered-By", name);
            response.set_sized_body(name.len(), Cursor::new(name));
        })
    }

    fn token(&self) -> String {
        self.issuer.token().audience(self.audience).sign()
    }
}

#[requires]
#[get("/messages")]
fn messages() -> &'static str {
    "messages"
}

#[get("/internal/direct")]
fn direct(_token: AccessToken) -> &'static str {
    "direct"
}

#[requires]
#[get("/<_tenant>/report")]
fn report(_tenant: &str) -> &'static str {
    "report"
}

#[requires]
#[get("/metrics")]
fn metrics() -> &'static str {
    "metrics"
}

#[get("/flush")]
fn flush() -> &'static str {
    "flush"
}

#[requires]
#[get("/<_..>", rank = 20)]
fn rest() -> &'static str {
    "rest"
}

#[catch(404)]
async fn not_found(request: &Request<'_>) -> &'static str {
    if AccessToken::from_request(request).await.is_success() { "for members" } else { "for guests" }
}

const CUSTOMERS: &str = "https://customers.example.com";
const EMPLOYEES: &str = "https://employees.example.com";

fn rocket(customers: &Resource, employees: &Resource) -> Rocket<Build> {
    crate::server::quiet()
        .attach(employees.fairing().at("/internal"))
        .attach(customers.fairing())
        .attach(customers.fairing().at("/internal/partners"))
        .mount("/", routes![messages, direct, report, rest])
        .mount("/internal", routes![metrics])
        .mount("/internal/admin", require(Policy::VALID_TOKEN, routes![flush]))
        .mount("/internal/partners", routes![metrics])
        .mount("/internals", routes![metrics])
}

#[test]
fn the_tokens_of_one_validator_are_refused_at_the_routes_of_another() {
    let (customers, employees) = (Resource::new(CUSTOMERS), Resource::new(EMPLOYEES));
    let address = crate::server::launch(rocket(&customers, &employees));
    let tokens = [customers.token(), employees.token()];
    // The answers to a customer's and an employee's token, and which fairing renders them unless
    // they are 200.
    for (path, expected, renderer) in [
        ("/messages", [200, 401], CUSTOMERS),
        ("/internals/metrics", [200, 401], CUSTOMERS),
        ("/internals", [200, 401], CUSTOMERS),
        ("/acme/report", [200, 401], CUSTOMERS),
        ("/internal/metrics", [401, 200], EMPLOYEES),
        ("/internal/direct", [401, 200], EMPLOYEES),
        ("/internal/admin/flush", [401, 200], EMPLOYEES),
        ("/internal/partners/metrics", [200, 401], CUSTOMERS),
        // Rocket reads these paths as /internal/metrics.
        ("//internal/metrics", [401, 200], EMPLOYEES),
        ("/internal//metrics", [401, 200], EMPLOYEES),
        ("/internal/metrics/", [401, 200], EMPLOYEES),
        ("/%69nternal/metrics", [401, 200], EMPLOYEES),
        ("/internal/%6detrics?at=/messages", [401, 200], EMPLOYEES),
        // Rocket does not read these paths as /internal/metrics.
        ("/INTERNAL/metrics", [200, 401], CUSTOMERS),
        ("/internal%2Fmetrics", [200, 401], CUSTOMERS),
        ("/internal%2fmetrics/x", [200, 401], CUSTOMERS),
        ("/%2Finternal/metrics", [200, 401], CUSTOMERS),
        ("/internal;x/metrics", [200, 401], CUSTOMERS),
        ("/./internal/metrics", [200, 401], CUSTOMERS),
        ("/messages/../internal/metrics", [200, 401], CUSTOMERS),
        ("/%2e%2e/internal/metrics", [200, 401], CUSTOMERS),
        // The route selects one validator, and the path another.
        ("/internal/report", [500, 500], ""),
        ("/internal", [500, 500], ""),
        ("/internal/../messages", [500, 500], ""),
        ("/internal/partners/%2e%2e/metrics", [500, 500], ""),
    ] {
        for (token, status) in tokens.iter().zip(expected) {
            let answer = RawRequest::get(path).bearer(token).send(address).expect("an answer");
            let rendered = answer.headers().get("x-rendered-by").map_or("", |by| by.to_str().unwrap_or("?"));
            assert_eq!(answer.status().as_u16(), status, "{path}");
            assert_eq!(rendered, if status == 200 { "" } else { renderer }, "{path}");
        }
        let guest = RawRequest::get(path).send(address).expect("an answer");
        assert!([401, 500].contains(&guest.status().as_u16()), "{path}");
    }
}

#[test]
fn a_catcher_gets_the_validator_of_the_requests_path() {
    let (customers, employees) = (Resource::new(CUSTOMERS), Resource::new(EMPLOYEES));
    let rocket = crate::server::quiet()
        .attach(customers.fairing())
        .attach(employees.fairing().at("/internal"))
        .mount("/internal", routes![metrics])
        .register("/", catchers![not_found]);
    let address = crate::server::launch(rocket);
    for (path, [by_customer, by_employee]) in
        [("/nowhere", ["for members", CUSTOMERS]), ("/internal/nowhere", [EMPLOYEES, "for members"])]
    {
        for (token, expected) in [(customers.token(), by_customer), (employees.token(), by_employee)] {
            let answer = RawRequest::get(path).bearer(&token).send(address).expect("an answer");
            assert_eq!(String::from_utf8_lossy(answer.body()), expected, "{path}");
        }
    }
}

/// Guards that Rocket cannot check before the launch.
#[test]
fn a_guarded_route_below_no_base_fails_closed() {
    let employees = Resource::new(EMPLOYEES);
    let rocket = crate::server::quiet()
        .attach(employees.fairing().at("/internal"))
        .mount("/internal", routes![metrics])
        .mount("/", routes![messages])
        .mount("/admin", require(Policy::VALID_TOKEN, routes![flush]));
    let address = crate::server::launch(rocket);
    for (path, status) in [("/internal/metrics", 200), ("/messages", 500), ("/admin/flush", 500)] {
        let answer = RawRequest::get(path).bearer(&employees.token()).send(address).expect("an answer");
        assert_eq!(answer.status().as_u16(), status, "{path}");
    }
}

/// The log of this thread.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

/// Ignites a rocket. Returns the kind of its error, and the log.
async fn ignite(rocket: Rocket<Build>) -> (Option<&'static str>, String) {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log.clone()).finish();
    let ignited = {
        let _guard = tracing::subscriber::set_default(subscriber);
        Client::untracked(rocket).await
    };
    let kind = ignited.err().map(|error| match error.kind() {
        ErrorKind::FailedFairings(_) => "fairing",
        ErrorKind::SentinelAborts(_) => "sentinel",
        _ => "other",
    });
    let log = log.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (kind, String::from_utf8(log).expect("the log is UTF-8"))
}

#[rocket::async_test]
async fn an_invalid_base_prevents_ignition_and_the_log_says_why() {
    let resource = Resource::new(EMPLOYEES);
    #[rustfmt::skip]
    let bad = [
        "", "internal", "/internal/", "//internal", "/internal//x", "//", "/./internal", "/internal/..",
        "/%69nternal", "/internal%2Fx", "/internal?x", "/<tenant>", "/internal#x", "/a b", "/é\n", "https://a/internal",
    ];
    for base in bad {
        let rocket =
            crate::api::quiet().attach(resource.fairing().at(base)).mount("/internal", routes![metrics]);
        let (kind, log) = ignite(rocket).await;
        assert_eq!(kind, Some("fairing"), "{base}");
        assert!(log.contains(&format!("{base:?} is not the base")), "{base}: {log}");
        assert!(log.contains(r#".at(\"/internal\")"#) || log.contains(r#".at("/internal")"#), "{log}");
    }
    for base in ["/", "/internal"] {
        let rocket =
            crate::api::quiet().attach(resource.fairing().at(base)).mount("/internal", routes![metrics]);
        assert_eq!(ignite(rocket).await.0, None, "{base}");
    }
}

#[rocket::async_test]
async fn two_fairings_of_one_base_or_one_without_routes_prevent_ignition() {
    let resource = Resource::new(EMPLOYEES);
    let rocket =
        || crate::api::quiet().mount("/internal", routes![metrics]).mount("/", FileServer::from("."));
    let at = |base| resource.fairing().at(base);
    let twice = "two ValidatorFairings are attached for";
    for (fairings, expected) in [
        (vec![at("/"), at("/")], Some(("fairing", format!("{twice} /: keep one of them")))),
        (
            vec![at("/"), at("/internal"), at("/internal")],
            Some(("fairing", format!("{twice} /internal: keep one of them"))),
        ),
        (vec![at("/"), at("/internl")], Some(("sentinel", "at or below /internl".to_owned()))),
        (vec![at("/Internal")], Some(("sentinel", "at which routes are mounted: /, /internal".to_owned()))),
        (vec![at("/"), at("/internal"), at("/internal/metrics")], None),
    ] {
        let (kind, log) = ignite(fairings.into_iter().fold(rocket(), Rocket::attach)).await;
        assert_eq!(kind, expected.as_ref().map(|(kind, _)| *kind), "{log}");
        assert!(log.contains(expected.as_ref().map_or("", |(_, words)| words)), "{log}");
    }
}

#[rocket::async_test]
async fn a_fairing_that_a_stage_attaches_counts_too() {
    let (customers, employees) = (Resource::new(CUSTOMERS), Resource::new(EMPLOYEES));
    let (fairing, rocket) =
        (employees.fairing().at("/internal"), crate::api::quiet().attach(customers.fairing()));
    let stage = rocket::fairing::AdHoc::on_ignite("internal", |rocket| async {
        rocket.attach(fairing).mount("/internal", routes![metrics])
    });
    let client = Client::untracked(rocket.attach(stage)).await.expect("a valid rocket");
    for (token, status) in [(customers.token(), Status::Unauthorized), (employees.token(), Status::Ok)] {
        let header = rocket::http::Header::new("Authorization", format!("Bearer {token}"));
        assert_eq!(client.get("/internal/metrics").header(header).dispatch().await.status(), status);
    }
}
