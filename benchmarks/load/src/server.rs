//! A server: a program of `benchmarks/peers` in a process of its own on one core.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axioms_testing::{AUDIENCE, RawRequest, TestIssuer};

use crate::{Result, start};

/// The time within which a server must accept a token.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server, which stops on drop.
pub struct Server {
    child: Child,
    address: SocketAddr,
    started: Instant,
}

impl Server {
    /// Starts a program that trusts `issuer` on this core with one worker thread. Returns once it
    /// listens.
    pub fn start(program: &Path, issuer: &TestIssuer, core: u32, settings: &[(&str, &str)]) -> Result<Self> {
        let mut command = Command::new("taskset");
        command.args(["--cpu-list", &core.to_string()]).arg(program);
        command.env("ISSUER", issuer.url()).env("AUDIENCE", AUDIENCE);
        command.env("AXIOMS_ISS_URL", issuer.url()).env("AXIOMS_AUDIENCE", AUDIENCE);
        command.envs([("ROCKET_PORT", "0"), ("ROCKET_LOG_LEVEL", "off")]);
        command.envs([("TOKIO_WORKER_THREADS", "1"), ("ROCKET_WORKERS", "1")]).envs(settings.iter().copied());
        let started = Instant::now();
        let mut child = start(command.stdout(Stdio::piped()), "taskset is part of util-linux")?;
        let stdout = child.stdout.take();
        let mut server = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), started };
        let mut line = String::new();
        stdout.map(BufReader::new).ok_or("no output")?.read_line(&mut line)?;
        server.address = line.trim().parse().map_err(|_| format!("ended, or said {line:?}"))?;
        Ok(server)
    }

    /// The time from the start of the process to the first answer of 200 to this token.
    pub fn ready(&self, token: &str) -> Result<Duration> {
        while self.answer(token)? != 200 {
            if self.started.elapsed() > PATIENCE {
                return Err("accepts no token".into());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        Ok(self.started.elapsed())
    }

    /// The status of the answer to one token.
    pub fn answer(&self, token: &str) -> Result<u16> {
        Ok(RawRequest::get("/messages").bearer(token).send(self.address)?.status().as_u16())
    }

    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/messages", self.address)
    }

    /// The processor time of its threads so far, including the system's work for them.
    pub fn cpu_time(&self) -> Result<Duration> {
        let mut time = 0;
        for thread in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let path = thread?.path().join("schedstat");
            // A thread that has just ended has no file.
            let text = fs::read_to_string(path).unwrap_or_default();
            time += text.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
        }
        Ok(Duration::from_nanos(time))
    }

    /// The memory in use, in MiB.
    pub fn memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS in /proc")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
