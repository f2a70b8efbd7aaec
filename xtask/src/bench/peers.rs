//! The same small API guarded by each crate: packages of their own in `xtask/peers`, with versions pinned there, so that
//! nobody who builds Axioms builds them.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use axioms_core::Algorithm;
use axioms_examples::servers;
use axioms_testing::{AUDIENCE, TestIssuer};

use super::{Result, worker};
use crate::cargo;
use crate::load::Connection;

/// How long a server may take until it serves.
const PATIENCE: Duration = Duration::from_secs(20);
/// One core for the server, with `taskset` where it is installed, and one worker thread in any case.
const CORE: &str = "0";
const ONE_THREAD: [(&str, &str); 2] = [("TOKIO_WORKER_THREADS", "1"), ("ROCKET_WORKERS", "1")];

/// A guarded API.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer {
    pub(super) name: &'static str,
    /// The folder in `xtask/peers`.
    pub(super) package: &'static str,
    /// A program of the package.
    pub(super) program: &'static str,
    settings: &'static [(&'static str, &'static str)],
}

const fn peer(name: &'static str, package: &'static str, program: &'static str) -> Peer {
    Peer { name, package, program, settings: &[] }
}

pub(super) const UNGUARDED: Peer = peer("no guard", "unguarded", "peer-unguarded");
pub(super) const AXIOMS: Peer = peer("Axioms", "axioms", "peer-axioms");
/// Axioms as the others are: every request costs a signature.
pub(super) const UNCACHED: Peer =
    Peer { name: "Axioms, cache off", settings: &[("AXIOMS_TOKEN_CACHE", "0")], ..AXIOMS };
/// Axioms without a C compiler.
pub(super) const GRAVIOLA: Peer = peer("Axioms on Graviola", "axioms-graviola", "peer-axioms-graviola");
pub(super) const OTHERS: [Peer; 5] = [
    peer("jsonwebtoken 11.1, by hand", "jsonwebtoken", "peer-jsonwebtoken"),
    peer("huskarl-resource-server 0.11", "huskarl-resource-server", "peer-huskarl-resource-server"),
    peer("oauth-resource-server 0.4", "oauth-resource-server", "peer-oauth-resource-server"),
    peer("jwt-authorizer 0.15", "jwt-authorizer", "peer-jwt-authorizer"),
    peer(
        "tower-oauth2-resource-server 0.12",
        "tower-oauth2-resource-server",
        "peer-tower-oauth2-resource-server",
    ),
];
/// Each framework without a guard and with Axioms.
pub(super) const FRAMEWORKS: [(&str, Peer, Peer); 5] = [
    ("axum", UNGUARDED, AXIOMS),
    ("axum, the layer around the router", UNGUARDED, peer("Axioms", "axioms", "around")),
    ("axum, the validator in the state", UNGUARDED, peer("Axioms", "axioms", "state")),
    ("Rocket", peer("no guard", "rocket", "rocket-unguarded"), peer("Axioms", "rocket", "rocket-guarded")),
    ("warp", peer("no guard", "warp", "warp-unguarded"), peer("Axioms", "warp", "warp-guarded")),
];

impl Peer {
    /// Whether it is somebody else's, whose failures are a matter of the report.
    pub(super) fn is_foreign(self) -> bool {
        OTHERS.iter().any(|other| other.package == self.package)
    }

    fn folder(self) -> PathBuf {
        cargo::root().join("xtask/peers").join(self.package)
    }

    /// Cargo in the folder of the package.
    pub(super) fn cargo(self, arguments: &[&str]) -> Command {
        let mut command = cargo::command(arguments);
        command.current_dir(self.folder());
        command
    }

    /// The release build of the program.
    pub(super) fn build(self) -> Result<PathBuf> {
        worker::find(&worker::peers(self.package)?, self.program)
    }

    /// Starts the program, as it was built.
    pub(super) fn start(self, program: &Path, issuer: &TestIssuer) -> Result<Running> {
        Running::start(program, issuer, self.settings)
    }
}

/// A server that runs. It is stopped when dropped.
pub(super) struct Running {
    child: Child,
    address: SocketAddr,
    /// From the start of the process to the first token that it accepted.
    pub(super) ready: Duration,
}

impl Running {
    /// Starts a program to trust `issuer`, and returns once it accepts a token.
    fn start(program: &Path, issuer: &TestIssuer, settings: &[(&str, &str)]) -> Result<Self> {
        let mut command = pinned(program);
        command.env("ISSUER", issuer.url()).env("AUDIENCE", AUDIENCE);
        command.env("AXIOMS_ISS_URL", issuer.url()).env("AXIOMS_AUDIENCE", AUDIENCE);
        command.envs([("ROCKET_PORT", "0"), ("ROCKET_LOG_LEVEL", "off")]);
        command.envs(ONE_THREAD).envs(settings.iter().copied());
        let token = request(&token(issuer, Algorithm::ES256));
        let start = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take();
        let mut running = Self { child, address: SocketAddr::from(([127, 0, 0, 1], 0)), ready: PATIENCE };
        let mut line = String::new();
        stdout.map(BufReader::new).ok_or("no output")?.read_line(&mut line)?;
        running.address = line.trim().parse().map_err(|_| format!("ended, or said {line:?}"))?;
        while running.answer(&token)? != 200 {
            if start.elapsed() > PATIENCE {
                return Err("accepts no token".into());
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        running.ready = start.elapsed();
        Ok(running)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// The status of one request's answer.
    pub(super) fn answer(&self, request: &[u8]) -> Result<u16> {
        let mut connection = Connection::open(self.address)?;
        connection.send(request)?;
        Ok(connection.receive()?)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // An error means that it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The program on one core. `taskset` becomes the program that it starts, so the process is the server's.
fn pinned(program: &Path) -> Command {
    if !can_pin() {
        return servers::command(program);
    }
    let mut command = servers::command(Path::new("taskset"));
    command.args(["--cpu-list", CORE]).arg(program);
    command
}

/// Whether servers are kept to one core, and not just to one worker thread.
pub(super) fn can_pin() -> bool {
    Command::new("taskset").arg("--version").output().is_ok_and(|output| output.status.success())
}

/// The issuer of all: with a key for each of the algorithms that most issuers sign by.
pub(super) fn issuer() -> TestIssuer {
    TestIssuer::builder().algorithms([Algorithm::ES256, Algorithm::RS256]).start()
}

/// A token that every peer accepts, for the whole time of a run.
pub(super) fn token(issuer: &TestIssuer, algorithm: Algorithm) -> String {
    let token = issuer.token().algorithm(algorithm).scopes(["read:messages"]);
    token.expires_in(Duration::from_secs(24 * 60 * 60)).sign()
}

pub(super) fn request(token: &str) -> Vec<u8> {
    format!("GET /messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
}
