//! The private certificate authority of the run, and the files in which servers and APIs find what they need of it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axioms_testing::CertificateAuthority;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

use super::Result;

pub(super) struct Tls {
    authority: String,
    folder: PathBuf,
}

impl Tls {
    /// A new authority, and a certificate of it for servers on loopback.
    pub(super) fn make(folder: &Path) -> Result<Self> {
        let authority = CertificateAuthority::new();
        let server = authority.issue();
        fs::create_dir_all(folder)?;
        let tls = Self { authority: authority.pem(), folder: folder.to_owned() };
        fs::write(tls.authority_file(), &tls.authority)?;
        fs::write(tls.certificate_file(), server.pem())?;
        fs::write(tls.key_file(), server.key_pem())?;
        Ok(tls)
    }

    /// What `AXIOMS_CA_FILE` names.
    pub(super) fn authority_file(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    pub(super) fn certificate_file(&self) -> PathBuf {
        self.folder.join("server.pem")
    }

    pub(super) fn key_file(&self) -> PathBuf {
        self.folder.join("server.key")
    }

    /// How a client trusts the authority, and nobody else.
    pub(super) fn client(&self) -> Result<TlsConfig> {
        let authority = Certificate::from_pem(self.authority.as_bytes())?;
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let roots = RootCerts::new_with_certs(&[authority]);
        Ok(TlsConfig::builder().root_certs(roots).unversioned_rustls_crypto_provider(provider).build())
    }
}
