//! Runs wrk with the script `wrk.lua`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde::Deserialize;

use crate::{Result, Server, root, start};

/// A run of wrk on the second core.
pub struct Wrk(Child);

/// The counts of a run.
#[derive(Debug, Deserialize)]
pub struct Answers {
    pub requests: u64,
    pub micros: u64,
    /// Answers of 400 and above.
    pub refused: u64,
    /// Requests without an answer.
    pub lost: u64,
    /// The 99th percentile of the latency, in microseconds.
    pub p99: u64,
    /// The number of answers by status, if they were counted.
    pub statuses: BTreeMap<u16, u64>,
}

impl Wrk {
    /// Sends the tokens of a file in a loop for this many seconds.
    pub fn start(
        server: &Server,
        tokens: &Path,
        connections: u32,
        seconds: u64,
        count: bool,
    ) -> Result<Self> {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", "1", "wrk", "--threads", "1", "--timeout", "30s", "--script"]);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/wrk.lua"));
        command.args(["--connections", &connections.to_string(), "--duration", &format!("{seconds}s")]);
        command.arg(server.url()).arg("--").arg(tokens).args(count.then_some("count"));
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(Self(start(&mut command, "taskset is part of util-linux")?))
    }

    /// Waits for the end of the run.
    pub fn finish(self) -> Result<Answers> {
        let output = self.0.wait_with_output()?;
        let report = String::from_utf8_lossy(&output.stdout);
        let answers = report.lines().rev().find_map(|line| serde_json::from_str(line).ok());
        answers.ok_or_else(|| {
            let error = String::from_utf8_lossy(&output.stderr);
            format!("wrk: {report}{error} (install it: apt-get install wrk, or brew install wrk)").into()
        })
    }
}

/// Writes tokens to a file of this name in `target`, one per line.
pub fn write_tokens(name: &str, tokens: impl IntoIterator<Item = String>) -> Result<PathBuf> {
    let folder = root().join("target/tokens");
    fs::create_dir_all(&folder)?;
    let path = folder.join(name);
    fs::write(&path, tokens.into_iter().map(|token| token + "\n").collect::<String>())?;
    Ok(path)
}
