//! Any text as a token: never a panic, never accepted.
#![no_main]

use std::sync::LazyLock;

use axioms_testing::{AUDIENCE, TestIssuer};
use axioms_core::{Algorithm, Validator};
use libfuzzer_sys::fuzz_target;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().unwrap()
});

fuzz_target!(|token: &str| assert!(VALIDATOR.validate(token).is_err()));
