//! One full validation, text in and verified claims out with a scope checked, by Axioms and by other crates: the
//! contenders of `cargo xtask bench --only in-process`.

#![forbid(unsafe_code)]

mod axioms;
mod bare;
mod huskarl;
mod jsonwebtoken_by_hand;
mod jwt_authorizer_crate;
mod jwt_simple_by_hand;
mod oauth_resource_server_crate;
mod tower_layer;

use std::error::Error;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use axioms_core::Algorithm;
use axioms_testing::TestIssuer;
use serde::Deserialize;
use tokio::runtime::Runtime;

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub const ALGORITHMS: [Algorithm; 4] =
    [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
/// The scope that every contender demands.
pub const SCOPE: &str = "read:messages";

/// What is measured: so many validations in a row.
pub struct Contender {
    pub name: &'static str,
    call: Box<dyn FnMut(u32, Measure<'_>)>,
}

/// Runs the validations that it is given, and measures them.
pub type Measure<'a> = &'a mut dyn FnMut(&mut dyn FnMut());

impl Contender {
    /// Of something that validates once, and says whether the token is good and has the scope.
    fn new(name: &'static str, mut validate: impl FnMut() -> bool + 'static) -> Result<Self> {
        Self::of_requests(name, || (), move |()| validate())
    }

    /// Of something that consumes requests, which are made while nobody measures.
    fn of_requests<R>(
        name: &'static str,
        request: impl Fn() -> R + 'static,
        mut validate: impl FnMut(R) -> bool + 'static,
    ) -> Result<Self> {
        if !validate(request()) {
            return Err(format!("{name} refuses the token").into());
        }
        let call = move |count, measure: Measure<'_>| {
            let mut requests: Vec<R> = (0..count).map(|_| request()).collect();
            let mut good = true;
            measure(&mut || {
                for request in requests.drain(..) {
                    good &= validate(request);
                }
            });
            assert!(black_box(good), "{name} refuses the token");
        };
        Ok(Self { name, call: Box::new(call) })
    }

    /// How long so many validations take.
    pub fn time(&mut self, count: u32) -> Duration {
        let mut time = Duration::ZERO;
        self.run(count, &mut |validations| {
            let start = Instant::now();
            validations();
            time = start.elapsed();
        });
        time
    }

    /// Runs so many validations under a measure.
    pub fn run(&mut self, count: u32, measure: Measure<'_>) {
        (self.call)(count, measure);
    }
}

/// Where the contenders come from: an issuer with a key of each algorithm, and a runtime for those that fetch.
pub struct Field {
    issuer: TestIssuer,
    runtime: Runtime,
}

impl Field {
    /// # Errors
    /// When there is no runtime.
    pub fn new() -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        Ok(Self { issuer: TestIssuer::builder().algorithms(ALGORITHMS).start(), runtime })
    }

    /// A token as issuers mint them, of some 700 bytes.
    #[must_use]
    pub fn token(&self, algorithm: Algorithm) -> String {
        self.issuer
            .token()
            .algorithm(algorithm)
            .subject("auth0|5f7c8ec7c33c6c004bbafe82")
            .scopes(["openid", "profile", "email", SCOPE])
            .roles(["admin", "editor"])
            .claim("client_id", "my-web-application")
            .claim("https://example.com/tenant", "7d2c8ec7-c33c-6c00-4bba-fe8200000000")
            .expires_in(Duration::from_secs(3600))
            .sign()
    }

    /// Everyone who can verify by this algorithm, and the reasons of those who cannot.
    ///
    /// # Errors
    /// When one of Axioms or the unit itself cannot.
    pub fn contenders(&self, algorithm: Algorithm) -> Result<(Vec<Contender>, Vec<String>)> {
        let mut contenders = vec![bare::contender(self, algorithm)?];
        contenders.extend(axioms::contenders(self, algorithm)?);
        let mut reasons = Vec::new();
        for contender in [
            jsonwebtoken_by_hand::contender(self, algorithm),
            tower_layer::contender(self, algorithm),
            jwt_authorizer_crate::contender(self, algorithm),
            oauth_resource_server_crate::contender(self, algorithm),
            huskarl::contender(self, algorithm),
            jwt_simple_by_hand::contender(self, algorithm),
        ] {
            match contender {
                Ok(contender) => contenders.push(contender),
                Err(reason) => reasons.push(reason.to_string()),
            }
        }
        Ok((contenders, reasons))
    }
}

/// The claims that a program which decodes into a type of its own would ask for.
#[derive(Clone, Deserialize)]
struct Claims {
    #[expect(dead_code, reason = "read from the token, as a program would that uses it")]
    sub: String,
    scope: String,
}

fn grants(scope: &str) -> bool {
    scope.split(' ').any(|scope| scope == SCOPE)
}

/// The output of a future that has nothing to wait for, at no cost of a runtime's.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the keys are there, so nothing is to be waited for"),
    }
}
