//! One fetch of an issuer's JWK Set, and all that it tried: what the thread of a fetch publishes, and what a diagnosis
//! reports.

use std::time::{Duration, Instant};

use http::StatusCode;

use super::discovery::{JwksLocation, KeySource, Located, NamedBy};
use super::error::{Attempt, JwksError};
use crate::fetch::{Answer, Client, DEADLINE, FetchFault, Representation};
use crate::jose::document::{Document, KeyRules};

/// Fetches a JWK Set, and remembers what the next fetch can make use of.
pub(crate) struct Fetcher {
    client: Client,
    source: KeySource,
    rules: KeyRules,
    /// Where the keys were, when they were last found.
    found: Option<JwksLocation>,
    /// What the last fetch got; `None` after one that failed.
    served: Option<Served>,
}

/// What one fetch tried, and what came of it.
pub(crate) struct Tried {
    /// The locations that were asked for metadata, in order.
    pub(crate) attempts: Vec<Attempt>,
    /// Where the JWK Set is, if that was found out.
    pub(crate) place: Option<JwksLocation>,
    pub(crate) outcome: Result<Got, JwksError>,
}

/// An answer that is a document.
pub(crate) struct Got {
    pub(crate) served: Served,
    /// `None` where it is the one that was kept.
    pub(crate) document: Option<Document>,
    /// How long the issuer says that it is fresh.
    pub(crate) max_age: Option<Duration>,
}

/// A document as it was served, and where.
pub(crate) struct Served {
    pub(crate) url: String,
    pub(crate) representation: Representation,
}

impl Fetcher {
    pub(crate) fn new(client: Client, source: KeySource, rules: KeyRules) -> Self {
        Self { client, source, rules, found: None, served: None }
    }

    /// Fetches the JWK Set within [`DEADLINE`].
    pub(crate) fn fetch(&mut self) -> Tried {
        let deadline = Instant::now() + DEADLINE;
        // Taken, not borrowed: unless the caller keeps what comes of it, the next fetch asks for the whole document.
        let served = self.served.take();
        let Located { attempts, place } = self.locate(deadline);
        match place {
            Ok(place) => {
                let served = served.filter(|served| served.url == place.url);
                let outcome = self.get(&place.url, served, deadline);
                Tried { attempts, place: Some(place), outcome }
            }
            Err(error) => Tried { attempts, place: None, outcome: Err(error) },
        }
    }

    /// Keeps a document whose keys are in use: the next fetch asks whether it has changed.
    pub(super) fn keep(&mut self, served: Served) {
        self.served = Some(served);
    }

    /// Finds the keys, again with each fetch: an issuer may move them and leave the old ones where they are. Once metadata
    /// has named a place, it stays until metadata names another.
    fn locate(&mut self, deadline: Instant) -> Located {
        let Some(known) = &self.found else {
            let located = self.source.locate(&self.client, deadline);
            self.found = located.place.as_ref().ok().cloned();
            return located;
        };
        // Metadata that is slow takes no keys along: half of the time is theirs.
        let Located { attempts, place } = self.source.locate(&self.client, Instant::now() + DEADLINE / 2);
        let place = match place {
            Ok(place) if place.named_by == NamedBy::Convention => Ok(known.clone()),
            // Nothing says that they have moved.
            Err(error) if !error.fault.is_of_metadata() => Ok(known.clone()),
            place => place,
        };
        if let Ok(place) = &place {
            self.found = Some(place.clone());
        }
        Located { attempts, place }
    }

    fn get(&self, url: &str, served: Option<Served>, deadline: Instant) -> Result<Got, JwksError> {
        let etag = served.as_ref().and_then(|served| served.representation.etag.as_deref());
        match (self.client.get(url, etag, deadline)?, served) {
            (Answer::NotModified { max_age }, Some(served)) => Ok(Got { served, document: None, max_age }),
            // Without an ETag, the client takes 304 for an error.
            (Answer::NotModified { .. }, None) => {
                Err(JwksError::at(url, FetchFault::Status(StatusCode::NOT_MODIFIED)))
            }
            (Answer::Representation(representation), before) => {
                let same = before.is_some_and(|before| before.representation.body == representation.body);
                let document = (!same).then(|| Document::parse(&representation.body, &self.rules));
                let max_age = representation.max_age;
                Ok(Got { served: Served { url: url.to_owned(), representation }, document, max_age })
            }
        }
    }
}
