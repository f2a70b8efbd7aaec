//! Shared by the integration tests: an issuer with a validator, futures without a runtime, and the
//! log.

#![allow(dead_code, reason = "each test target uses a part of it")]

pub(crate) mod hooks;
pub(crate) mod log;
#[cfg(target_os = "linux")]
pub(crate) mod process;

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::Duration;

use axioms_core::{
    Algorithm, Backend, Clock as _, InvalidToken, Refusal, RefusalCause, Validator, ValidatorBuilder,
};
use axioms_testing::{AUDIENCE, SigningKey, TestClock, TestIssuer, TokenBuilder};
use serde_json::Value;

/// The outcome for a token: accepted, or refused for this reason.
pub(crate) type Verdict = Result<(), RefusalCause>;

/// The signature libraries in this build.
pub(crate) const BACKENDS: &[Backend] = &[
    #[cfg(feature = "aws-lc-rs")]
    Backend::AwsLcRs,
    #[cfg(feature = "graviola")]
    Backend::Graviola,
    #[cfg(feature = "jwt-simple")]
    Backend::JwtSimple,
];

/// An issuer, a resource server that trusts it, and the clock that both use.
pub(crate) struct Bench {
    pub(crate) clock: TestClock,
    pub(crate) issuer: TestIssuer,
    pub(crate) validator: Validator,
}

impl Bench {
    /// With a key of the fastest algorithm, and default settings.
    pub(crate) fn new() -> Self {
        Self::configured(|builder| builder)
    }

    pub(crate) fn configured(settings: impl FnOnce(ValidatorBuilder) -> ValidatorBuilder) -> Self {
        Self::with_issuer(|_| {}, settings)
    }

    /// `prepare` configures the issuer before the validator is built.
    pub(crate) fn with_issuer(
        prepare: impl FnOnce(&TestIssuer),
        settings: impl FnOnce(ValidatorBuilder) -> ValidatorBuilder,
    ) -> Self {
        let clock = TestClock::new();
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).clock(clock.clone()).start();
        prepare(&issuer);
        let validator =
            settings(builder(&issuer, &clock)).build().expect("the configuration of the tests is valid");
        Self { clock, issuer, validator }
    }

    pub(crate) fn token(&self) -> TokenBuilder {
        self.issuer.token()
    }

    pub(crate) fn verdict(&self, token: &str) -> Verdict {
        verdict(&self.validator, token)
    }

    /// The verdict on a valid token that is signed now, with the issuer's newest key.
    pub(crate) fn verdict_on_fresh_token(&self) -> Verdict {
        self.verdict(&self.token().sign())
    }

    /// Waits for the end of a fetch in progress, by sending a token with an unknown key.
    pub(crate) fn settle(&self) {
        let _ = self.verdict(&self.token().header("kid", "settle").sign());
    }

    /// The wall clock, in whole seconds since 1970.
    pub(crate) fn clock_seconds(&self) -> u64 {
        self.clock.unix_time().as_secs()
    }

    pub(crate) fn advance_seconds(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }
}

/// Adds keys that sign nothing until the key set has `total` members.
pub(crate) fn pad_key_set(issuer: &TestIssuer, total: usize) {
    let key = SigningKey::generate(Algorithm::ES256);
    let key_set: Value = serde_json::from_str(&issuer.jwks()).expect("the issuer's own key set is JSON");
    let published = key_set.get("keys").and_then(Value::as_array).map_or(0, Vec::len);
    for n in published..total {
        issuer.add_jwk(key.clone().with_kid(format!("filler-{n}")).public_jwk());
    }
}

/// The settings that all tests start from.
pub(crate) fn builder(issuer: &TestIssuer, clock: &TestClock) -> ValidatorBuilder {
    log::capture();
    Validator::builder().audience(AUDIENCE).issuer(issuer.url()).clock(clock.clone())
}

pub(crate) fn verdict(validator: &Validator, token: &str) -> Verdict {
    log::capture();
    validator.validate(token).map(drop).map_err(|refusal| refusal.cause().clone())
}

pub(crate) fn invalid(reason: InvalidToken) -> Verdict {
    Err(RefusalCause::InvalidToken(reason))
}

/// Whether the refusal says that keys are unavailable (503), not that the token is invalid.
pub(crate) fn lacks_keys(verdict: &Verdict) -> bool {
    matches!(verdict, Err(RefusalCause::KeysUnavailable { .. }))
}

/// Runs a future to its end on this thread.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    struct Unpark(Thread);

    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }

    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(output) => return output,
            Poll::Pending => thread::park(),
        }
    }
}

/// Runs many futures concurrently on one thread. Each is polled once before any is awaited.
pub(crate) async fn join<T>(futures: impl IntoIterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut running: Vec<Pin<Box<_>>> = futures.into_iter().map(Box::pin).collect();
    let mut outputs = Vec::with_capacity(running.len());
    std::future::poll_fn(|context| {
        running.retain_mut(|future| match future.as_mut().poll(context) {
            Poll::Ready(output) => {
                outputs.push(output);
                false
            }
            Poll::Pending => true,
        });
        if running.is_empty() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    outputs
}

/// Everything of a refusal that a client, a debugger or a log line can show.
pub(crate) fn visible(refusal: &Refusal) -> String {
    let response = axioms_core::http::Response::from(refusal);
    format!("{refusal} {refusal:?} {response:?} {}", response.body())
}
