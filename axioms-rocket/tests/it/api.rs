//! A rocket with a validator, its issuer, and a client.

use axioms_core::Algorithm;
use axioms_rocket::{Demand, HasPolicy, Policy, Validator, ValidatorFairing};
use axioms_testing::{AUDIENCE, TestIssuer, TokenBuilder};
use rocket::config::{Config, LogLevel};
use rocket::http::{Header, Status};
use rocket::local::asynchronous::{Client, LocalResponse};
use rocket::{Build, Rocket};

/// A policy that no `POST` can meet.
pub(crate) struct ReadOnly;

impl HasPolicy for ReadOnly {
    const POLICY: &'static Policy = &Policy::per_method(const { &[("GET", Demand::VALID_TOKEN)] }, None);
}

pub(crate) struct Api {
    issuer: TestIssuer,
    pub(crate) client: Client,
}

impl Api {
    pub(crate) async fn start(set_up: impl FnOnce(Rocket<Build>) -> Rocket<Build>) -> Self {
        Self::with(|fairing| fairing, set_up).await
    }

    pub(crate) async fn with(
        change: impl FnOnce(ValidatorFairing) -> ValidatorFairing,
        set_up: impl FnOnce(Rocket<Build>) -> Rocket<Build>,
    ) -> Self {
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
        let fairing = change(ValidatorFairing::new(validator(&issuer)));
        let client = Client::untracked(set_up(quiet()).attach(fairing)).await.expect("a valid rocket");
        Self { issuer, client }
    }

    pub(crate) fn token(&self) -> TokenBuilder {
        self.issuer.token()
    }

    pub(crate) fn expired(&self) -> String {
        self.token().expired().sign()
    }

    pub(crate) async fn response(&self, path: &str, token: Option<&str>) -> LocalResponse<'_> {
        let mut request = self.client.get(path.to_owned());
        if let Some(token) = token {
            request.add_header(Header::new("Authorization", format!("Bearer {token}")));
        }
        request.dispatch().await
    }

    /// Status and body.
    pub(crate) async fn get(&self, path: &str, token: Option<&str>) -> (Status, String) {
        let response = self.response(path, token).await;
        (response.status(), response.into_string().await.unwrap_or_default())
    }
}

pub(crate) fn validator(issuer: &TestIssuer) -> Validator {
    Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().expect("a valid configuration")
}

pub(crate) fn quiet() -> Rocket<Build> {
    rocket::custom(Config { log_level: LogLevel::Off, ..Config::debug_default() })
}
