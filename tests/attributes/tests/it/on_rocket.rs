//! Routes of Rocket.

use axioms_rocket::{ValidatorFairing, requires};
use rocket::config::{Config, LogLevel};
use rocket::http::Header;
use rocket::local::asynchronous::Client;
use rocket::{get, routes};
use tracing::instrument;

#[requires(any_scopes = "read")]
#[get("/instrument_below/<id>")]
#[instrument]
fn instrument_below(id: u8) -> String {
    id.to_string()
}

#[instrument]
#[requires(any_scopes = "read")]
#[get("/instrument_above/<id>")]
async fn instrument_above(id: u8) -> String {
    id.to_string()
}

#[requires(any_scopes = "read")]
#[instrument]
#[get("/instrument_between/<id>")]
async fn instrument_between(id: u8) -> String {
    id.to_string()
}

#[requires(any_scopes = "read")]
#[utoipa::path(get, path = "/utoipa_below/{id}", params(("id" = u8, Path)), responses((status = OK)))]
#[get("/utoipa_below/<id>")]
fn utoipa_below(id: u8) -> String {
    id.to_string()
}

#[utoipa::path(get, path = "/utoipa_above/{id}", params(("id" = u8, Path)), responses((status = OK)))]
#[requires(any_scopes = "read")]
#[get("/utoipa_above/<id>")]
fn utoipa_above(id: u8) -> String {
    id.to_string()
}

#[doc = "Documented."]
#[cfg_attr(all(), requires(any_scopes = "read"))]
#[cfg_attr(all(), get("/others/<id>"))]
#[cfg_attr(any(), deprecated)]
#[expect(unused_variables, reason = "of the test")]
#[must_use]
fn others(id: u8) -> String {
    let nothing = 0;
    id.to_string()
}

#[rocket::async_test]
async fn attributes_of_other_crates_leave_the_guard_in_place() {
    let routes =
        routes![instrument_below, instrument_above, instrument_between, utoipa_below, utoipa_above, others];
    let rocket = rocket::custom(Config { log_level: LogLevel::Off, ..Config::debug_default() })
        .mount("/", routes)
        .attach(ValidatorFairing::new(crate::validator()));
    let client = Client::untracked(rocket).await.unwrap();
    for path in [
        "/instrument_below/7",
        "/instrument_above/7",
        "/instrument_between/7",
        "/utoipa_below/7",
        "/utoipa_above/7",
        "/others/7",
    ] {
        let passed = client.get(path).header(Header::new("Authorization", crate::reader())).dispatch().await;
        assert_eq!(passed.into_string().await.as_deref(), Some("7"), "{path}");
        assert_eq!(client.get(path).dispatch().await.status().code, 401, "{path}");
    }
}
