//! A problem of a configuration: the setting, its value, and the remedy.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use super::redacted::redacted;
use super::setting::Setting;

/// One problem of a configuration: `setting (VARIABLE) = value: what to do`.
///
/// # Examples
/// ```
/// use std::time::Duration;
///
/// use axioms_core::{BuildError, Setting, Validator};
///
/// let builder = Validator::builder().issuer("http://localhost:8080").audience("orders");
/// let Err(BuildError::Config(error)) = builder.leeway(Duration::from_secs(3600)).build() else { panic!() };
/// let problem = &error.problems()[0];
/// assert_eq!((problem.setting(), problem.value()), (Setting::Leeway, Some("3600 s")));
/// assert!(problem.to_string().starts_with(r#"leeway (AXIOMS_LEEWAY) = "3600 s": at most 300 s"#));
/// ```
#[derive(Debug, Clone)]
pub struct Problem {
    setting: Setting,
    issuer: Option<String>,
    value: Option<String>,
    remedy: String,
    pub(super) cause: Option<Arc<dyn Error + Send + Sync>>,
}

impl Problem {
    pub(super) fn missing(setting: Setting, remedy: impl Into<String>) -> Self {
        Self { setting, issuer: None, value: None, remedy: remedy.into(), cause: None }
    }

    pub(super) fn invalid(setting: Setting, value: impl AsRef<str>, remedy: impl Into<String>) -> Self {
        Self { value: Some(redacted(value.as_ref())), ..Self::missing(setting, remedy) }
    }

    pub(super) fn caused_by(self, cause: impl Error + Send + Sync + 'static) -> Self {
        Self { cause: Some(Arc::new(cause)), ..self }
    }

    /// Shows this value instead of the part of it that is wrong.
    pub(super) fn with_value(self, value: &str) -> Self {
        Self { value: Some(redacted(value)), ..self }
    }

    /// Marks the setting as that of an added issuer.
    pub(super) fn of_added(self, issuer: &str) -> Self {
        Self { issuer: Some(redacted(issuer)), ..self }
    }

    /// The setting.
    #[must_use]
    pub fn setting(&self) -> Setting {
        self.setting
    }

    /// The added issuer that the setting belongs to; `None` for the first issuer.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The given value, if there is one: its first line, cut to 200 characters, without the
    /// password, query and fragment of a URL.
    #[must_use]
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// How to fix the problem.
    #[must_use]
    pub fn remedy(&self) -> &str {
        &self.remedy
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.issuer {
            // No environment variable sets it.
            Some(issuer) => write!(f, "{} of {issuer:?}", self.setting.name())?,
            None => self.setting.fmt(f)?,
        }
        if let Some(value) = &self.value {
            write!(f, " = {value:?}")?;
        }
        write!(f, ": {}", self.remedy)
    }
}

/// The underlying error of a library or of the system, if there is one.
impl Error for Problem {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
