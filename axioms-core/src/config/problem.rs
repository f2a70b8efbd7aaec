//! What is wrong with a configuration, said so that it can be mended without reading the source.

use std::fmt;

/// One problem of a configuration: the setting, its value, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    setting: &'static str,
    value: Option<String>,
    remedy: String,
}

impl Problem {
    pub(super) fn missing(setting: &'static str, remedy: impl Into<String>) -> Self {
        Self { setting, value: None, remedy: remedy.into() }
    }

    pub(super) fn invalid(
        setting: &'static str,
        value: impl Into<String>,
        remedy: impl Into<String>,
    ) -> Self {
        Self { setting, value: Some(value.into()), remedy: remedy.into() }
    }

    /// The setting, as the builder and the environment name it.
    #[must_use]
    pub fn setting(&self) -> &str {
        self.setting
    }

    /// The value that was given, if one was.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "{} = {value:?}: {}", self.setting, self.remedy),
            None => write!(f, "{}: {}", self.setting, self.remedy),
        }
    }
}

/// A configuration that no validator can be built from. It lists every problem, not the first one alone.
///
/// # Examples
/// ```
/// use axioms_core::Validator;
///
/// let error = Validator::builder().build().unwrap_err();
/// let settings: Vec<_> = error.problems().iter().map(|problem| problem.setting()).collect();
/// assert_eq!(settings, ["audience (AXIOMS_AUDIENCE)", "issuer (AXIOMS_ISS_URL, AXIOMS_DOMAIN)"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    pub(super) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// The problems; at least one.
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

impl std::error::Error for ConfigError {}
