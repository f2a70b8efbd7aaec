//! Which servers the client trusts over https.

use std::sync::Arc;

use memchr::memmem;
use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

/// The trusted certificate authorities and the TLS implementation.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    pub(crate) roots: RootCerts,
    /// The TLS implementation; without it, only http works.
    pub(crate) crypto: Option<Arc<CryptoProvider>>,
}

/// Why a PEM text does not contain usable certificate authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadAuthorities {
    #[error("{0} of its PEM blocks cannot be read as a certificate")]
    Unreadable(usize),
    #[error(
        "it contains no certificate; PEM blocks that begin with -----BEGIN CERTIFICATE----- are \
            expected"
    )]
    Missing,
}

/// Returns the authorities of a PEM text, or the public ones without a text. A partly readable text
/// is refused, because fewer authorities would be trusted than its author expects.
pub(crate) fn authorities(pem: Option<&[u8]>) -> Result<RootCerts, BadAuthorities> {
    let Some(pem) = pem else { return Ok(RootCerts::WebPki) };
    // Some editors add a byte order mark, after which the reader does not find the first block.
    let pem = pem.strip_prefix(b"\xef\xbb\xbf").unwrap_or(pem);
    let (mut certificates, mut unreadable): (Vec<Certificate<'static>>, usize) = (Vec::new(), 0);
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => unreadable += 1,
        }
    }
    // The reader silently skips a block that is indented, or that has another label, such as
    // OpenSSL's TRUSTED CERTIFICATE. Each block has two marks, at its begin and at its end.
    let skipped = marks(pem).div_ceil(2).saturating_sub(certificates.len());
    // The client would silently skip a PEM block that is not a valid certificate.
    let ders = certificates.iter().map(|certificate| CertificateDer::from(certificate.der()));
    unreadable = unreadable.max(skipped) + RootCertStore::empty().add_parsable_certificates(ders).1;
    if unreadable > 0 {
        Err(BadAuthorities::Unreadable(unreadable))
    } else if certificates.is_empty() {
        Err(BadAuthorities::Missing)
    } else {
        Ok(RootCerts::new_with_certs(&certificates))
    }
}

/// How many marks begin or end a certificate block of any kind. In a bundle, `#` makes a line a
/// comment, by which a certificate can be taken out.
fn marks(pem: &[u8]) -> usize {
    let lines = pem.split(|byte| matches!(byte, b'\n' | b'\r'));
    let lines = lines.filter(|line| !line.trim_ascii_start().starts_with(b"#"));
    lines.map(|line| memmem::find_iter(line, b"CERTIFICATE-----").count()).sum()
}
