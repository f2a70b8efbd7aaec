//! The findings as one JSON object, which always has the same fields.

use axioms_core::diagnosis::Diagnosis;
use axioms_core::{ConfigError, Problem};
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
struct Found<'d> {
    /// Problems of the configuration; empty here, because otherwise there are no findings.
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
    // The value consists of strings, numbers and lists, so writing it never fails.
    serde_json::to_string_pretty(value).map(|text| text + "\n").unwrap_or_default()
}
