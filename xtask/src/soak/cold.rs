//! A server that starts while the issuer is down: it has never had a key, says 503, and recovers by itself.

use std::error::Error;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axioms_testing::TestIssuer;

use super::lanes::Lanes;
use super::server;
use crate::load::Connection;

/// Some fifty requests a second, which take nothing from the server under load.
const PAUSE: Duration = Duration::from_millis(20);
/// How long it is watched after it has recovered.
const WATCHED: Duration = Duration::from_secs(30);

/// What such a server answered.
#[derive(Debug, Default)]
pub(crate) struct Cold {
    /// When the issuer was back.
    back: Mutex<Option<Instant>>,
}

/// What became of valid tokens there.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    /// Refused with 503 before the first was accepted: as it should be.
    pub(crate) unavailable: u64,
    pub(crate) accepted: u64,
    /// Every other answer, and a 503 once it had recovered.
    pub(crate) wrong: u64,
    /// From the issuer's return to the first token that was accepted.
    pub(crate) recovered: Option<Duration>,
}

impl Cold {
    pub(crate) fn issuer_is_back(&self) {
        self.back.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(Instant::now);
    }

    /// Runs the server from its start to some time after its recovery, or to the end of the run.
    pub(crate) fn run(
        &self,
        program: &Path,
        issuer: &TestIssuer,
        lanes: &Lanes,
    ) -> Result<Outcome, Box<dyn Error + Send + Sync>> {
        let server = server(program, issuer)?;
        let mut connection = Connection::open(server.address())?;
        let mut outcome = Outcome::default();
        let mut first = None;
        for turn in 0.. {
            if lanes.is_stopped() || first.is_some_and(|first: Instant| first.elapsed() > WATCHED) {
                break;
            }
            let keys = lanes.keys();
            let Some(request) = keys.current.as_ref().and_then(|requests| requests.hot(turn)) else { break };
            connection.send(request)?;
            match (connection.receive()?, first) {
                (200, _) => {
                    outcome.accepted += 1;
                    first.get_or_insert_with(Instant::now);
                }
                (503, None) => outcome.unavailable += 1,
                _ => outcome.wrong += 1,
            }
            std::thread::sleep(PAUSE);
        }
        let back = *self.back.lock().unwrap_or_else(PoisonError::into_inner);
        outcome.recovered = first.zip(back).map(|(first, back)| first.saturating_duration_since(back));
        Ok(outcome)
    }
}
