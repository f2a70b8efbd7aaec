//! The page in parts, so that one part can be measured again without the others.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use load::Result;

/// The marker of a part; its name follows.
const MARK: &str = "<!-- part: ";
const INTRODUCTION: &str = include_str!("introduction.md");

/// The text of each part by its name.
pub(crate) struct Page {
    path: PathBuf,
    parts: BTreeMap<String, String>,
}

impl Page {
    /// The page in this directory, if there is one.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder.join("benchmarks"))?;
        let path = folder.join("benchmarks.md");
        let text = fs::read_to_string(&path).unwrap_or_default();
        let parts = text.split(MARK).skip(1).filter_map(|part| part.split_once(" -->\n"));
        let parts = parts.map(|(name, text)| (name.to_owned(), text.trim().to_owned())).collect();
        Ok(Self { path, parts })
    }

    /// Replaces a part, and notes the commit and the machine.
    pub(crate) fn replace(&mut self, name: &str, text: &str) {
        let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
        let processor = output("sh", &["-c", "sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1"]);
        let (system, rustc) = (output("uname", &["-sr"]), output("rustc", &["--version"]));
        let (day, commit) =
            (output("date", &["--utc", "+%F"]), output("git", &["rev-parse", "--short", "HEAD"]));
        let text = text.trim();
        let part = format!(
            "{text}\n\nMeasured {day} at commit {commit}: {processor}, {cores} cores, {system}, {rustc}."
        );
        self.parts.insert(name.to_owned(), part);
    }

    /// Writes the parts in this order.
    pub(crate) fn write(&self, order: &[&str]) -> Result<()> {
        let mut text = INTRODUCTION.to_owned();
        let parts = order.iter().filter_map(|name| Some((name, self.parts.get(*name)?)));
        text.extend(parts.map(|(name, part)| format!("\n{MARK}{name} -->\n{part}\n")));
        eprintln!("written: {}", self.path.display());
        Ok(fs::write(&self.path, text)?)
    }
}

/// What a program prints; empty if it fails.
fn output(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).current_dir(load::root()).output();
    output.map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// A Markdown table with the first column to the left and the numbers to the right.
pub(crate) fn table(heads: &str, rows: impl IntoIterator<Item = Vec<String>>) -> String {
    let rule = format!("|---|{}", "--:|".repeat(heads.matches('|').count()));
    let rows = rows.into_iter().map(|row| format!("| {} |\n", row.join(" | ")));
    format!("| {heads} |\n{rule}\n{}", rows.collect::<String>())
}

/// One line that compares a figure with its limit.
pub(crate) fn aim(what: &str, value: f64, relation: &str, limit: f64) -> String {
    let reached = if relation == "at most" { value <= limit } else { value >= limit };
    let outcome = if reached { "reached" } else { "**missed**" };
    format!("- {what}: {relation} {limit}; it is {value:.3}, {outcome}.\n")
}

/// Many measurements of one thing: the median and the quartiles.
#[derive(Clone, Copy)]
pub(crate) struct Spread {
    pub(crate) lower: f64,
    pub(crate) median: f64,
    pub(crate) upper: f64,
}

impl Spread {
    /// Without values, every figure is NaN.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let at = |part: f64| {
            let place = (values.len().saturating_sub(1) as f64 * part).round() as usize;
            values.get(place).copied().unwrap_or(f64::NAN)
        };
        Self { lower: at(0.25), median: at(0.5), upper: at(0.75) }
    }

    /// The ratios between measurements of the same rounds.
    pub(crate) fn of_ratios(values: &[f64], units: &[f64]) -> Self {
        Self::of(values.iter().zip(units).map(|(value, unit)| value / unit))
    }

    /// `median (lower-upper)` with this many decimals.
    pub(crate) fn show(self, decimals: usize) -> String {
        let Self { lower, median, upper } = self;
        format!("{median:.decimals$} ({lower:.decimals$}-{upper:.decimals$})")
    }
}
