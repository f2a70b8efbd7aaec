//! The certificate authorities of an issuer's https.

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use ureq::tls::{Certificate, PemItem, RootCerts, parse_pem};

use super::problem::Problem;
use super::setting::Setting;

/// Those of the PEM text, else the public ones. A file that cannot be read as a whole would be
/// trusted less far than its author thinks.
pub(super) fn roots(pem: Option<&[u8]>) -> Result<RootCerts, Problem> {
    let Some(pem) = pem else { return Ok(RootCerts::WebPki) };
    let (mut certificates, mut broken): (Vec<Certificate<'static>>, usize) = (Vec::new(), 0);
    for item in parse_pem(pem) {
        match item {
            Ok(PemItem::Certificate(certificate)) => certificates.push(certificate),
            Ok(_) => {}
            Err(_) => broken += 1,
        }
    }
    // The client would pass over a certificate that is not one inside.
    let ders = certificates.iter().map(|certificate| CertificateDer::from(certificate.der()));
    broken += RootCertStore::empty().add_parsable_certificates(ders).1;
    let problem = |remedy: String| Err(Problem::missing(Setting::CertificateAuthorities, remedy));
    if broken > 0 {
        problem(format!("{broken} of its PEM blocks cannot be read as a certificate"))
    } else if certificates.is_empty() {
        problem(
            "no certificate in it; it must hold PEM blocks that begin with -----BEGIN CERTIFICATE-----"
                .to_owned(),
        )
    } else {
        Ok(RootCerts::new_with_certs(&certificates))
    }
}
