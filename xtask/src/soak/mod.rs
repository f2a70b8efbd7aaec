//! `cargo xtask soak`: minutes of mixed traffic at full load on the axum example, whose issuer rotates its key every 15 s,
//! fails for a while again and again, and is not even there when a second server starts.
//!
//! A run passes when no valid token is refused, none that is not valid is accepted, and the server's memory does not
//! grow.

mod cold;
mod keyring;
mod kind;
mod lanes;
mod outages;
mod report;
mod stock;

use std::error::Error;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use axioms_core::Algorithm;
use axioms_examples::servers::Server;
use axioms_testing::TestIssuer;

use self::cold::Cold;
use self::keyring::Keyring;
use self::lanes::{Lane, Lanes};
use self::outages::{Change, Outages};
use self::report::{Report, Sample};
use self::stock::Rubbish;
use crate::{cargo, load, process};

/// The shortest that the configuration allows, so that all happens as often as it can.
const SETTINGS: [(&str, &str); 3] = [
    ("AXIOMS_JWKS_REFRESH_INTERVAL", "60"),
    ("AXIOMS_JWKS_CACHE_TTL", "120"),
    // One core for the server; the load has the other.
    ("TOKIO_WORKER_THREADS", "1"),
];
/// Connections of the two lanes: enough that a request always waits for the server.
const KNOWN: usize = 16;
const UNKNOWN: usize = 3;
/// How often whoever steers looks at the time.
const TICK: Duration = Duration::from_millis(20);
/// How often the server is measured.
const SAMPLE: Duration = Duration::from_secs(10);

/// Runs for this many minutes and prints what was counted.
///
/// # Errors
/// When something does not start, or the run does not pass.
pub(crate) fn run(minutes: u32) -> Result<(), Box<dyn Error>> {
    let total = Duration::from_secs(60) * minutes;
    let program = cargo::build_example("axum")?;
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let lanes = Arc::new(Lanes::new(Rubbish::mint(&issuer)));
    let server = server(&program, &issuer)?;
    fill(&server, &issuer)?;
    let mut keyring = Keyring::new(&issuer, &lanes);
    println!("{minutes} min on http://{}, process {}", server.address(), server.id());
    let address = server.address();
    let cold = Cold::default();
    let report = thread::scope(|scope| {
        let threads = [
            scope.spawn(|| load::drive(address, KNOWN, &mut Lane::known(&lanes))),
            scope.spawn(|| load::drive(address, UNKNOWN, &mut Lane::unknown(&lanes))),
        ];
        let mut cold_server = None;
        let mut report = Report::new(process::cpu_time(server.id())?);
        let mut outages = Outages::default();
        let start = Instant::now();
        while start.elapsed() < total && threads.iter().all(|thread| !thread.is_finished()) {
            match outages.advance(start.elapsed(), total, &issuer) {
                Some(Change::Begins(how)) => {
                    println!("{:>5} s  the issuer {how}", start.elapsed().as_secs());
                    cold_server.get_or_insert_with(|| scope.spawn(|| cold.run(&program, &issuer, &lanes)));
                }
                Some(Change::Ends) => {
                    println!("{:>5} s  the issuer is back", start.elapsed().as_secs());
                    cold.issuer_is_back();
                    keyring.recover();
                }
                None => {}
            }
            keyring.advance(outages.is_down());
            if start.elapsed() >= SAMPLE * report.samples() {
                report.add(Sample {
                    at: start.elapsed(),
                    resident: process::resident(server.id())?,
                    cpu: process::cpu_time(server.id())?,
                    requests: lanes.tally.total(),
                    fetches: issuer.fetches(),
                });
            }
            thread::sleep(TICK);
        }
        report.elapsed = start.elapsed();
        report.cpu = process::cpu_time(server.id())?.saturating_sub(report.cpu);
        lanes.stop();
        for thread in threads {
            thread.join().map_err(|_| "a load generator panicked")??;
        }
        if let Some(thread) = cold_server {
            report.cold = Some(thread.join().map_err(|_| "the cold server's caller panicked")??);
        }
        report.outages = outages.count();
        Ok::<_, Box<dyn Error + Send + Sync>>(report)
    });
    let mut report = report.map_err(|error| error as Box<dyn Error>)?;
    report.rotations = keyring.rotations;
    report.withdrawals = keyring.withdrawals;
    report.print(&lanes, &issuer);
    report.verdict(&lanes)
}

/// Sends more new tokens than the server keeps.
fn fill(server: &Server, issuer: &TestIssuer) -> Result<(), Box<dyn Error>> {
    let mut connection = load::Connection::open(server.address())?;
    for request in stock::filling(issuer) {
        connection.send(&request)?;
        match connection.receive()? {
            200 => {}
            status => return Err(format!("before the start, a valid token got {status}").into()),
        }
    }
    Ok(())
}

/// Starts the example, configured for the run.
fn server(program: &Path, issuer: &TestIssuer) -> io::Result<Server> {
    Server::start_with(program, issuer, &SETTINGS)
}
