//! Starts the example servers as programs, and waits until they serve.

use std::io::{self, BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use axioms_testing::{AUDIENCE, RawRequest, TestIssuer};

use crate::greeting::LISTENING;

/// The time within which a server must start.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running server, which stops on drop.
#[derive(Debug)]
pub struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    /// Starts a program on a free port, to trust `issuer`, and returns once `GET /api/public`
    /// answers 200.
    ///
    /// # Errors
    /// When it does not start, ends early, or does not answer.
    pub fn start(program: &Path, issuer: &TestIssuer) -> io::Result<Self> {
        Self::start_with(program, issuer, &[])
    }

    /// [`Server::start`] with these environment variables as well.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_with(program: &Path, issuer: &TestIssuer, settings: &[(&str, &str)]) -> io::Result<Self> {
        Self::trusting(program, issuer.url(), settings)
    }

    /// [`Server::start_with`], trusting the issuer with this URL.
    pub(crate) fn trusting(program: &Path, issuer: &str, settings: &[(&str, &str)]) -> io::Result<Self> {
        let mut child = command(program)
            .env("AXIOMS_AUDIENCE", AUDIENCE)
            .env("AXIOMS_ISS_URL", issuer)
            .env("ADDR", "127.0.0.1:0")
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let stdout = child.stdout.take();
        let mut server = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)) };
        server.address = stdout
            .and_then(announced)
            .ok_or_else(|| io::Error::other(format!("{} did not say where it listens", program.display())))?;
        server.wait_until_ready()?;
        Ok(server)
    }

    /// The address that it listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The id of its process.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    fn wait_until_ready(&self) -> io::Result<()> {
        let start = Instant::now();
        loop {
            let answer = RawRequest::get("/api/public").send(self.address);
            if answer.as_ref().is_ok_and(|answer| answer.status() == 200) {
                return Ok(());
            }
            if start.elapsed() > PATIENCE {
                let last = answer.map(|answer| answer.status());
                return Err(io::Error::other(format!("GET /api/public is not 200, but {last:?}")));
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The program, in an environment without `AXIOMS_*` variables.
#[must_use]
pub fn command(program: &Path) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"AXIOMS_") {
            command.env_remove(name);
        }
    }
    command
}

/// The address in the first lines of a server's output. The rest is read too, so that the server
/// never blocks on a full pipe.
fn announced(stdout: ChildStdout) -> Option<SocketAddr> {
    let (found, address) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(address) = line.strip_prefix(LISTENING) {
                // An error means that the caller gave up waiting.
                drop(found.send(address.parse()));
            }
        }
    });
    address.recv_timeout(PATIENCE).ok()?.ok()
}
