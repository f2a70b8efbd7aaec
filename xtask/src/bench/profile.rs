//! Instructions, which no other load on the machine changes: counted by callgrind, where valgrind is installed.

use std::path::Path;
use std::process::Command;

use super::report::{Section, table};
use super::{Options, Result, worker};

/// How many validations are counted, on top of as many again for what is done once.
const COUNT: u64 = 50;

pub(super) fn run(_: &Options) -> Result<Vec<Section>> {
    if !Command::new("valgrind").arg("--version").output().is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: valgrind is not installed");
        return Ok(Vec::new());
    }
    let program = worker::bench("profile")?;
    let mut rows = Vec::new();
    for algorithm in ["RS256", "PS256", "ES256", "EdDSA"] {
        let cold = instructions(&program, algorithm, "cold")?;
        let hit = instructions(&program, algorithm, "hit")?;
        let unknown = instructions(&program, algorithm, "unknown")?;
        rows.push(vec![algorithm.to_owned(), cold.to_string(), hit.to_string(), unknown.to_string()]);
    }
    let body = format!(
        "Instructions of one validation with one scope checked, counted by callgrind (`valgrind --tool=callgrind`), whose \
         machine has AVX2 and no later extensions: steadier than time, but not the same.\n\n{}",
        table(&["", "first sight", "seen before", "refused, `kid` unknown"], &rows)
    );
    Ok(vec![Section { title: "Instructions".to_owned(), body, charts: Vec::new() }])
}

/// The instructions of one validation: the difference between two runs, divided by the number of validations in it.
fn instructions(program: &Path, algorithm: &str, way: &str) -> Result<u64> {
    let count = |validations: u64| -> Result<u64> {
        let mut valgrind = Command::new("valgrind");
        valgrind.args([
            "--tool=callgrind",
            "--callgrind-out-file=/dev/null",
            "--toggle-collect=*profile::validate*",
        ]);
        let output = valgrind.arg(program).args([algorithm, way, &validations.to_string()]).output()?;
        let log = String::from_utf8_lossy(&output.stderr).into_owned();
        let collected = log.lines().find_map(|line| line.split_once("Collected : "));
        let (_, collected) = collected.ok_or_else(|| format!("callgrind collected nothing:\n{log}"))?;
        Ok(collected.trim().parse()?)
    };
    Ok(count(2 * COUNT)?.saturating_sub(count(COUNT)?) / COUNT)
}
