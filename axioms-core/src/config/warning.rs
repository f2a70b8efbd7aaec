//! Warnings about a usable configuration. Each is logged once, when the validator is built.

use super::problem::Problem;
use crate::notice;

/// A questionable part of a usable configuration.
#[derive(Debug, Clone)]
pub(super) enum Warning {
    /// A variable that sets nothing, and the one that was probably meant.
    UnknownVariable { name: String, meant: Option<&'static str> },
    /// A setting whose value is weak or has no effect.
    Doubtful(Problem),
}

impl Warning {
    pub(super) fn log(&self) {
        match self {
            Self::UnknownVariable { name, meant } => {
                tracing::warn!(
                    name: "axioms.unknown_variable",
                    target: "axioms",
                    variable = name,
                    meant,
                    "this environment variable is unknown and has no effect"
                );
                let hint = meant.map(|known| format!("; did you mean {known}?")).unwrap_or_default();
                notice::warning(format_args!(
                    "the environment variable {name} is unknown and has no effect{hint}"
                ));
            }
            Self::Doubtful(problem) => {
                let (setting, value) = (problem.setting().name(), problem.value());
                let (issuer, advice) = (problem.issuer(), problem.remedy());
                tracing::warn!(
                    name: "axioms.config_warning",
                    target: "axioms",
                    setting,
                    value,
                    issuer,
                    advice,
                    "a setting is weak or has no effect"
                );
                notice::warning(format_args!("{problem}"));
            }
        }
    }
}
