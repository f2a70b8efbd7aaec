//! Which servers the client may talk to over https.

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::CertificateDer;
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

/// How the client knows a server that it may talk to.
#[derive(Debug, Clone)]
pub(crate) struct Trust {
    pub(crate) roots: RootCerts,
    /// What TLS is made of; without it there is only http.
    pub(crate) crypto: Option<Arc<CryptoProvider>>,
}

/// Why a PEM text is not one of certificate authorities.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadAuthorities {
    #[error("{0} of its PEM blocks cannot be read as a certificate")]
    Unreadable(usize),
    #[error("no certificate in it; it must hold PEM blocks that begin with -----BEGIN CERTIFICATE-----")]
    Missing,
}

/// The authorities of a PEM text, else the public ones. A text that cannot be read as a whole would be trusted less far
/// than its author thinks.
pub(crate) fn authorities(pem: Option<&[u8]>) -> Result<RootCerts, BadAuthorities> {
    let Some(pem) = pem else { return Ok(RootCerts::WebPki) };
    let (mut certificates, mut unreadable): (Vec<Certificate<'static>>, usize) = (Vec::new(), 0);
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => unreadable += 1,
        }
    }
    // The client would pass over a certificate that is not one inside.
    let ders = certificates.iter().map(|certificate| CertificateDer::from(certificate.der()));
    unreadable += RootCertStore::empty().add_parsable_certificates(ders).1;
    if unreadable > 0 {
        Err(BadAuthorities::Unreadable(unreadable))
    } else if certificates.is_empty() {
        Err(BadAuthorities::Missing)
    } else {
        Ok(RootCerts::new_with_certs(&certificates))
    }
}
