//! One full validation, from text to verified claims with a scope checked: by Axioms, by other
//! crates, and the signature alone.

#![forbid(unsafe_code)]

mod axioms;
mod bare;
#[cfg(feature = "peers")]
mod peers;

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use axioms_core::Algorithm;
use axioms_testing::{TestIssuer, TokenBuilder};

pub use bare::Bare;

pub type Result<T> = std::result::Result<T, Box<dyn Error>>;

pub const ALGORITHMS: [Algorithm; 4] =
    [Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::EdDSA];
/// The scope that every contender demands.
pub const SCOPE: &str = "read:messages";

/// The number of rounds, from the variable `ROUNDS`. Ratios are formed within one round, so a slow
/// phase of the machine affects both sides.
#[must_use]
pub fn rounds() -> u32 {
    std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(1)
}

/// A measured function, which runs this many validations.
pub struct Contender {
    pub name: &'static str,
    call: Box<dyn FnMut(u64, Measure<'_>)>,
}

/// A named validation that can be run and measured.
pub type Measure<'a> = &'a mut dyn FnMut(&mut dyn FnMut());

impl Contender {
    /// `validate` checks one token, and returns whether it is valid and has the scope.
    fn new(name: &'static str, mut validate: impl FnMut() -> bool + 'static) -> Result<Self> {
        Self::of_requests(name, || (), move |()| validate())
    }

    /// As [`Contender::new`], for functions that consume a request. The requests are made outside
    /// the measurement.
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

    /// The time of this many validations.
    pub fn time(&mut self, count: u64) -> Duration {
        let mut time = Duration::ZERO;
        self.run(count, &mut |validations| {
            let start = Instant::now();
            validations();
            time = start.elapsed();
        });
        time
    }

    /// Runs this many validations inside a measurement.
    pub fn run(&mut self, count: u64, measure: Measure<'_>) {
        (self.call)(count, measure);
    }
}

/// What the contenders need: an issuer with a key for each algorithm, and a runtime for those that
/// fetch.
pub struct Field {
    pub issuer: TestIssuer,
    #[cfg(feature = "peers")]
    runtime: tokio::runtime::Runtime,
}

impl Field {
    /// # Errors
    /// Returns an error if the runtime cannot be built.
    pub fn new(algorithms: &[Algorithm]) -> Result<Self> {
        Ok(Self {
            issuer: TestIssuer::builder().algorithms(algorithms.iter().copied()).start(),
            #[cfg(feature = "peers")]
            runtime: tokio::runtime::Builder::new_current_thread().enable_all().build()?,
        })
    }

    /// A typical token of 600 to 900 bytes.
    #[must_use]
    pub fn token(&self, algorithm: Algorithm) -> TokenBuilder {
        self.issuer
            .token()
            .algorithm(algorithm)
            .subject("auth0|5f7c8ec7c33c6c004bbafe82")
            .scopes(["openid", "profile", "email", SCOPE])
            .roles(["admin", "editor"])
            .claim("client_id", "my-web-application")
            .claim("https://example.com/tenant", "7d2c8ec7-c33c-6c00-4bba-fe8200000000")
            .expires_in(Duration::from_hours(24))
    }

    /// The signature alone, Axioms, and the other crates that support this algorithm.
    ///
    /// # Errors
    /// Returns an error if Axioms or the signature alone fails.
    pub fn contenders(&self, algorithm: Algorithm) -> Result<Vec<Contender>> {
        let bare = Bare::new(self, algorithm)?;
        let mut contenders = vec![Contender::new("aws-lc-rs", move || bare.verify())?];
        contenders.extend(axioms::contenders(self, algorithm)?);
        #[cfg(feature = "peers")]
        contenders.extend(peers::contenders(self, algorithm));
        Ok(contenders)
    }
}
