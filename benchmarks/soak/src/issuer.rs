//! The issuer's keys and its outages, lap by lap.

use axioms_core::Algorithm;
use axioms_core::http::StatusCode;
use axioms_testing::{Behaviour, Endpoint, SigningKey, TestIssuer};

/// In the last two of six laps the issuer is down.
const CYCLE: u64 = 6;
const UP: u64 = 4;

/// Puts the issuer into the state of this lap. Returns how it fails, if it does. The run ends with
/// a full cycle without an outage.
pub(crate) fn outage(issuer: &TestIssuer, lap: u64, laps: u64) -> Option<&'static str> {
    let (name, behaviour) = match (lap % CYCLE < UP || lap + CYCLE > laps, lap / CYCLE % 3) {
        (true, _) => (None, Behaviour::Normal),
        (_, 0) => (Some("answers 503"), Behaviour::Status(StatusCode::SERVICE_UNAVAILABLE)),
        (_, 1) => (Some("hangs"), Behaviour::Hang),
        _ => (Some("closes connections"), Behaviour::Disconnect),
    };
    for endpoint in [Endpoint::Jwks, Endpoint::OpenIdConfiguration, Endpoint::AuthorizationServer] {
        issuer.behave(endpoint, behaviour.clone());
    }
    name
}

/// The life of a key: published, signing, still published, withdrawn.
pub(crate) struct Keys<'a> {
    issuer: &'a TestIssuer,
    next: SigningKey,
    pub(crate) current: SigningKey,
    pub(crate) previous: SigningKey,
    /// Withdrawn; the server may not have fetched that yet.
    pub(crate) leaving: Option<SigningKey>,
    /// Withdrawn, and the server has fetched that.
    pub(crate) withdrawn: Option<SigningKey>,
    /// The number of answered fetches when the keys last moved, or when the issuer last came back.
    fetches: usize,
    was_down: bool,
    pub(crate) rotations: u32,
    pub(crate) withdrawals: u32,
}

impl<'a> Keys<'a> {
    pub(crate) fn new(issuer: &'a TestIssuer) -> Self {
        let current = issuer.key(Algorithm::ES256);
        issuer.rotate(Algorithm::ES256);
        Self {
            issuer,
            next: issuer.key(Algorithm::ES256),
            previous: current.clone(),
            current,
            leaving: None,
            withdrawn: None,
            fetches: issuer.fetches(),
            was_down: false,
            rotations: 0,
            withdrawals: 0,
        }
    }

    /// Moves each key to its next stage if the server has fetched the current ones: real issuers
    /// publish a key long before it signs.
    pub(crate) fn advance(&mut self, down: bool) -> &'static str {
        let fetches = self.issuer.fetches();
        if down || self.was_down {
            // Fetches during an outage showed the server nothing.
            self.fetches = fetches;
            self.was_down = down;
            return "the keys stay";
        }
        if fetches == self.fetches {
            return "the keys wait for a fetch";
        }
        self.withdrawals += u32::from(self.leaving.is_some());
        self.withdrawn = self.leaving.take().or(self.withdrawn.take());
        if self.previous.kid() != self.current.kid() {
            self.issuer.withdraw(self.previous.kid());
            self.leaving = Some(self.previous.clone());
        }
        self.issuer.rotate(Algorithm::ES256);
        let next = std::mem::replace(&mut self.next, self.issuer.key(Algorithm::ES256));
        self.previous = std::mem::replace(&mut self.current, next);
        self.rotations += 1;
        self.fetches = self.issuer.fetches();
        "the keys move on"
    }

    /// A new token that every server with current keys accepts.
    pub(crate) fn valid(&self, issuer: &TestIssuer) -> String {
        issuer.token().signed_with(&self.current).scopes(["read:messages"]).sign()
    }
}
