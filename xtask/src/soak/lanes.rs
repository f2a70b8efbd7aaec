//! The traffic, in two lanes. Requests that name a key which the server does not know may wait for a fetch, and so have
//! connections of their own: in the lane of all others nothing ever waits, and the server's core is never idle.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use super::kind::{Kind, Tally};
use super::stock::{Request, Requests, Rubbish};
use crate::load::{Answer, Latencies, Traffic};

/// Two thirds are valid; what is not is a flood all the same.
const KNOWN: [Kind; 32] = {
    let mut kinds = [Kind::Hot; 32];
    kinds[1] = Kind::Expired;
    kinds[4] = Kind::WrongAudience;
    kinds[7] = Kind::BadSignature;
    kinds[10] = Kind::Garbage;
    kinds[13] = Kind::TooLittle;
    kinds[15] = Kind::Fresh;
    kinds[17] = Kind::Expired;
    kinds[20] = Kind::WrongAudience;
    kinds[23] = Kind::BadSignature;
    kinds[26] = Kind::Garbage;
    kinds[29] = Kind::Oversized;
    kinds
};
const UNKNOWN: [Kind; 4] = [Kind::UnknownKey, Kind::Withdrawn, Kind::UnknownKey, Kind::Leaving];

/// How often a lane looks whether the keys have moved on, in requests: some milliseconds.
const GLANCE: usize = 64;

/// The keys, as far as their tokens are sent.
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    /// Signs.
    pub(crate) current: Option<Arc<Requests>>,
    /// Signed before, and is still published.
    pub(crate) previous: Option<Arc<Requests>>,
    pub(crate) leaving: Option<Arc<Requests>>,
    pub(crate) withdrawn: Option<Arc<Requests>>,
}

/// What the lanes share with those who steer them.
#[derive(Debug)]
pub(crate) struct Lanes {
    keys: RwLock<Keys>,
    rubbish: Rubbish,
    stopped: AtomicBool,
    pub(crate) tally: Tally,
    /// Of valid tokens alone.
    latencies: Mutex<Latencies>,
}

impl Lanes {
    pub(crate) fn new(rubbish: Rubbish) -> Self {
        Self {
            keys: RwLock::default(),
            rubbish,
            stopped: AtomicBool::new(false),
            tally: Tally::default(),
            latencies: Mutex::default(),
        }
    }

    pub(crate) fn keys(&self) -> Keys {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn change(&self, change: impl FnOnce(&mut Keys)) {
        change(&mut self.keys.write().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// The latencies of valid tokens, of the lanes that have ended.
    pub(crate) fn latencies(&self) -> Latencies {
        self.latencies.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// One lane's traffic.
pub(crate) struct Lane<'a> {
    lanes: &'a Lanes,
    pattern: &'static [Kind],
    keys: Keys,
    turn: usize,
    stopped: bool,
    latencies: Latencies,
}

impl<'a> Lane<'a> {
    /// Requests that the server can decide at once.
    pub(crate) fn known(lanes: &'a Lanes) -> Self {
        Self::new(lanes, &KNOWN)
    }

    /// Requests whose key the server does not have.
    pub(crate) fn unknown(lanes: &'a Lanes) -> Self {
        Self::new(lanes, &UNKNOWN)
    }

    fn new(lanes: &'a Lanes, pattern: &'static [Kind]) -> Self {
        Self { lanes, pattern, keys: lanes.keys(), turn: 0, stopped: false, latencies: Latencies::default() }
    }

    fn request(&self, kind: Kind) -> (Kind, Option<&Request>) {
        let Keys { current, previous, leaving, withdrawn } = &self.keys;
        // Divided, so that the pattern's length does not pick the same few each time.
        let turn = self.turn / 3;
        match kind {
            Kind::Leaving => (kind, leaving.as_ref().and_then(|requests| requests.hot(turn))),
            Kind::Withdrawn => (kind, withdrawn.as_ref().and_then(|requests| requests.hot(turn))),
            Kind::UnknownKey | Kind::Garbage | Kind::Oversized => self.lanes.rubbish.of(kind, turn),
            // A third of the repeated tokens are of the key before.
            Kind::Hot if self.turn.is_multiple_of(3) && previous.is_some() => {
                (kind, previous.as_ref().and_then(|requests| requests.hot(turn)))
            }
            _ => current.as_ref().map_or((kind, None), |requests| requests.of(kind, turn)),
        }
    }
}

impl Traffic for Lane<'_> {
    type Kind = Kind;

    fn next(&mut self) -> Option<(Kind, &[u8])> {
        self.turn += 1;
        if self.turn.is_multiple_of(GLANCE) {
            self.stopped = self.lanes.is_stopped();
            self.keys = self.lanes.keys();
        }
        if self.stopped {
            return None;
        }
        let kind = *self.pattern.get(self.turn % self.pattern.len())?;
        // There is a request of each kind, but for keys on their way out: at first none is.
        let (kind, request) = match self.request(kind) {
            (_, None) => self.lanes.rubbish.of(Kind::UnknownKey, self.turn),
            found => found,
        };
        Some((kind, request?))
    }

    fn answered(&mut self, kind: Kind, answer: Answer) {
        self.lanes.tally.count(kind, answer.status);
        if matches!(kind, Kind::Hot | Kind::Fresh) {
            self.latencies.add(answer.latency);
        }
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        self.lanes.latencies.lock().unwrap_or_else(PoisonError::into_inner).merge(&self.latencies);
    }
}
