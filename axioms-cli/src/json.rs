//! The findings for a program: one JSON object, of the same fields whatever was found.

use axioms_core::diagnosis::Diagnosis;
use axioms_core::{ConfigError, Problem};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
struct Found<'d> {
    /// Those of the configuration; none, since there are findings.
    problems: [Value; 0],
    #[serde(flatten)]
    diagnosis: &'d Diagnosis,
}

pub(crate) fn of(diagnosis: &Diagnosis) -> String {
    text(&Found { problems: [], diagnosis })
}

pub(crate) fn of_problems(error: &ConfigError) -> String {
    let problems: Vec<_> = error.problems().iter().map(problem).collect();
    text(&json!({ "problems": problems, "ok": false, "issuers": [], "token": null }))
}

fn problem(problem: &Problem) -> Value {
    json!({
        "setting": problem.setting().to_string(),
        "value": problem.value(),
        "remedy": problem.remedy(),
    })
}

fn text(value: &impl Serialize) -> String {
    // Strings, numbers and lists of them, which can always be written.
    serde_json::to_string_pretty(value).map(|text| text + "\n").unwrap_or_default()
}
