//! The requests that are sent, minted before they are needed: signing takes longer than serving.

use std::sync::atomic::{AtomicUsize, Ordering};

use axioms_testing::{SigningKey, TestIssuer, base64url};

use super::kind::Kind;

/// Valid tokens that are sent over and over, for each key.
const HOT: usize = 100;
/// Valid tokens that are sent once, for each key.
const FRESH: usize = 1500;
/// Bad tokens of each kind, for each key.
const BAD: usize = 8;
/// More than the server keeps, so that its memory of tokens is full before it is measured.
const FILLING: usize = 6000;
/// Keys that nobody has.
const UNKNOWN: usize = 200;
/// A token may have 16 KiB.
const OVERSIZED: usize = 20 * 1024;

const TARGET: &str = "/api/scope-protected";
const SCOPE: &str = "read:messages";

/// A request as it goes over the wire.
pub(crate) type Request = Vec<u8>;

fn request(token: &str) -> Request {
    format!("GET {TARGET} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n").into_bytes()
}

/// Valid requests to fill the server's memory of tokens with.
pub(crate) fn filling(issuer: &TestIssuer) -> impl Iterator<Item = Request> {
    (0..FILLING).map(|_| request(&issuer.token().scopes([SCOPE]).sign()))
}

/// The requests under one key of the issuer's.
#[derive(Debug)]
pub(crate) struct Requests {
    hot: Vec<Request>,
    fresh: Vec<Request>,
    sent: AtomicUsize,
    too_little: Vec<Request>,
    expired: Vec<Request>,
    wrong_audience: Vec<Request>,
    bad_signature: Vec<Request>,
}

impl Requests {
    pub(crate) fn mint(issuer: &TestIssuer, key: &SigningKey) -> Self {
        let valid = || issuer.token().signed_with(key).scopes([SCOPE]);
        Self {
            hot: many(HOT, |_| valid().sign()),
            fresh: many(FRESH, |_| valid().sign()),
            sent: AtomicUsize::new(0),
            too_little: many(BAD, |_| valid().scopes(["read:nothing"]).sign()),
            expired: many(BAD, |_| valid().expired().sign()),
            wrong_audience: many(BAD, |_| valid().audience("https://other.example.com").sign()),
            bad_signature: many(BAD, |_| forged(&valid().sign())),
        }
    }

    /// One that was sent before, the `turn`th.
    pub(crate) fn hot(&self, turn: usize) -> Option<&Request> {
        at(&self.hot, turn)
    }

    /// One of this kind, and the kind that it is: without new ones, a repeated one.
    pub(crate) fn of(&self, kind: Kind, turn: usize) -> (Kind, Option<&Request>) {
        let requests = match kind {
            Kind::Fresh => match self.fresh.get(self.sent.fetch_add(1, Ordering::Relaxed)) {
                Some(request) => return (kind, Some(request)),
                None => return (Kind::Hot, self.hot(turn)),
            },
            Kind::TooLittle => &self.too_little,
            Kind::Expired => &self.expired,
            Kind::WrongAudience => &self.wrong_audience,
            Kind::BadSignature => &self.bad_signature,
            _ => return (Kind::Hot, self.hot(turn)),
        };
        (kind, at(requests, turn))
    }
}

/// The requests that no key of the issuer's stands behind.
#[derive(Debug)]
pub(crate) struct Rubbish {
    unknown_key: Vec<Request>,
    garbage: Vec<Request>,
    oversized: Vec<Request>,
}

impl Rubbish {
    pub(crate) fn mint(issuer: &TestIssuer) -> Self {
        let long = "a".repeat(OVERSIZED);
        Self {
            unknown_key: many(UNKNOWN, |n| issuer.token().header("kid", format!("invented-{n}")).sign()),
            garbage: ["x", "a.b.c", "not a token", "e30.e30.", "\u{7f}", ""].map(request).into(),
            oversized: many(1, |_| issuer.token().claim("padding", long.as_str()).sign()),
        }
    }

    pub(crate) fn of(&self, kind: Kind, turn: usize) -> (Kind, Option<&Request>) {
        let requests = match kind {
            Kind::Garbage => &self.garbage,
            Kind::Oversized => &self.oversized,
            _ => return (Kind::UnknownKey, at(&self.unknown_key, turn)),
        };
        (kind, at(requests, turn))
    }
}

fn many(count: usize, token: impl Fn(usize) -> String) -> Vec<Request> {
    (0..count).map(|n| request(&token(n))).collect()
}

fn at(requests: &[Request], turn: usize) -> Option<&Request> {
    requests.get(turn % requests.len().max(1))
}

/// The token with other claims under the same signature.
fn forged(token: &str) -> String {
    let mut segments = token.split('.');
    let (header, _, signature) = (segments.next(), segments.next(), segments.next());
    let claims = token.split('.').nth(1).unwrap_or_default();
    // The claims stay as they are, but for a space that JSON does not mind: every check but the signature's passes.
    let changed = respaced(claims);
    [header.unwrap_or_default(), &changed, signature.unwrap_or_default()].join(".")
}

fn respaced(segment: &str) -> String {
    use base64::Engine;
    let claims = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(segment).unwrap_or_default();
    base64url([&claims[..], b" "].concat())
}
