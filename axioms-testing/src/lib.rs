//! Access tokens and an in-process authorization server, for tests and demonstrations.
//!
//! - [`access_token`] creates a token without an issuer: as the
//!   [`AccessToken`](axioms_core::AccessToken) that a handler takes, or as the text that a client
//!   sends. [`jwks`] is the key set that verifies it.
//! - [`TestIssuer`] serves metadata and its key set over loopback HTTP, issues tokens with
//!   [`TokenBuilder`], rotates its keys, and simulates failures. With the feature `tls` it also
//!   serves https, with a certificate of a private `CertificateAuthority`.
//! - [`TestClock`] is a clock that the test sets.
//! - [`RawRequest`] sends requests that ordinary HTTP clients refuse to send.
//!
//! Keys, signatures and sockets are real, and so is the validator that checks the tokens. Functions
//! panic with an explanation if a test misuses them, so that tests stay short.
//!
//! # Examples
//! ```
//! use axioms_core::Algorithm;
//! use axioms_testing::{RawRequest, TestIssuer};
//!
//! let issuer = TestIssuer::builder().algorithms([Algorithm::ES256]).start();
//! let token = issuer.token().subject("alice").scopes(["read:messages"]).sign();
//!
//! let key_set = RawRequest::get("/.well-known/jwks.json").send(issuer.address())?;
//! assert_eq!(key_set.status(), 200);
//! assert_eq!(issuer.fetches(), 1);
//! # Ok::<(), std::io::Error>(())
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a broken test should stop where it broke, and say what to do"
)]

mod access_token;
mod behaviour;
#[cfg(feature = "tls")]
mod certificates;
mod clock;
pub mod contract;
mod gzip;
mod http_client;
mod issuer;
mod keys;
mod routes;
mod secret;
mod server;
mod state;
mod stream;
mod tokens;
mod wire;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

pub use access_token::{ISSUER, access_token, jwks};
pub use behaviour::{Behaviour, Framing};
#[cfg(feature = "tls")]
pub use certificates::{CertificateAuthority, ServerCertificate};
pub use clock::TestClock;
pub use http_client::RawRequest;
pub use issuer::{Hold, TestIssuer, TestIssuerBuilder};
pub use keys::SigningKey;
pub use routes::Endpoint;
pub use tokens::{AUDIENCE, TokenBuilder};

/// Encodes bytes as a segment of a token: base64url without padding
/// ([RFC 7515 section 2](https://www.rfc-editor.org/rfc/rfc7515#section-2)).
///
/// # Examples
/// A token with a header that no builder would write:
/// ```
/// use axioms_core::Algorithm;
/// use axioms_testing::{SigningKey, base64url};
///
/// let key = SigningKey::generate(Algorithm::ES256);
/// let token = key.sign_segments(&base64url(r#"{"alg":"ES256","alg":"none"}"#), &base64url("{}"));
/// assert_eq!(token.split('.').count(), 3);
/// ```
#[must_use]
pub fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
