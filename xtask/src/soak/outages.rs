//! When the issuer is down, and how.

use std::time::Duration;

use axioms_core::http::StatusCode;
use axioms_testing::{Behaviour, Endpoint, TestIssuer};

/// The first one begins after this time.
const FIRST: Duration = Duration::from_secs(20);
/// From the end of one to the start of the next. Long enough for the longest pause between two fetches that the ones
/// here lead to.
const BETWEEN: Duration = Duration::from_secs(50);
/// How long each lasts, in turn; all well within the time that keys are trusted.
const LASTING: [Duration; 3] = [Duration::from_secs(20), Duration::from_secs(40), Duration::from_secs(30)];

/// The issuer's bad times, one after the other until the run ends.
#[derive(Debug, Default)]
pub(crate) struct Outages {
    begun: usize,
    ended: usize,
}

/// What has just changed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    Begins(&'static str),
    Ends,
}

impl Outages {
    /// Switches the issuer as it is due at `elapsed` of a run that lasts `total`. None begins that would not have ended,
    /// and been recovered from, before the run does.
    pub(crate) fn advance(
        &mut self,
        elapsed: Duration,
        total: Duration,
        issuer: &TestIssuer,
    ) -> Option<Change> {
        let (begin, end) = span(self.ended);
        if self.is_down() {
            if elapsed < end {
                return None;
            }
            self.ended += 1;
            behave(issuer, &Behaviour::Normal);
            return Some(Change::Ends);
        }
        if elapsed < begin || end + FIRST > total {
            return None;
        }
        let (name, behaviour) = manner(self.begun);
        self.begun += 1;
        behave(issuer, &behaviour);
        Some(Change::Begins(name))
    }

    pub(crate) fn is_down(&self) -> bool {
        self.begun > self.ended
    }

    pub(crate) fn count(&self) -> usize {
        self.ended
    }
}

/// When an outage begins and when it ends.
fn span(number: usize) -> (Duration, Duration) {
    let mut begin = FIRST;
    for lasting in LASTING.iter().cycle().take(number) {
        begin += *lasting + BETWEEN;
    }
    let lasting = LASTING.iter().cycle().nth(number).copied().unwrap_or_default();
    (begin, begin + lasting)
}

fn manner(number: usize) -> (&'static str, Behaviour) {
    match number % 3 {
        0 => ("answers 503", Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE)),
        1 => ("hangs", Behaviour::Hang),
        _ => ("hangs up", Behaviour::Disconnect),
    }
}

fn behave(issuer: &TestIssuer, behaviour: &Behaviour) {
    for endpoint in [Endpoint::Jwks, Endpoint::OpenIdConfiguration, Endpoint::AuthorizationServer] {
        issuer.behave(endpoint, behaviour.clone());
    }
}

#[cfg(test)]
mod tests {
    use axioms_core::Algorithm;

    use super::*;

    #[test]
    fn every_outage_that_begins_ends_within_the_run() {
        let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
        for (minutes, expected) in [(1, 1), (3, 2), (10, 7)] {
            let total = Duration::from_secs(60 * minutes);
            let mut outages = Outages::default();
            for second in 0..60 * minutes {
                outages.advance(Duration::from_secs(second), total, &issuer);
            }
            assert_eq!((outages.is_down(), outages.count()), (false, expected), "{minutes} min");
        }
    }
}
