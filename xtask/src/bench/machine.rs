//! Where and of what a measurement was taken.

use std::fs;
use std::process::Command;

use crate::cargo;

/// The machine and the compiler, as a line of Markdown. What cannot be told here is left out.
pub(super) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let facts = [
        field("/proc/cpuinfo", "model name"),
        Some(format!("{cores} cores")),
        field("/proc/meminfo", "MemTotal").map(|total| format!("{total} of memory")),
        output("uname", &["-sr"]),
        output("rustc", &["--version"]),
    ];
    format!("Machine of the last run: {}.", facts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// The day and the commit that a part was measured at.
pub(super) fn moment() -> String {
    let facts = [
        output("date", &["--utc", "+%F"]),
        output("git", &["rev-parse", "--short", "HEAD"]).map(|commit| format!("commit {commit}")),
    ];
    format!("Measured {}.", facts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// The value behind the first `name :` of a file.
fn field(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name))?;
    Some(line.trim_start().strip_prefix(':')?.trim().to_owned())
}

fn output(program: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(program).args(arguments).current_dir(cargo::root()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    (output.status.success() && !text.trim().is_empty()).then(|| text.trim().to_owned())
}
