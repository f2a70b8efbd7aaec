//! A fetch of an issuer's JWK Set. The fetch thread publishes its result, and a diagnosis reports
//! every step of it.

use std::time::{Duration, Instant};

use http::StatusCode;

use super::discovery::{JwksLocation, KeySource, Located, NamedBy};
use super::error::{Attempt, JwksError};
use crate::fetch::{Answer, Client, DEADLINE, FetchFault, Representation};
use crate::jose::document::{Document, KeyRules};

/// Fetches a JWK Set, and keeps state for the next fetch.
pub(crate) struct Fetcher {
    client: Client,
    source: KeySource,
    rules: KeyRules,
    /// The last known URL of the keys.
    found: Option<JwksLocation>,
    /// The document of the last fetch; `None` if it failed.
    served: Option<Served>,
}

/// The steps of one fetch, and its result.
pub(crate) struct FetchReport {
    /// The requests for metadata, in order.
    pub(crate) attempts: Vec<Attempt>,
    /// The URL of the JWK Set, if it was found.
    pub(crate) place: Option<JwksLocation>,
    pub(crate) outcome: Result<FetchedDocument, JwksError>,
}

/// A fetched document.
pub(crate) struct FetchedDocument {
    pub(crate) served: Served,
    /// `None` if the document is unchanged.
    pub(crate) document: Option<Document>,
    /// How long the document is fresh, as stated by the issuer.
    pub(crate) max_age: Option<Duration>,
}

/// A served document and its URL.
pub(crate) struct Served {
    pub(crate) url: String,
    pub(crate) representation: Representation,
}

impl Fetcher {
    pub(crate) fn new(client: Client, source: KeySource, rules: KeyRules) -> Self {
        Self { client, source, rules, found: None, served: None }
    }

    /// Fetches the JWK Set within [`DEADLINE`].
    pub(crate) fn fetch(&mut self) -> FetchReport {
        let deadline = Instant::now() + DEADLINE;
        // Taken, not borrowed: unless the caller calls `keep`, the next fetch requests the whole
        // document.
        let served = self.served.take();
        let Located { attempts, place } = self.locate(deadline);
        match place {
            Ok(place) => {
                let served = served.filter(|served| served.url == place.url);
                let outcome = self.get(&place.url, served, deadline);
                FetchReport { attempts, place: Some(place), outcome }
            }
            Err(error) => FetchReport { attempts, place: None, outcome: Err(error) },
        }
    }

    /// Keeps a document whose keys are in use, so that the next fetch is conditional.
    pub(super) fn keep(&mut self, served: Served) {
        self.served = Some(served);
    }

    /// Finds the URL of the keys. It runs on each fetch, because an issuer may move the keys and
    /// leave the old ones in place. A URL from metadata is used until metadata names another.
    fn locate(&mut self, deadline: Instant) -> Located {
        let Some(known) = &self.found else {
            let located = self.source.locate(&self.client, deadline);
            self.found = located.place.as_ref().ok().cloned();
            return located;
        };
        // Slow metadata must not make the keys unavailable: half of the time is reserved for the
        // keys.
        let Located { attempts, place } = self.source.locate(&self.client, Instant::now() + DEADLINE / 2);
        let place = match place {
            Ok(place) if place.named_by == NamedBy::Convention => Ok(known.clone()),
            // Nothing indicates that the keys have moved.
            Err(error) if !error.fault.is_of_metadata() => Ok(known.clone()),
            place => place,
        };
        if let Ok(place) = &place {
            self.found = Some(place.clone());
        }
        Located { attempts, place }
    }

    fn get(
        &self,
        url: &str,
        served: Option<Served>,
        deadline: Instant,
    ) -> Result<FetchedDocument, JwksError> {
        let etag = served.as_ref().and_then(|served| served.representation.etag.as_deref());
        match (self.client.get(url, etag, deadline)?, served) {
            (Answer::NotModified { max_age }, Some(served)) => {
                Ok(FetchedDocument { served, document: None, max_age })
            }
            // The client treats 304 as an error if no ETag was sent.
            (Answer::NotModified { .. }, None) => {
                Err(JwksError::at(url, FetchFault::Status(StatusCode::NOT_MODIFIED)))
            }
            (Answer::Representation(representation), before) => {
                let same = before.is_some_and(|before| before.representation.body == representation.body);
                let document = (!same).then(|| Document::parse(&representation.body, &self.rules));
                let max_age = representation.max_age;
                Ok(FetchedDocument {
                    served: Served { url: url.to_owned(), representation },
                    document,
                    max_age,
                })
            }
        }
    }
}
