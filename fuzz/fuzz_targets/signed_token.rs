//! Any header and payload under a signature that is right, so that every parser and check behind it is reached.
#![no_main]

use std::sync::LazyLock;

use axioms_testing::{AUDIENCE, TestClock, TestIssuer};
use axioms_core::{Algorithm, Validator};
use libfuzzer_sys::fuzz_target;

static BENCH: LazyLock<(TestIssuer, Validator)> = LazyLock::new(|| {
    let clock = TestClock::new();
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    // Any issuer, since no fuzzer can guess the port; and a key without an id of its own cannot be guessed either.
    issuer.add_jwk(issuer.key(Algorithm::ES256).with_kid("k").public_jwk());
    let builder = Validator::builder().audiences(["a", AUDIENCE]).any_issuer(true).jwks_url(issuer.jwks_url());
    let validator = builder.roles_claims(["/a/0", "roles"]).clock(clock).build().unwrap();
    (issuer, validator)
});

fuzz_target!(|data: (Option<&[u8]>, &[u8])| {
    let (header, payload) = data;
    let header = header.unwrap_or(br#"{"alg":"ES256","kid":"k"}"#);
    let token = BENCH.0.token().raw_header(header).raw_payload(payload).sign();
    if let Ok(token) = BENCH.1.validate(&token) {
        let _ = (format!("{token:?}"), token.scopes().count(), token.roles().count(), token.audiences());
    }
});
