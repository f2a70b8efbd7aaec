//! Any bytes as the issuer's JWK Set: never a panic, and a sound set is taken again afterwards. Over loopback HTTP, since
//! the parser is not public.
#![no_main]

use std::sync::LazyLock;
use std::time::Duration;

use axioms_testing::{AUDIENCE, Behaviour, Endpoint, TestClock, TestIssuer};
use axioms_core::{Algorithm, Validator};
use libfuzzer_sys::fuzz_target;

static BENCH: LazyLock<(TestClock, TestIssuer, Validator)> = LazyLock::new(|| {
    let clock = TestClock::new();
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
    let builder = Validator::builder().audience(AUDIENCE).any_issuer(true).jwks_url(issuer.jwks_url());
    let validator = builder.refresh_interval(Duration::from_secs(302_400)).clock(clock.clone()).build().unwrap();
    (clock, issuer, validator)
});

fuzz_target!(|body: &[u8]| {
    let (clock, issuer, validator) = &*BENCH;
    let token = issuer.token();
    for behaviour in [Behaviour::Body(body.to_vec()), Behaviour::Normal] {
        issuer.behave(Endpoint::Jwks, behaviour);
        clock.advance(Duration::from_secs(60));
        // An unknown key id has the set fetched, and waits until it has been.
        assert!(validator.validate(&token.clone().header("kid", "").sign()).is_err());
    }
    assert!(validator.validate(&issuer.token().sign()).is_ok());
});
