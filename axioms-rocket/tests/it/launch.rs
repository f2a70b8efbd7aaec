//! A rocket with guarded routes and without a validator does not launch.

use axioms_rocket::{
    AccessToken, Authorized, Claims, HasPolicy, OptionalAccessToken, Owned, Owner, OwnerOrSafe, Policy,
    Refused, ValidatorFairing, require, requires,
};
use axioms_testing::TestIssuer;
use rocket::error::ErrorKind;
use rocket::http::Status;
use rocket::local::asynchronous::Client;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::{Route, routes};

use crate::api::{quiet, validator};

#[requires]
#[rocket::get("/")]
fn guarded() {}

#[rocket::get("/")]
fn token(_token: AccessToken) {}

#[rocket::get("/")]
fn optional(_token: OptionalAccessToken) {}

struct AnyToken;

impl HasPolicy for AnyToken {
    const POLICY: &'static Policy = &Policy::VALID_TOKEN;
}

#[rocket::get("/")]
fn by_hand(_guard: Authorized<AnyToken>) {}

#[derive(Owned)]
struct Note {
    #[owner]
    author: String,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Note {
    type Error = ();

    async fn from_request(_: &'r Request<'_>) -> Outcome<Self, ()> {
        Outcome::Success(Self { author: "alice".to_owned() })
    }
}

#[rocket::get("/")]
fn owner(_note: Owner<Note>) {}

#[rocket::get("/")]
fn owner_or_safe(_note: OwnerOrSafe<Note>) {}

#[rocket::get("/")]
fn claims(_claims: Claims<()>) {}

#[rocket::get("/")]
fn option(_token: Option<AccessToken>) {}

#[rocket::get("/")]
fn result(_token: Result<AccessToken, Refused>) {}

#[rocket::get("/")]
fn open() {}

#[rocket::async_test]
async fn no_guarded_route_is_launched_without_a_validator() {
    let guards: [(&str, Vec<Route>); 9] = [
        ("#[requires]", routes![guarded]),
        ("AccessToken", routes![token]),
        ("OptionalAccessToken", routes![optional]),
        ("Authorized", routes![by_hand]),
        ("Owner", routes![owner]),
        ("OwnerOrSafe", routes![owner_or_safe]),
        ("Claims", routes![claims]),
        ("Option", routes![option]),
        ("Result", routes![result]),
    ];
    let issuer = TestIssuer::start();
    for (guard, routes) in guards {
        // A validator in the program's managed state is not the fairing's.
        let rocket = quiet().manage(validator(&issuer)).mount("/", routes.clone());
        let without = Client::untracked(rocket).await;
        let error = without.map(drop).expect_err(guard);
        assert!(matches!(error.kind(), ErrorKind::SentinelAborts(_)), "{guard}");
        let with = quiet().mount("/", routes).attach(ValidatorFairing::new(validator(&issuer)));
        assert!(Client::untracked(with).await.is_ok(), "{guard}");
    }
}

/// The guards of a mount are not arguments, so Rocket cannot check them before the launch.
#[rocket::async_test]
async fn a_guarded_mount_fails_closed_without_a_validator() {
    let issuer = TestIssuer::start();
    let routes = require(Policy::VALID_TOKEN, routes![open]);
    let rocket = quiet().manage(validator(&issuer)).mount("/", routes);
    let client = Client::untracked(rocket).await.expect("Rocket launches it");
    assert_eq!(client.get("/").dispatch().await.status(), Status::InternalServerError);
}
