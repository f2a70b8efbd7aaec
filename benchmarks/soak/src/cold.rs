//! A second server, which starts while the issuer is down: it has no keys, answers 503, and
//! recovers by itself.

use std::time::{Duration, Instant};

use load::{Result, Server};

/// It tries again after at most a minute, and then has to fetch.
const RECOVERY: Duration = Duration::from_secs(65);

/// The state of the second server.
pub(crate) enum Cold {
    /// Not started; it waits for an outage.
    Waiting,
    /// It has no keys, because the issuer is down.
    Down(Server),
    /// The issuer has been available since then.
    Recovering(Server, Instant),
    Recovered(Server),
    Done,
}

impl Cold {
    /// A new lap begins; `down` says whether the issuer is down.
    pub(crate) fn turn(self, down: bool, start: impl FnOnce() -> Result<Server>) -> Result<Self> {
        Ok(match (self, down) {
            (Self::Waiting, true) => Self::Down(start()?),
            (Self::Down(server), false) => Self::Recovering(server, Instant::now()),
            (Self::Recovered(_), _) => Self::Done,
            (same, _) => same,
        })
    }

    pub(crate) fn is_running(&self) -> bool {
        !matches!(self, Self::Waiting | Self::Done)
    }

    /// Sends a valid token. Returns what is wrong with the answer, if anything.
    pub(crate) fn ask(&mut self, token: &str) -> Result<Option<String>> {
        let (Self::Down(server) | Self::Recovering(server, _) | Self::Recovered(server)) = &*self else {
            return Ok(None);
        };
        let status = server.answer(token)?;
        let right = match (&*self, status) {
            (Self::Down(_), 503) | (Self::Recovering(..) | Self::Recovered(_), 200) => true,
            (Self::Recovering(_, back), 503) => back.elapsed() <= RECOVERY,
            _ => false,
        };
        *self = match (std::mem::replace(self, Self::Done), status) {
            (Self::Recovering(server, back), 200) => {
                println!("  the second server has recovered after {:.0?}", back.elapsed());
                Self::Recovered(server)
            }
            (same, _) => same,
        };
        Ok((!right).then(|| format!("the second server answered a valid token with {status}")))
    }
}
