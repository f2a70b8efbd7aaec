//! The error of a fetch, with the URL.

use std::fmt;
use std::io;
use std::sync::Arc;

use http::StatusCode;

use super::limits::DEADLINE;
use super::proxy::ProxyFault;
use super::url;
use crate::crypto::tls::TlsFault;

/// Why a document could not be fetched, and from where. `Display` formats it for logs.
#[derive(Debug, Clone)]
pub(crate) struct FetchError {
    pub(crate) fault: Box<FetchFault>,
    pub(crate) target: Target,
}

/// The URL of a request and its proxy, as messages show them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Target {
    /// Without user name, password, query and fragment.
    pub(crate) url: String,
    /// `None` if there is no proxy, or if none was chosen yet.
    pub(super) proxy: Option<String>,
}

/// What went wrong.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum FetchFault {
    #[error("no complete answer within {} s", DEADLINE.as_secs())]
    Deadline,
    #[error("the answer is longer than 256 KiB")]
    TooLarge,
    #[error("the answer is {0}; a JSON document in UTF-8 is expected, without a Content-Encoding")]
    Unreadable(&'static str),
    #[error("the answer is {0}; 200 is expected, and redirects are not followed")]
    Status(StatusCode),
    #[error("the request failed: {0}")]
    Connection(#[source] Arc<io::Error>),
    #[error("the request failed: {0}")]
    Http(#[source] Arc<ureq::Error>),
    #[error(transparent)]
    Tls(#[from] TlsFault),
    #[error(transparent)]
    Proxy(#[from] ProxyFault),
}

impl FetchError {
    pub(super) fn new(target: Target, fault: FetchFault) -> Self {
        Self { fault: Box::new(fault), target }
    }
}

impl Target {
    /// Creates a target without a proxy, or before one is chosen.
    pub(crate) fn direct(url: &str) -> Self {
        Self { url: url::without_credentials(url), proxy: None }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.url)?;
        match &self.proxy {
            Some(proxy) => write!(f, " (through the proxy {proxy})"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for FetchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.target, self.fault)
    }
}

impl std::error::Error for FetchError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.fault.source()
    }
}

impl From<ureq::Error> for FetchFault {
    fn from(error: ureq::Error) -> Self {
        if let Some(fault) = tls_fault(&error) {
            return Self::Tls(fault);
        }
        match error {
            ureq::Error::Timeout(_) => Self::Deadline,
            ureq::Error::Io(error) if error.kind() == io::ErrorKind::TimedOut => Self::Deadline,
            ureq::Error::Io(error) => Self::Connection(Arc::new(error)),
            other => Self::Http(Arc::new(other)),
        }
    }
}

/// The TLS fault in an error of the client, if it is one.
fn tls_fault(error: &ureq::Error) -> Option<TlsFault> {
    match error {
        ureq::Error::Rustls(error) => Some(error.into()),
        ureq::Error::Io(error) => {
            let inner: &(dyn std::error::Error + 'static) = io::Error::get_ref(error)?;
            inner.downcast_ref::<rustls::Error>().map(Into::into)
        }
        _ => None,
    }
}
