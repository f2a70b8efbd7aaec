//! The error of fetching an issuer's keys.

use std::fmt;

use http::StatusCode;

use crate::fetch::url::{UrlFault, without_credentials};
use crate::fetch::{FetchError, FetchFault, Target};
use crate::jose::document::DocumentError;

/// Why an issuer's keys are unavailable, and where they were looked up. `Display` formats it for
/// logs.
#[derive(Debug, Clone)]
pub(crate) struct JwksError {
    pub(crate) fault: Box<JwksFault>,
    /// `None` if the fault is not in an answer.
    target: Option<Target>,
    /// The locations that had no metadata.
    searched: Vec<Attempt>,
}

/// What went wrong.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum JwksFault {
    #[error(transparent)]
    Fetch(#[from] FetchFault),
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(
        "the issuer's metadata names the issuer {found:?}, but {expected:?} is configured; they \
            must be equal byte for byte, including a final slash"
    )]
    OtherIssuer { found: String, expected: String },
    #[error("the issuer's metadata names the JWK Set URL {url:?}: {reason}")]
    JwksUri { url: String, reason: UrlFault },
    #[error(
        "the issuer's metadata names the JWK Set URL {0:?}, an address of this machine or of a \
            private network, which an issuer at a public address must not name"
    )]
    InsideJwksUri(String),
    #[error("the issuer's metadata is not usable: {0}")]
    Metadata(&'static str),
    #[error(
        "the fetch panicked, in a tracing subscriber or because of a bug in Axioms; see the panic \
            message on stderr"
    )]
    Panicked,
    #[error(
        "the thread of a fetch does not end: something that it calls hangs, such as a tracing \
            subscriber or a metrics recorder; a thread dump shows where `axioms-fetch` hangs"
    )]
    Hung,
    #[error("no thread could be started ({0}): raise the limit on threads of this process or container")]
    NoThread(String),
}

/// A request for metadata to one location.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) location: String,
    pub(crate) reply: Reply,
}

/// The answer of a location.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// The issuer's metadata, which names this JWK Set URL.
    Metadata(String),
    /// Another document, such as the page of a web application that answers every path.
    Other,
    Failed(JwksError),
}

impl JwksError {
    /// A fault in the document served at `url`.
    pub(crate) fn at(url: &str, fault: impl Into<JwksFault>) -> Self {
        Self { target: Some(Target::direct(url)), ..Self::from(fault.into()) }
    }

    /// Adds the locations that had no metadata.
    pub(crate) fn after(self, attempts: &[Attempt]) -> Self {
        let target = self.target.as_ref().map(|target| target.url.as_str());
        let others =
            attempts.iter().filter(|attempt| Some(without_credentials(&attempt.location).as_str()) != target);
        Self { searched: others.cloned().collect(), ..self }
    }
}

/// A fault that is not in an answer.
impl From<JwksFault> for JwksError {
    fn from(fault: JwksFault) -> Self {
        Self { fault: Box::new(fault), target: None, searched: Vec::new() }
    }
}

impl From<FetchError> for JwksError {
    fn from(error: FetchError) -> Self {
        let FetchError { fault, target } = error;
        Self { target: Some(target), ..Self::from(JwksFault::Fetch(*fault)) }
    }
}

impl JwksFault {
    /// Whether the issuer has metadata, but it names no usable URL of keys.
    pub(crate) fn is_of_metadata(&self) -> bool {
        matches!(
            self,
            Self::OtherIssuer { .. } | Self::JwksUri { .. } | Self::InsideJwksUri(_) | Self::Metadata(_)
        )
    }

    /// The status of an answer without a document.
    pub(super) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Fetch(FetchFault::Status(status)) => Some(*status),
            _ => None,
        }
    }
}

impl fmt::Display for JwksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(target) = &self.target {
            write!(f, "{target}: ")?;
        }
        self.fault.fmt(f)?;
        for (index, attempt) in self.searched.iter().enumerate() {
            let introduction = if index == 0 { "; no metadata was found:" } else { "," };
            write!(f, "{introduction} {attempt}")?;
        }
        Ok(())
    }
}

impl std::error::Error for JwksError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.fault.source()
    }
}

impl fmt::Display for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Metadata(_) => f.write_str("200, the issuer's metadata"),
            Self::Other => f.write_str("200, but no issuer metadata"),
            Self::Failed(error) => match error.fault.status() {
                Some(status) => status.fmt(f),
                None => error.fault.fmt(f),
            },
        }
    }
}

impl fmt::Display for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", without_credentials(&self.location), self.reply)
    }
}
