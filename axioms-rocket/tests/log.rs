//! What Rocket's log shows if the program has no `tracing` subscriber. The logger is global to the
//! process.

use std::sync::{Mutex, PoisonError};

use axioms_rocket::{InvalidToken, Validator};
use axioms_testing::{AUDIENCE, TestIssuer};
use log::{LevelFilter, Log, Metadata, Record};

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

struct Logger;

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "axioms"
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            LINES.lock().unwrap_or_else(PoisonError::into_inner).push(record.args().to_string());
        }
    }

    fn flush(&self) {}
}

#[test]
fn a_refused_token_is_logged_with_its_cause_and_its_names() {
    log::set_logger(&Logger).unwrap();
    log::set_max_level(LevelFilter::Info);
    let issuer = TestIssuer::start();
    let validator =
        Validator::builder().audience("https://other.example").issuer(issuer.url()).build().unwrap();
    let token = issuer.token().audience(AUDIENCE).claim("jti", "the-token").sign();
    let refusal = validator.validate(&token).unwrap_err();
    assert_eq!(refusal.cause(), &InvalidToken::Audience.into());
    let lines = LINES.lock().unwrap();
    let reported = lines.iter().find(|line| line.contains("a request is refused")).expect("an event");
    for part in ["cause=\"audience\"", "the-token", "kid="] {
        assert!(reported.contains(part), "{part} in {reported}");
    }
}
