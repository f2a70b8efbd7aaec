//! Why an issuer's keys are unavailable, and where they were looked for.

use std::fmt;

use http::StatusCode;

use crate::fetch::url::{UrlFault, without_credentials};
use crate::fetch::{Asked, FetchError, FetchFault};
use crate::jose::document::DocumentError;

/// Why an issuer's keys are unavailable, and where they were looked for. Text for a log: it names what to look at.
#[derive(Debug, Clone)]
pub(crate) struct JwksError {
    pub(crate) fault: Box<JwksFault>,
    /// `None` where no answer is to blame.
    asked: Option<Asked>,
    /// Where metadata was looked for in vain before.
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
        "the issuer's metadata names the issuer {found:?}, and {expected:?} is configured; they must be equal byte for byte, a final slash included"
    )]
    OtherIssuer { found: String, expected: String },
    #[error("the issuer's metadata names the JWK Set URL {url:?}: {reason}")]
    JwksUri { url: String, reason: UrlFault },
    #[error(
        "the issuer's metadata names the JWK Set URL {0:?}, an address of this machine or of a private network, which an issuer at a public address must not"
    )]
    InsideJwksUri(String),
    #[error("the issuer's metadata is not usable: {0}")]
    Metadata(&'static str),
    #[error(
        "the fetch panicked, in a tracing subscriber that it calls or by a bug of Axioms; stderr has the message of the panic"
    )]
    Panicked,
    #[error(
        "the thread of a fetch does not end: something that it calls hangs, such as a tracing subscriber or a metrics recorder; a thread dump shows what `axioms-fetch` waits for"
    )]
    Hung,
    #[error("no thread could be started ({0}): raise the limit on threads of this process or container")]
    NoThread(String),
}

/// A location that was asked for metadata.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) location: String,
    pub(crate) reply: Reply,
}

/// What a location answered.
#[derive(Debug, Clone)]
pub(crate) enum Reply {
    /// The issuer's metadata, which names this JWK Set URL.
    Metadata(String),
    /// Another document, as where a web application answers every path with its page.
    Other,
    Failed(JwksError),
}

impl JwksError {
    /// What a document is found to hold that `url` has served.
    pub(crate) fn at(url: &str, fault: impl Into<JwksFault>) -> Self {
        Self { asked: Some(Asked::directly(url)), ..Self::from(fault.into()) }
    }

    /// The same after a search for metadata that found none in these places.
    pub(crate) fn after(self, attempts: &[Attempt]) -> Self {
        let asked = self.asked.as_ref().map(|asked| asked.url.as_str());
        let others =
            attempts.iter().filter(|attempt| Some(without_credentials(&attempt.location).as_str()) != asked);
        Self { searched: others.cloned().collect(), ..self }
    }
}

/// A fault that no answer is to blame for.
impl From<JwksFault> for JwksError {
    fn from(fault: JwksFault) -> Self {
        Self { fault: Box::new(fault), asked: None, searched: Vec::new() }
    }
}

impl From<FetchError> for JwksError {
    fn from(error: FetchError) -> Self {
        let FetchError { fault, asked } = error;
        Self { asked: Some(asked), ..Self::from(JwksFault::Fetch(*fault)) }
    }
}

impl JwksFault {
    /// Whether the issuer's metadata is there, and no keys can be taken on its advice.
    pub(crate) fn is_of_metadata(&self) -> bool {
        matches!(
            self,
            Self::OtherIssuer { .. } | Self::JwksUri { .. } | Self::InsideJwksUri(_) | Self::Metadata(_)
        )
    }

    /// The status that was answered in place of a document.
    pub(super) fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Fetch(FetchFault::Status(status)) => Some(*status),
            _ => None,
        }
    }
}

impl fmt::Display for JwksError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(asked) = &self.asked {
            write!(f, "{asked}: ")?;
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
