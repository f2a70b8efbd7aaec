//! Why a validator was not built.

use std::error::Error;
use std::{fmt, io};

use super::problem::Problem;
use crate::jwks::JwksError;

/// Why [`ValidatorBuilder::build`](crate::ValidatorBuilder::build) failed.
///
/// # Examples
/// ```no_run
/// use axioms_core::{BuildError, Validator};
///
/// match Validator::from_env() {
///     Ok(validator) => drop(validator),
///     Err(BuildError::Config(error)) => error.problems().iter().for_each(|problem| eprintln!("{problem}")),
///     Err(error) => eprintln!("{error}"),
/// }
/// ```
#[non_exhaustive]
pub enum BuildError {
    /// The configuration is not usable.
    Config(ConfigError),
    /// The first fetch of an issuer's keys failed, and
    /// [`fail_fast`](crate::ValidatorBuilder::fail_fast) is set.
    Keys(KeysError),
    /// The thread that fetches the keys cannot be started.
    Thread(io::Error),
}

impl fmt::Display for BuildError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config(error) => error.fmt(f),
            Self::Keys(error) => error.fmt(f),
            Self::Thread(error) => {
                write!(f, "the thread that fetches the issuer's keys cannot be started: {error}")
            }
        }
    }
}

/// `Display` shows the inner error, so `source` is the cause of the inner error.
impl Error for BuildError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Config(error) => error.source(),
            Self::Keys(error) => error.source(),
            Self::Thread(error) => Some(error),
        }
    }
}

impl From<ConfigError> for BuildError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

/// An unusable configuration, with every problem that was found, not only the first.
///
/// # Examples
/// ```
/// use axioms_core::{BuildError, Setting, Validator};
///
/// let Err(BuildError::Config(error)) = Validator::builder().build() else { panic!() };
/// let settings: Vec<_> = error.problems().iter().map(|problem| problem.setting()).collect();
/// assert_eq!(settings, [Setting::Audience, Setting::Issuer]);
/// ```
#[derive(Clone)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// The problems; there is at least one.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the validator's configuration is not usable:")?;
        self.problems.iter().try_for_each(|problem| write!(f, "\n  - {problem}"))
    }
}

/// The cause of the problem, if there is exactly one problem.
impl Error for ConfigError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.problems.as_slice() {
            [only] => only.source(),
            _ => None,
        }
    }
}

/// The issuers whose keys could not be fetched, each with the reason.
#[derive(Clone)]
pub struct KeysError {
    failed: Vec<(String, JwksError)>,
}

impl KeysError {
    /// `failed` must not be empty.
    pub(crate) fn new(failed: Vec<(String, JwksError)>) -> Self {
        Self { failed }
    }

    /// The affected issuers, as [`IssuerHealth::issuer`](crate::IssuerHealth::issuer) names them.
    pub fn issuers(&self) -> impl Iterator<Item = &str> {
        self.failed.iter().map(|(issuer, _)| issuer.as_str())
    }
}

impl fmt::Display for KeysError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the first fetch of the keys failed:")?;
        self.failed.iter().try_for_each(|(issuer, error)| write!(f, "\n  - {issuer}: {error}"))
    }
}

/// The error of the first affected issuer.
impl Error for KeysError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.failed.first().map(|(_, error)| error as _)
    }
}

/// Uses the text of `Display`, because a `main` that returns the error prints its `Debug` form.
macro_rules! debug_as_display {
    ($($error:ty)+) => {$(
        impl fmt::Debug for $error {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    )+};
}

debug_as_display!(BuildError ConfigError KeysError);
