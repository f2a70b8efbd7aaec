//! TLS errors, and what to do about them.

use rustls::{CertificateError, InvalidMessage};

/// What is wrong with the server's TLS or with ours. `Display` formats it for logs, as for
/// [`FetchError`](crate::fetch::FetchError).
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub(crate) enum TlsFault {
    #[error(
        "https needs TLS, but this program is built without it: enable the feature `aws-lc-rs` or \
            `graviola`, or install a provider with rustls::crypto::CryptoProvider::install_default \
            before the validator is built"
    )]
    Missing,
    #[error(
        "the server's certificate is not signed by an authority that is trusted here; if it is the \
            right server, put the certificate of its private authority into \
            certificate_authorities (AXIOMS_CA_FILE, a PEM file)"
    )]
    UnknownAuthority,
    #[error(
        "the server's certificate has expired, and must be renewed there; or the clock of this \
            machine is ahead"
    )]
    Expired,
    #[error("the server's certificate is not valid yet; is the clock of this machine behind?")]
    NotYetValid,
    #[error(
        "the server's certificate is for {presented}, not for {expected}, the host of the URL; use a \
            URL with a host that it is for, or have it issued for this host too"
    )]
    OtherHost { expected: String, presented: String },
    #[error(
        "the server's certificate is that of an authority itself, as `openssl req -x509` makes it; \
            the server needs its own certificate, signed by the authority"
    )]
    AuthorityItself,
    #[error("the server's certificate is not accepted: {0}")]
    Certificate(CertificateError),
    #[error("the server does not speak TLS: is this the port of its plain http?")]
    NoTls,
    #[error("the TLS handshake failed: {0}")]
    Handshake(#[source] rustls::Error),
}

impl From<&rustls::Error> for TlsFault {
    fn from(error: &rustls::Error) -> Self {
        match error {
            rustls::Error::InvalidCertificate(reason) => reason.into(),
            rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType) => Self::NoTls,
            other => Self::Handshake(other.clone()),
        }
    }
}

impl From<&CertificateError> for TlsFault {
    fn from(reason: &CertificateError) -> Self {
        match reason {
            // A bad signature comes from another authority with the same name, for example one that
            // was created again.
            CertificateError::UnknownIssuer | CertificateError::BadSignature => Self::UnknownAuthority,
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => Self::NotYetValid,
            CertificateError::NotValidForNameContext { expected, presented } => {
                let presented =
                    if presented.is_empty() { "no host".to_owned() } else { presented.join(", ") };
                Self::OtherHost { expected: expected.to_str().into_owned(), presented }
            }
            // The verifier's error is available only as text.
            CertificateError::Other(error) if error.to_string().contains("CaUsedAsEndEntity") => {
                Self::AuthorityItself
            }
            other => Self::Certificate(other.clone()),
        }
    }
}
