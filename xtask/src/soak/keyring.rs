//! The life of a key, as at real issuers: it is published for one period before it signs, signs for one, and stays
//! published for one more; then it is withdrawn.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axioms_core::Algorithm;
use axioms_testing::{SigningKey, TestIssuer};

use super::lanes::Lanes;
use super::stock::Requests;

/// How long each key signs.
const PERIOD: Duration = Duration::from_secs(15);
/// After tokens are no longer sent as valid ones, the last of them are answered within this time.
const DRAIN: Duration = Duration::from_millis(500);
/// A withdrawal that was fetched is in force within this time.
const SETTLE: Duration = Duration::from_secs(1);

/// The issuer's keys, and the requests under each.
pub(crate) struct Keyring<'a> {
    issuer: &'a TestIssuer,
    lanes: &'a Lanes,
    next: Key,
    current: Key,
    previous: Option<Key>,
    leaving: Vec<Leaving>,
    /// When the next key may sign, if the issuer can be reached until then.
    due: Instant,
    pub(crate) rotations: u32,
    pub(crate) withdrawals: u32,
}

#[derive(Clone)]
struct Key {
    kid: String,
    requests: Arc<Requests>,
}

/// A key on its way out.
struct Leaving {
    key: Key,
    stage: Stage,
}

enum Stage {
    /// Its tokens are no longer sent as valid ones since then.
    Draining(Instant),
    /// Withdrawn, when the issuer had been asked this often.
    Withdrawn(usize),
    /// The server has fetched that since then.
    Fetched(Instant),
}

impl<'a> Keyring<'a> {
    pub(crate) fn new(issuer: &'a TestIssuer, lanes: &'a Lanes) -> Self {
        let current = Key::mint(issuer, &issuer.key(Algorithm::ES256));
        let next = Key::publish(issuer);
        lanes.change(|keys| keys.current = Some(Arc::clone(&current.requests)));
        let due = Instant::now() + PERIOD;
        Self {
            issuer,
            lanes,
            next,
            current,
            previous: None,
            leaving: Vec::new(),
            due,
            rotations: 0,
            withdrawals: 0,
        }
    }

    /// Moves the keys on. An issuer that is `down` does nothing of its own accord.
    pub(crate) fn advance(&mut self, down: bool) {
        if !down && Instant::now() >= self.due {
            self.rotate();
        }
        self.leave(down);
    }

    /// The issuer is back. What it was asked in the meantime has told nobody anything, and the next key has not been
    /// to be had for a whole period.
    pub(crate) fn recover(&mut self) {
        self.due = self.due.max(Instant::now() + PERIOD);
        let fetches = self.issuer.fetches();
        for leaving in &mut self.leaving {
            if let Stage::Withdrawn(asked) = &mut leaving.stage {
                *asked = fetches;
            }
        }
    }

    fn rotate(&mut self) {
        let after_next = Key::publish(self.issuer);
        // A period from when it was published, however late that was.
        self.due = Instant::now() + PERIOD;
        let signed = std::mem::replace(&mut self.current, std::mem::replace(&mut self.next, after_next));
        let last = self.previous.replace(signed);
        self.rotations += 1;
        self.lanes.change(|keys| {
            keys.current = Some(Arc::clone(&self.current.requests));
            keys.previous = self.previous.as_ref().map(|key| Arc::clone(&key.requests));
            if let Some(last) = &last {
                keys.leaving = Some(Arc::clone(&last.requests));
            }
        });
        self.leaving.extend(last.map(|key| Leaving { key, stage: Stage::Draining(Instant::now()) }));
    }

    fn leave(&mut self, down: bool) {
        let fetches = self.issuer.fetches();
        for leaving in &mut self.leaving {
            match leaving.stage {
                Stage::Draining(since) if !down && since.elapsed() >= DRAIN => {
                    self.issuer.withdraw(&leaving.key.kid);
                    leaving.stage = Stage::Withdrawn(self.issuer.fetches());
                }
                Stage::Withdrawn(asked) if !down && fetches > asked => {
                    leaving.stage = Stage::Fetched(Instant::now());
                }
                _ => {}
            }
        }
        let settled = |leaving: &mut Leaving| matches!(leaving.stage, Stage::Fetched(since) if since.elapsed() >= SETTLE);
        for gone in self.leaving.extract_if(.., settled) {
            self.withdrawals += 1;
            self.lanes.change(|keys| {
                if keys.leaving.as_ref().is_some_and(|leaving| Arc::ptr_eq(leaving, &gone.key.requests)) {
                    keys.leaving = None;
                }
                keys.withdrawn = Some(gone.key.requests);
            });
        }
    }
}

impl Key {
    /// A new key of the issuer's, published from now on. Its tokens are minted first, so that it waits for nothing
    /// when its time comes.
    fn publish(issuer: &TestIssuer) -> Self {
        let kid = issuer.rotate(Algorithm::ES256);
        let key = issuer.key(Algorithm::ES256);
        Self { kid, requests: Arc::new(Requests::mint(issuer, &key)) }
    }

    fn mint(issuer: &TestIssuer, key: &SigningKey) -> Self {
        Self { kid: key.kid().to_owned(), requests: Arc::new(Requests::mint(issuer, key)) }
    }
}
