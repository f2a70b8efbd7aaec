//! Runs the benches, and reads the results of criterion.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use load::{Result, cargo, root};
use serde_json::Value;

use crate::Run;
use crate::page::Spread;

/// Short measurements in several rounds, without criterion's charts.
const SETTINGS: [&str; 9] = [
    "--noplot",
    "--warm-up-time",
    "0.05",
    "--measurement-time",
    "0.1",
    "--sample-size",
    "10",
    "--nresamples",
    "1000",
];

/// The results of one function: nanoseconds by parameter, which is the round in most benches.
#[derive(Default)]
pub(crate) struct Measured {
    pub(crate) values: BTreeMap<u32, f64>,
    /// Bytes or elements of one iteration, if the bench gives them.
    pub(crate) throughput: u64,
}

impl Measured {
    pub(crate) fn ns(&self) -> Vec<f64> {
        self.values.values().copied().collect()
    }

    pub(crate) fn spread(&self) -> Spread {
        Spread::of(self.ns())
    }
}

/// Functions by group and name.
pub(crate) type Groups = BTreeMap<String, BTreeMap<String, Measured>>;

/// `cargo bench` for one bench of the package `validation`; arguments of the bench follow.
fn command(run: &Run, bench: &str) -> Command {
    let mut command = cargo(&["bench", "--quiet", "--package", "validation", "--bench", bench]);
    if ["allocations", "contenders"].contains(&bench) {
        command.args(["--features", "peers"]);
    }
    // The dependencies are built already. gungraun needs the symbols of the profile `bench`.
    if run.quick && bench != "instructions" {
        command.args(["--profile", "release"]);
    }
    command.arg("--");
    command
}

/// Runs a bench for this many rounds.
pub(crate) fn run(run: &Run, bench: &str, rounds: u32) -> Result<Groups> {
    let home = root().join("target/report/criterion").join(bench);
    if home.exists() {
        fs::remove_dir_all(&home)?;
    }
    let rounds = if run.quick { 1 } else { rounds };
    let mut command = command(run, bench);
    command.args(SETTINGS).env("CRITERION_HOME", &home).env("ROUNDS", rounds.to_string());
    let status = command.status()?;
    if !status.success() {
        return Err(format!("{command:?}: {status}").into());
    }
    let mut groups = Groups::new();
    collect(&home, &mut groups)?;
    Ok(groups)
}

/// Reads `new/benchmark.json` and `new/estimates.json` of every function in a directory.
fn collect(folder: &Path, groups: &mut Groups) -> Result<()> {
    if folder.ends_with("new") {
        let read = |file| -> Result<Value> { Ok(serde_json::from_slice(&fs::read(folder.join(file))?)?) };
        let (bench, estimates) = (read("benchmark.json")?, read("estimates.json")?);
        let text = |name: &str| bench[name].as_str().unwrap_or_default().to_owned();
        let measured = groups.entry(text("group_id")).or_default().entry(text("function_id")).or_default();
        let parameter = text("value_str").parse().unwrap_or_default();
        let ns = estimates["median"]["point_estimate"].as_f64().ok_or("criterion wrote no median")?;
        measured.values.insert(parameter, ns);
        let throughput = bench["throughput"].as_object().and_then(|kind| kind.values().next()?.as_u64());
        measured.throughput = throughput.unwrap_or_default();
        return Ok(());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, groups)?;
        }
    }
    Ok(())
}

/// The JSON that a bench without criterion prints.
pub(crate) fn figures(run: &Run, bench: &str, arguments: &[&str]) -> Result<Vec<Value>> {
    let mut command = command(run, bench);
    let output = command.args(arguments).stderr(Stdio::inherit()).output()?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", output.status).into());
    }
    Ok(serde_json::Deserializer::from_slice(&output.stdout).into_iter().collect::<serde_json::Result<_>>()?)
}
