//! Any values of `Authorization`: never a panic, never accepted.
#![no_main]

use std::sync::LazyLock;

use axioms_core::http::{HeaderValue, Request, Response};
use axioms_testing::{AUDIENCE, TestIssuer};
use axioms_core::{Algorithm, Policy, Validator};
use libfuzzer_sys::fuzz_target;

static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    Validator::builder().audience(AUDIENCE).issuer(issuer.url()).build().unwrap()
});

fuzz_target!(|values: Vec<&[u8]>| {
    let mut request = Request::new(());
    for value in values.into_iter().filter_map(|value| HeaderValue::from_bytes(value).ok()).take(3) {
        request.headers_mut().append("authorization", value);
    }
    let refusal = VALIDATOR.authorize(&request, &Policy::VALID_TOKEN).unwrap_err();
    assert!(Response::from(refusal).status().is_client_error());
});
