//! Whose tokens are accepted: those of the issuer that the `AXIOMS_*` variables name or, without
//! such variables, those of an issuer inside this program.

use std::io::{self, IsTerminal};

use axioms_core::{Algorithm, BuildError, Validator, ValidatorBuilder};
use axioms_testing::{AUDIENCE, TestIssuer};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::prelude::*;

/// A validator, and the issuer that it trusts if this program runs it.
///
/// Keep it for as long as the server runs: the issuer stops when it is dropped.
#[derive(Debug)]
pub struct Setup {
    validator: Validator,
    issuer: Option<TestIssuer>,
}

impl Setup {
    /// Initializes the log, on stderr and as `RUST_LOG` says, and builds the validator.
    ///
    /// # Errors
    /// Lists every problem of the `AXIOMS_*` variables.
    pub fn start() -> Result<Self, BuildError> {
        let (builder, issuer) = prepare();
        Ok(Self { validator: builder.build()?, issuer })
    }

    /// As [`Setup::start`], without blocking a thread of the runtime.
    ///
    /// # Errors
    /// As [`Setup::start`].
    pub async fn start_async() -> Result<Self, BuildError> {
        let (builder, issuer) = prepare();
        Ok(Self { validator: builder.build_async().await?, issuer })
    }

    /// The validator. Clones share its keys.
    #[must_use]
    pub fn validator(&self) -> Validator {
        self.validator.clone()
    }

    /// The issuer inside this program, if there is one.
    #[must_use]
    pub fn issuer(&self) -> Option<&TestIssuer> {
        self.issuer.as_ref()
    }
}

/// Initializes the log, and returns the settings of the validator.
fn prepare() -> (ValidatorBuilder, Option<TestIssuer>) {
    let filter = std::env::var("RUST_LOG").ok().and_then(|directives| directives.parse::<Targets>().ok());
    let filter = filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let lines = fmt::layer().with_writer(io::stderr).with_ansi(io::stderr().is_terminal());
    tracing_subscriber::registry().with(lines).with(filter).init();
    if std::env::vars_os().any(|(name, _)| name.as_encoded_bytes().starts_with(b"AXIOMS_")) {
        return (ValidatorBuilder::from_env(), None);
    }
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    (Validator::builder().audience(AUDIENCE).issuer(issuer.url()), Some(issuer))
}
