//! Measurements in one process: validation next to other crates, refusals, scaling, instructions.

use std::collections::BTreeMap;
use std::fs;

use load::{Result, root};
use serde_json::Value;

use crate::Run;
use crate::chart::{self, Group};
use crate::criterion::{self, Measured};
use crate::page::{Spread, aim, table};

/// The signature alone.
const UNIT: &str = "aws-lc-rs";

/// Functions by the median ratio to the unit, the cheapest first: name, ratio, measurement.
fn sorted(functions: &BTreeMap<String, Measured>) -> Result<Vec<(&str, Spread, &Measured)>> {
    let unit = functions.get(UNIT).ok_or("the signature alone was not measured")?.ns();
    let mut sorted: Vec<_> = functions
        .iter()
        .map(|(name, measured)| (name.as_str(), Spread::of_ratios(&measured.ns(), &unit), measured))
        .collect();
    sorted.sort_by(|(_, one, _), (_, other, _)| one.median.total_cmp(&other.median));
    Ok(sorted)
}

pub(crate) fn contenders(run: &Run) -> Result<String> {
    let measured = criterion::run(run, "contenders", 20)?;
    let allocations = criterion::figures(run, "allocations", &[])?;
    let mut text = include_str!("contenders.md").to_owned();
    let (mut groups, mut aims) = (Vec::new(), String::new());
    for (algorithm, functions) in &measured {
        let (mut rows, mut bars) = (Vec::new(), Vec::new());
        for (name, ratio, measured) in sorted(functions)? {
            let mut counts = allocations.iter().filter_map(|list| list.as_array()).flatten();
            let count = counts.find(|count| count["group"] == *algorithm && count["name"] == name);
            let count = |what: &str| count.map_or_else(String::new, |count| count[what].to_string());
            let label = label(name)?;
            let decimals = if ratio.median < 0.1 { 4 } else { 2 };
            let ns = measured.spread().show(0);
            rows.push(vec![label.clone(), ratio.show(decimals), ns, count("count"), count("bytes")]);
            bars.push((label, ratio.median));
            aims += &match name {
                "Axioms, new token" => {
                    let limit =
                        if algorithm.ends_with("S256") && !algorithm.starts_with('E') { 1.1 } else { 1.05 };
                    aim(&format!("{algorithm}, new token, ratio"), ratio.median, "at most", limit)
                }
                "Axioms, cached token" => {
                    aim(&format!("{algorithm}, cached token, ns"), measured.spread().median, "at most", 250.0)
                }
                _ => String::new(),
            };
        }
        let bytes = functions[UNIT].throughput;
        let heads = " | times the signature | ns | allocations | bytes";
        text += &format!("\n{algorithm}, a token of {bytes} bytes:\n\n{}", table(heads, rows));
        groups.push(Group { heading: algorithm.clone(), bars });
    }
    let unit = "times the signature verification alone; shorter is better";
    chart::bars(&run.folder.join("benchmarks/validation.svg"), "One validation", unit, &groups)?;
    Ok(format!("{text}\nAims:\n\n{aims}\n![One validation](benchmarks/validation.svg)"))
}

/// The name, followed by the version in the lock file if it is the name of a package.
fn label(name: &str) -> Result<String> {
    Ok(version(name)?.map_or_else(|| name.to_owned(), |version| format!("{name} {version}")))
}

/// The version of a package in the lock file. If there are several, the newest, which is the last.
fn version(package: &str) -> Result<Option<String>> {
    let lock = fs::read_to_string(root().join("Cargo.lock"))?;
    let entry = lock.rsplit("[[package]]").find(|entry| entry.contains(&format!("\nname = \"{package}\"\n")));
    Ok(entry.and_then(|entry| Some(entry.split("version = \"").nth(1)?.split('"').next()?.to_owned())))
}

pub(crate) fn refusals(run: &Run) -> Result<String> {
    let measured = criterion::run(run, "refusals", 5)?;
    let (quiet, logged) = (&measured["quiet"], &measured["logged"]);
    let (mut rows, mut bars, mut worst) = (Vec::new(), Vec::new(), 0.0);
    for (name, ratio, ns) in sorted(quiet)? {
        rows.push(vec![name.to_owned(), ratio.show(3), ns.spread().show(0), logged[name].spread().show(0)]);
        bars.push((name.to_owned(), ns.spread().median));
        if ![UNIT, "a forged signature"].contains(&name) {
            worst = f64::max(worst, ratio.median);
        }
    }
    let unit = "ns of each token without a subscriber; shorter is better";
    let groups = [Group { heading: "RS256".to_owned(), bars }];
    chart::bars(&run.folder.join("benchmarks/refusals.svg"), "Refusing a token", unit, &groups)?;
    Ok(format!(
        "{}\n{}\n{}\n![Refusing a token](benchmarks/refusals.svg)",
        include_str!("refusals.md"),
        table(" | times the signature | ns, no subscriber | ns, formatted", rows),
        aim("the most expensive refusal without a signature check, ratio", worst, "at most", 1.0)
    ))
}

pub(crate) fn scaling(run: &Run) -> Result<String> {
    let mut measured = criterion::run(run, "scaling", 1)?;
    let keys = measured.remove("keys").ok_or("no keys were measured")?;
    let threads =
        measured.iter().flat_map(|(name, functions)| functions.values().map(move |one| (name, one)));
    let threads = threads.map(|(name, one)| {
        let rates = one.values.iter().map(|(threads, ns)| format!("{:.0}", f64::from(*threads) * 1e6 / ns));
        [name.clone()].into_iter().chain(rates).collect()
    });
    let (validate, build) = (&keys["validate"].values, &keys["build"].values);
    let keys = validate.iter().zip(build.values()).map(|((number, validate), build)| {
        vec![number.to_string(), format!("{:.1}", validate / 1e3), format!("{:.0}", build / 1e3)]
    });
    let cache = criterion::figures(run, "cache", &[])?;
    let cache = cache.iter().filter_map(|list| list.as_array()).flatten().map(|row| {
        let number = |name: &str| row[name].as_f64().unwrap_or(f64::NAN);
        let share = |name| format!("{:.1} %", 100.0 * number(name));
        vec![
            row["tokens"].to_string(),
            share("flat"),
            share("skewed"),
            format!("{:.2}", number("bytes") / 1_048_576.0),
        ]
    });
    Ok(include_str!("scaling.md")
        .replace("{threads}", &table("thousand validations/s | 1 thread | 2 | 4 | 8", threads))
        .replace("{cache}", &table("tokens in use | hits, flat | hits, skewed | cache, MiB", cache))
        .replace("{keys}", &table("keys | us to validate | us to build", keys)))
}

pub(crate) fn instructions(run: &Run) -> Result<String> {
    let runner = version("gungraun-runner")?.unwrap_or_default();
    let install =
        format!("apt-get install valgrind; cargo install --locked --version {runner} gungraun-runner");
    let summaries = criterion::figures(run, "instructions", &["--output-format=json"])
        .map_err(|error| format!("{error} (install the tools: {install})"))?;
    let mut rows = Vec::new();
    for summary in summaries {
        let id = summary["id"].as_str().unwrap_or_default();
        let (algorithm, token) = id.split_once('_').unwrap_or((id, ""));
        let count = summary.pointer("/profiles/0/data/total/metrics/Ir/values/new").and_then(Value::as_u64);
        let count =
            count.filter(|count| *count > 0).ok_or("gungraun counted nothing: has the bench symbols?")?;
        rows.push(vec![format!("{}, {token}", algorithm.to_uppercase()), count.to_string()]);
    }
    Ok(include_str!("instructions.md").replace("{table}", &table(" | instructions", rows)))
}
