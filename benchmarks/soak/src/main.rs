//! `soak [<minutes>]`: everything at once on one server at full load. Its issuer rotates and
//! withdraws keys and fails in several ways; clients send valid, new, expired, forged, oversized
//! and malformed tokens; a second server starts while the issuer is down.
//!
//! The run fails if an answer is wrong for its token, a connection is lost, the memory grows, or
//! the second server does not recover.

#![forbid(unsafe_code)]

mod cold;
mod issuer;
mod traffic;

use std::time::Duration;

use axioms_core::Algorithm;
use axioms_testing::TestIssuer;
use load::{Result, Server};

use crate::cold::Cold;
use crate::issuer::Keys;

/// One lap of traffic. The issuer and the clients change their behaviour only between laps.
const LAP: u64 = 15;
/// The keys move in most laps, an outage is shorter than their trust, and the cache is full after
/// one lap.
const SETTINGS: [(&str, &str); 3] = [
    ("AXIOMS_JWKS_REFRESH_INTERVAL", "10"),
    ("AXIOMS_JWKS_CACHE_TTL", "120"),
    ("AXIOMS_TOKEN_CACHE", "1048576"),
];
/// The memory may grow by this factor, because an allocator's use varies.
const GROWTH: f64 = 0.05;

fn main() -> Result<()> {
    let minutes: u64 = std::env::args().nth(1).map_or(Ok(10), |minutes| minutes.parse())?;
    let laps = (minutes * 60 / LAP).max(12);
    let program = load::build("peer-axioms", "peer-axioms")?;
    let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
    let server = Server::start(&program, &issuer, 0, &SETTINGS)?;
    let mut keys = Keys::new(&issuer);
    let (mut cold, mut memory, mut wrong) = (Cold::Waiting, Vec::new(), Vec::new());
    for lap in 0..laps {
        let down = issuer::outage(&issuer, lap, laps);
        // Fetches of the second server would be taken for those of the first.
        let moved = keys.advance(down.is_some() || cold.is_running());
        println!("lap {} of {laps}: the issuer {}, {moved}", lap + 1, down.unwrap_or("answers"));
        let runs = traffic::start(&server, &issuer, &keys)?;
        cold = cold.turn(down.is_some(), || Server::start(&program, &issuer, 1, &SETTINGS))?;
        for _ in 0..LAP {
            std::thread::sleep(Duration::from_secs(1));
            wrong.extend(cold.ask(&keys.valid(&issuer))?);
        }
        for run in runs {
            wrong.extend(run.finish()?);
        }
        memory.push(server.memory()?);
        println!("  {:.1} MiB, {} fetches", server.memory()?, issuer.fetches());
    }
    if !matches!(cold, Cold::Recovered(_) | Cold::Done) {
        wrong.push("the second server has not recovered".to_owned());
    }
    let (early, late) =
        (peak(&memory[memory.len() / 4..memory.len() / 2]), peak(&memory[memory.len() * 3 / 4..]));
    println!(
        "{laps} laps, {} rotations, {} withdrawals; {early:.1} MiB, then {late:.1} MiB",
        keys.rotations, keys.withdrawals
    );
    if late > early * (1.0 + GROWTH) {
        wrong.push(format!("the memory grew from {early:.1} to {late:.1} MiB"));
    }
    if !wrong.is_empty() {
        return Err(wrong.join("\n").into());
    }
    println!("passed");
    Ok(())
}

fn peak(memory: &[f64]) -> f64 {
    memory.iter().copied().fold(0.0, f64::max)
}
