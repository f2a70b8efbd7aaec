//! A private certificate authority and the server certificates that it signs.

use std::fmt;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivatePkcs8KeyDer};

/// The names and addresses that [`TestIssuer`](super::TestIssuer) listens on.
const LOOPBACK: [&str; 2] = ["localhost", "127.0.0.1"];

/// A certificate authority that no client trusts by default, for tests of an https issuer with a
/// private certificate.
///
/// Certificates are checked with the machine's clock, not with a [`TestClock`](super::TestClock).
/// All authorities have the same name, but different keys.
///
/// # Examples
/// ```
/// use axioms_core::Validator;
/// use axioms_testing::{AUDIENCE, CertificateAuthority, TestIssuer};
///
/// let authority = CertificateAuthority::new();
/// let issuer = TestIssuer::builder().tls(&authority.issue()).start();
/// let validator = Validator::builder()
///     .issuer(issuer.url())
///     .audience(AUDIENCE)
///     .certificate_authorities(authority.pem())
///     .build()?;
/// assert!(validator.validate(&issuer.token().sign()).is_ok());
/// # Ok::<(), axioms_core::BuildError>(())
/// ```
pub struct CertificateAuthority(CertifiedIssuer<'static, KeyPair>);

impl CertificateAuthority {
    /// Creates an authority with a new key.
    ///
    /// # Panics
    /// If the machine has no random numbers.
    #[must_use]
    #[allow(clippy::new_without_default, reason = "each authority has its own key, so there is no default")]
    pub fn new() -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        authority.distinguished_name.push(DnType::CommonName, "Axioms test authority");
        let issuer = CertifiedIssuer::self_signed(authority, new_key());
        Self(issuer.expect("an authority may sign its own certificate"))
    }

    /// The authority's certificate in PEM: for
    /// [`ValidatorBuilder::certificate_authorities`](axioms_core::ValidatorBuilder::certificate_authorities),
    /// or for a file that `AXIOMS_CA_FILE` names.
    #[must_use]
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Issues a certificate for a server on loopback, with the name `localhost` and the address
    /// 127.0.0.1.
    #[must_use]
    pub fn issue(&self) -> ServerCertificate {
        self.sign(&params(&LOOPBACK))
    }

    /// Issues a certificate for a server with these names or addresses.
    ///
    /// # Panics
    /// If a name is not ASCII.
    #[must_use]
    pub fn issue_for(&self, hosts: &[&str]) -> ServerCertificate {
        self.sign(&params(hosts))
    }

    /// Issues an expired certificate for a server on loopback.
    #[must_use]
    pub fn issue_expired(&self) -> ServerCertificate {
        let mut expired = params(&LOOPBACK);
        expired.not_after = date_time_ymd(2020, 1, 1);
        self.sign(&expired)
    }

    fn sign(&self, params: &CertificateParams) -> ServerCertificate {
        let key = new_key();
        let certificate = params.signed_by(&key, &self.0).expect("an authority may sign any certificate");
        ServerCertificate { certificate, key }
    }
}

impl fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CertificateAuthority").finish_non_exhaustive()
    }
}

fn params(hosts: &[&str]) -> CertificateParams {
    let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    let mut server = CertificateParams::new(hosts).expect("the name of a server is ASCII");
    server.distinguished_name.push(DnType::CommonName, "Axioms test server");
    server.use_authority_key_identifier_extension = true;
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server
}

/// On P-256, which every TLS library supports.
fn new_key() -> KeyPair {
    KeyPair::generate().expect("AWS-LC makes an EC key")
}

/// A server's certificate and its private key, from [`CertificateAuthority::issue`].
///
/// # Examples
/// A certificate that expires while the issuer runs:
/// ```
/// use axioms_core::Algorithm;
/// use axioms_testing::{CertificateAuthority, TestIssuer};
///
/// let authority = CertificateAuthority::new();
/// let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).tls(&authority.issue()).start();
/// issuer.present(&authority.issue_expired());
/// ```
pub struct ServerCertificate {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl ServerCertificate {
    /// Creates a self-signed certificate for a server on loopback that is also an authority, as
    /// `openssl req -x509` does. rustls clients never accept it from a server.
    ///
    /// # Panics
    /// As [`CertificateAuthority::new`].
    #[must_use]
    pub fn self_signed() -> Self {
        let mut own = params(&LOOPBACK);
        own.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = new_key();
        let certificate = own.self_signed(&key).expect("an authority may sign its own certificate");
        Self { certificate, key }
    }

    /// The certificate in PEM.
    #[must_use]
    pub fn pem(&self) -> String {
        self.certificate.pem()
    }

    /// The private key in PEM (PKCS #8), for other servers.
    #[must_use]
    pub fn key_pem(&self) -> String {
        self.key.serialize_pem()
    }

    /// The TLS configuration of the test issuer.
    pub(super) fn server_config(&self) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let chain: Vec<CertificateDer<'static>> = vec![self.certificate.der().clone()];
        let key = PrivatePkcs8KeyDer::from(self.key.serialize_der());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("AWS-LC has the cipher suites of TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(chain, key.into())
            .expect("the key was made for the certificate");
        Arc::new(config)
    }
}

impl fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerCertificate").finish_non_exhaustive()
    }
}
