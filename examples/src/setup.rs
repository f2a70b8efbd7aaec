//! Whose tokens count: those of the issuer that the `AXIOMS_*` variables name or, where there is no such variable, of
//! an issuer inside this program.

use std::io::{self, IsTerminal};

use axioms_core::{Algorithm, BuildError, Validator, ValidatorBuilder};
use axioms_testing::{AUDIENCE, TestIssuer};
use tracing_subscriber::EnvFilter;

/// A validator, and the issuer that it trusts if this program runs it.
///
/// Keep it for as long as the server runs: the issuer stops when it is dropped.
#[derive(Debug)]
pub struct Setup {
    validator: Validator,
    issuer: Option<TestIssuer>,
}

impl Setup {
    /// Starts the log, on stderr and as `RUST_LOG` says, and the validator.
    ///
    /// # Errors
    /// With every problem of the `AXIOMS_*` variables at once.
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

    /// The validator. A clone shares its keys.
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

/// The log, and the settings of the validator.
fn prepare() -> (ValidatorBuilder, Option<TestIssuer>) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(colours).init();
    if std::env::vars_os().any(|(name, _)| name.as_encoded_bytes().starts_with(b"AXIOMS_")) {
        return (ValidatorBuilder::from_env(), None);
    }
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    (Validator::builder().audience(AUDIENCE).issuer(issuer.url()), Some(issuer))
}
