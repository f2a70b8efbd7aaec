//! What a configuration may say and should not: told when the validator is built, each warning
//! once.

use super::problem::Problem;
use crate::notice;

/// A doubtful part of a configuration that is usable all the same.
#[derive(Debug, Clone)]
pub(super) enum Warning {
    /// A variable that no setting has, and the one that was probably meant.
    UnknownVariable { name: String, meant: Option<&'static str> },
    /// A setting whose value is weak, or without effect.
    Doubtful(Problem),
}

impl Warning {
    pub(super) fn tell(&self) {
        match self {
            Self::UnknownVariable { name, meant } => {
                tracing::warn!(
                    name: "axioms.unknown_variable",
                    target: "axioms",
                    variable = name,
                    meant,
                    "this environment variable is not known and has no effect"
                );
                let hint = meant.map(|known| format!("; did you mean {known}?")).unwrap_or_default();
                notice::warning(format_args!(
                    "the environment variable {name} is not known and has no effect{hint}"
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
                    "a setting is doubtful"
                );
                notice::warning(format_args!("{problem}"));
            }
        }
    }
}
