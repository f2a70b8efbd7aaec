//! Axioms for Tower: layers that guard any HTTP service with OAuth2 and OpenID Connect access
//! tokens.
//!
//! They work with every server that runs Tower services of [`http`] requests: hyper, tonic, axum
//! and others. For axum, use `axioms-axum`, which builds on this crate and adds extractors and
//! `#[requires]`.
//!
//! A [`ValidatorLayer`] installs a [`Validator`], a [`RequireLayer`] inside it enforces a
//! [`Policy`], and the service gets the token with [`access_token`]. For example, with hyper:
//!
//! ```no_run
//! use std::convert::Infallible;
//!
//! use axioms_tower::http::{Request, Response};
//! use axioms_tower::{Policy, RequireLayer, Validator, ValidatorLayer, access_token};
//! use http_body_util::Full;
//! use hyper::body::Bytes;
//! use hyper_util::rt::{TokioExecutor, TokioIo};
//! use hyper_util::server::conn::auto;
//! use hyper_util::service::TowerToHyperService;
//! use tower::{ServiceBuilder, service_fn};
//!
//! async fn whoami<B>(request: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
//!     let token = access_token(request.extensions());
//!     let subject = token.and_then(|token| token.subject());
//!     Ok(Response::new(Full::from(subject.unwrap_or("a service").to_owned())))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let validator = Validator::builder()
//!     .audience("https://api.example.com")
//!     .issuer("https://issuer.example.com")
//!     .build_async()
//!     .await?;
//! let service = ServiceBuilder::new()
//!     .layer(ValidatorLayer::new(validator))
//!     .layer(RequireLayer::new(Policy::builder().any_scopes(["read:profile"]).build()?))
//!     .service(service_fn(whoami));
//!
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:8000").await?;
//! loop {
//!     let (stream, _) = listener.accept().await?;
//!     let service = TowerToHyperService::new(service.clone());
//!     tokio::spawn(async move {
//!         let server = auto::Builder::new(TokioExecutor::new());
//!         drop(server.serve_connection(TokioIo::new(stream), service).await);
//!     });
//! }
//! # }
//! ```
//!
//! In a `ServiceBuilder`, the first layer is the outermost. Put a CORS layer, which answers
//! preflights, first, then the [`ValidatorLayer`], then the [`RequireLayer`].
//!
//! A service that authorizes requests itself, and a framework's extractors, call [`authenticate`],
//! [`authenticate_if_present`] and [`authorize`]. [`response`] converts a [`Refusal`] into a
//! response.
//!
//! A client that is refused while it sends a large body sees the answer: see [`ValidatorLayer`].

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod body;
mod guard;
mod installed;
mod require_layer;
mod response;
mod upload;
mod validator_layer;

/// Re-exports all of axioms-core, so a program needs no dependency on it.
pub use axioms_core::*;
pub use body::HeldBody;
pub use guard::{authenticate, authenticate_if_present, authorize};
pub use installed::{access_token, install};
pub use require_layer::{Require, RequireLayer};
pub use response::response;
pub use validator_layer::{ResponseFuture, ValidatorLayer, WithValidator};

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
