//! The cost of a guard to a server: the same route with and without one, under load from wrk.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use axioms_core::Algorithm;
use axioms_testing::{SigningKey, TestIssuer, TokenBuilder};
use load::{Result, Server, Wrk, cargo, write_tokens};

use crate::Run;
use crate::chart::{self, Group};
use crate::page::{Spread, aim, table};

/// Enough connections that a request always waits for the server.
const CONNECTIONS: u32 = 12;
/// The number of tokens, which are sent in a loop.
const TOKENS: usize = 50;
const HEADS: &str = " | requests/s | ratio | us of the guard";

/// A server's name in the report, its package and its program. The first of each list has no guard.
type Entry = (&'static str, &'static str, &'static str);

const AXUM: [Entry; 4] = [
    ("axum, no guard", "peer-unguarded", "peer-unguarded"),
    ("axum", "peer-axioms", "peer-axioms"),
    ("axum, the layer around the router", "peer-axioms", "around"),
    ("axum, the validator in the state", "peer-axioms", "state"),
];
const ROCKET: [Entry; 2] =
    [("Rocket, no guard", "peer-rocket", "rocket-unguarded"), ("Rocket", "peer-rocket", "rocket-guarded")];
const WARP: [Entry; 2] =
    [("warp, no guard", "peer-warp", "warp-unguarded"), ("warp", "peer-warp", "warp-guarded")];
const PEERS: [Entry; 9] = [
    ("no guard", "peer-unguarded", "peer-unguarded"),
    ("Axioms", "peer-axioms", "peer-axioms"),
    (UNCACHED, "peer-axioms", "peer-axioms"),
    ("Axioms on Graviola", "peer-axioms-graviola", "peer-axioms-graviola"),
    ("jsonwebtoken, by hand", "peer-jsonwebtoken", "peer-jsonwebtoken"),
    ("huskarl-resource-server", "peer-huskarl-resource-server", "peer-huskarl-resource-server"),
    ("oauth-resource-server", "peer-oauth-resource-server", "peer-oauth-resource-server"),
    ("jwt-authorizer", "peer-jwt-authorizer", "peer-jwt-authorizer"),
    (
        "tower-oauth2-resource-server",
        "peer-tower-oauth2-resource-server",
        "peer-tower-oauth2-resource-server",
    ),
];
const UNCACHED: &str = "Axioms, cache off";

/// Each framework with and without Axioms.
pub(crate) fn frameworks(run: &Run) -> Result<String> {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let (mut rows, mut aims) = (Vec::new(), String::new());
    for entries in [&AXUM[..], &ROCKET, &WARP] {
        let servers = measure(run, &issuer, Algorithm::ES256, entries)?;
        rows.extend(servers.iter().map(|server| server.row(&servers[0])));
        for server in &servers[1..] {
            let (ratio, guard) = (server.ratio(&servers[0]).median, server.guard(&servers[0]).median);
            aims += &aim(&format!("{}, ratio", server.name), ratio, "at least", 0.95);
            aims += &aim(&format!("{}, us of the guard", server.name), guard, "at most", 0.7);
        }
    }
    Ok(format!("{}\n{}\nAims:\n\n{aims}", include_str!("frameworks.md"), table(HEADS, rows)))
}

/// Axioms next to other crates on axum: the load, and what each crate adds.
pub(crate) fn peers(run: &Run) -> Result<String> {
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256, Algorithm::RS256]).start();
    let (mut text, mut groups, mut footprint) = (include_str!("peers.md").to_owned(), Vec::new(), Vec::new());
    for algorithm in [Algorithm::RS256, Algorithm::ES256] {
        let servers = measure(run, &issuer, algorithm, &PEERS)?;
        let rows = servers.iter().map(|server| server.row(&servers[0]));
        text += &format!("\n{algorithm}:\n\n{}", table(HEADS, rows));
        let bar = |server: &Measured| (server.name.to_owned(), server.ratio(&servers[0]).median);
        groups.push(Group { heading: algorithm.to_string(), bars: servers[1..].iter().map(bar).collect() });
        footprint = servers.iter().map(Measured::footprint).collect::<Result<_>>()?;
    }
    let unit = "requests per core, relative to those without a guard; longer is better";
    chart::bars(&run.folder.join("benchmarks/peers.svg"), "Guarded by each crate", unit, &groups)?;
    let footprint = table(" | crates | size, MiB | memory, MiB | start, ms", footprint);
    let picture = "![Guarded by each crate](benchmarks/peers.svg)";
    Ok(format!("{text}\n{picture}\n\n{}\n{footprint}", include_str!("footprint.md")))
}

/// In every round each server is a new process, and another server goes first.
fn measure(run: &Run, issuer: &TestIssuer, algorithm: Algorithm, entries: &[Entry]) -> Result<Vec<Measured>> {
    let tokens = (0..TOKENS).map(|_| token(issuer, algorithm).sign());
    let tokens = write_tokens("valid", tokens)?;
    let measured = |&(name, package, program): &Entry| {
        let server = Measured { name, package, program: load::build(package, program)?, rounds: Vec::new() };
        server
            .check(issuer, algorithm, name.ends_with("no guard"))
            .map_err(|error| format!("{name}: {error}"))?;
        Ok(server)
    };
    let mut servers = entries.iter().map(measured).collect::<Result<Vec<_>>>()?;
    let count = servers.len();
    for round in 0..if run.quick { 1 } else { 10 } {
        for turn in 0..count {
            let measured = &mut servers[(turn + round) % count];
            eprintln!("{algorithm}, round {round}: {}", measured.name);
            let server = measured.start(issuer)?;
            let start = server.ready(&token(issuer, algorithm).sign())?;
            let before = server.cpu_time()?;
            let answers = Wrk::start(&server, &tokens, CONNECTIONS, 1, false)?.finish()?;
            // A thread that has ended takes its time with it.
            let busy = server.cpu_time()?.saturating_sub(before);
            if answers.refused + answers.lost > 0 {
                return Err(format!("{}: valid tokens were refused: {answers:?}", measured.name).into());
            }
            measured.rounds.push(Round {
                rate: answers.requests as f64 / answers.micros as f64 * 1e6,
                micros: busy.as_secs_f64() * 1e6 / answers.requests as f64,
                start: start.as_secs_f64() * 1e3,
                memory: server.memory()?,
            });
        }
    }
    Ok(servers)
}

fn token(issuer: &TestIssuer, algorithm: Algorithm) -> TokenBuilder {
    let token = issuer.token().algorithm(algorithm).scopes(["read:messages"]);
    token.expires_in(Duration::from_hours(24))
}

/// A server, and its results by round.
struct Measured {
    name: &'static str,
    package: &'static str,
    program: PathBuf,
    rounds: Vec<Round>,
}

struct Round {
    /// Requests per second.
    rate: f64,
    /// Processor time per request, in microseconds.
    micros: f64,
    /// From the start of the process to the first accepted token, in milliseconds.
    start: f64,
    /// In MiB, after the load.
    memory: f64,
}

impl Measured {
    fn start(&self, issuer: &TestIssuer) -> Result<Server> {
        let settings = [("AXIOMS_TOKEN_CACHE", "0")];
        Server::start(&self.program, issuer, 0, if self.name == UNCACHED { &settings } else { &[] })
    }

    /// Asserts that the server is guarded: it accepts only a token that is valid in every respect.
    fn check(&self, issuer: &TestIssuer, algorithm: Algorithm, unguarded: bool) -> Result<()> {
        let valid = || token(issuer, algorithm);
        let forger = SigningKey::generate(algorithm).with_kid(issuer.key(algorithm).kid());
        let server = self.start(issuer)?;
        server.ready(&valid().sign())?;
        for (what, token) in [
            ("expired", valid().expired()),
            ("for another audience", valid().audience("https://other.example.com")),
            ("of another issuer", valid().issuer("https://other.example.com")),
            ("without the scope", valid().scopes(["read:nothing"])),
            ("forged", valid().signed_with(&forger)),
        ] {
            let accepted = server.answer(&token.sign())? == 200;
            if accepted != unguarded {
                return Err(format!("accepts a token that is {what}: {accepted}").into());
            }
        }
        Ok(())
    }

    fn each(&self, figure: fn(&Round) -> f64) -> Vec<f64> {
        self.rounds.iter().map(figure).collect()
    }

    /// Requests per second of processor time, relative to the server without a guard. On a core
    /// that is never idle, requests per second of wall time would give the same ratio; on any other
    /// core they would flatter the guard.
    fn ratio(&self, unguarded: &Self) -> Spread {
        Spread::of_ratios(&unguarded.each(|round| round.micros), &self.each(|round| round.micros))
    }

    /// The processor time per request beyond that of the server without a guard, in microseconds.
    fn guard(&self, unguarded: &Self) -> Spread {
        let rounds = self.rounds.iter().zip(&unguarded.rounds);
        Spread::of(rounds.map(|(guarded, unguarded)| guarded.micros - unguarded.micros))
    }

    /// The results under load.
    fn row(&self, unguarded: &Self) -> Vec<String> {
        let rate = Spread::of(self.each(|round| round.rate)).show(0);
        vec![self.name.to_owned(), rate, self.ratio(unguarded).show(3), self.guard(unguarded).show(2)]
    }

    /// What the crate adds to a program.
    fn footprint(&self) -> Result<Vec<String>> {
        let tree =
            ["tree", "--edges", "normal", "--prefix", "none", "--no-dedupe", "--package", self.package];
        let tree = cargo(&tree).output()?.stdout;
        let crates: BTreeSet<_> = tree.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        Ok(vec![
            self.name.to_owned(),
            crates.len().to_string(),
            format!("{:.2}", fs::metadata(&self.program)?.len() as f64 / 1_048_576.0),
            format!("{:.1}", Spread::of(self.each(|round| round.memory)).median),
            Spread::of(self.each(|round| round.start)).show(1),
        ])
    }
}
