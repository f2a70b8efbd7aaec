//! The kinds of requests in the traffic, what each may be answered, and how many were.

use std::sync::atomic::{AtomicU64, Ordering};

/// What is special about a request's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Valid, and sent again and again.
    Hot,
    /// Valid, and sent for the first time.
    Fresh,
    /// Valid, without the scope.
    TooLittle,
    /// Under a key that is being withdrawn: until the server has fetched that, both answers are right.
    Leaving,
    /// Under a key whose withdrawal the server has fetched.
    Withdrawn,
    UnknownKey,
    Expired,
    WrongAudience,
    BadSignature,
    /// No token at all, behind `Bearer`.
    Garbage,
    /// Longer than a token may be.
    Oversized,
}

impl Kind {
    pub(crate) const ALL: [Self; 11] = [
        Self::Hot,
        Self::Fresh,
        Self::TooLittle,
        Self::Leaving,
        Self::Withdrawn,
        Self::UnknownKey,
        Self::Expired,
        Self::WrongAudience,
        Self::BadSignature,
        Self::Garbage,
        Self::Oversized,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Hot => "valid, repeated",
            Self::Fresh => "valid, new",
            Self::TooLittle => "valid, without the scope",
            Self::Leaving => "key being withdrawn",
            Self::Withdrawn => "withdrawn key",
            Self::UnknownKey => "unknown key",
            Self::Expired => "expired",
            Self::WrongAudience => "wrong audience",
            Self::BadSignature => "bad signature",
            Self::Garbage => "garbage",
            Self::Oversized => "oversized",
        }
    }

    /// The only right answers. A key that the server does not know, while the issuer cannot be asked, is a 503.
    pub(crate) fn right(self) -> &'static [u16] {
        match self {
            Self::Hot | Self::Fresh => &[200],
            Self::TooLittle => &[403],
            Self::Leaving => &[200, 401, 503],
            Self::Withdrawn | Self::UnknownKey => &[401, 503],
            Self::Expired | Self::WrongAudience | Self::BadSignature => &[401],
            Self::Garbage | Self::Oversized => &[400, 401],
        }
    }

    fn place(self) -> usize {
        self as usize
    }
}

/// The statuses that are counted each for itself; others share a column, and lost connections have one.
pub(crate) const STATUSES: [u16; 5] = [200, 400, 401, 403, 503];
const OTHER: usize = STATUSES.len();
const LOST: usize = OTHER + 1;
const COLUMNS: usize = LOST + 1;

/// Counts of answers by kind and status, shared by all threads.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: [[AtomicU64; COLUMNS]; Kind::ALL.len()],
}

impl Tally {
    pub(crate) fn count(&self, kind: Kind, status: Option<u16>) {
        let column = match status {
            Some(status) => STATUSES.iter().position(|known| *known == status).unwrap_or(OTHER),
            None => LOST,
        };
        if let Some(count) = self.counts.get(kind.place()).and_then(|row| row.get(column)) {
            count.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The counts of a kind: of each status, of others, and of lost connections.
    pub(crate) fn row(&self, kind: Kind) -> Vec<u64> {
        let row = self.counts.get(kind.place()).into_iter().flatten();
        row.map(|count| count.load(Ordering::Relaxed)).collect()
    }

    pub(crate) fn total(&self) -> u64 {
        Kind::ALL.iter().flat_map(|kind| self.row(*kind)).sum()
    }

    /// How many requests of a kind got an answer that is not right.
    pub(crate) fn wrong(&self, kind: Kind) -> u64 {
        let row = self.row(kind);
        let right = |place: usize| STATUSES.get(place).is_some_and(|status| kind.right().contains(status));
        row.iter().enumerate().filter(|(place, _)| !right(*place)).map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_right_answers_are_right() {
        let tally = Tally::default();
        for status in [Some(200), Some(401), Some(503), Some(500), None] {
            tally.count(Kind::Hot, status);
            tally.count(Kind::Withdrawn, status);
        }
        assert_eq!((tally.wrong(Kind::Hot), tally.wrong(Kind::Withdrawn)), (4, 3));
        assert_eq!((tally.wrong(Kind::Fresh), tally.total()), (0, 10));
    }
}
