//! Axioms for axum: guards handlers and routers with OAuth2 and OpenID Connect access tokens.
//!
//! Install a [`Validator`] with a [`ValidatorLayer`], then say on each handler what its token must grant:
//!
//! ```no_run
//! use axioms_axum::{AccessToken, Validator, ValidatorLayer, requires};
//! use axum::{Router, routing::get};
//!
//! #[requires(any_scopes = ["read:messages"])]
//! async fn messages(token: AccessToken) -> String {
//!     format!("messages of {}", token.subject().unwrap_or("a service"))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let validator = Validator::builder()
//!     .audience("https://api.example.com")
//!     .issuer("https://issuer.example.com")
//!     .build()?;
//! let app = Router::new().route("/messages", get(messages)).layer(ValidatorLayer::new(validator));
//! axum::serve(tokio::net::TcpListener::bind("127.0.0.1:8000").await?, app).await?;
//! # Ok(())
//! # }
//! ```
//!
//! - [`requires`] puts an [`Authorized`] guard in front of a handler's arguments, so that it answers before any other
//!   extractor and before the body is read. The handler need not name the token. It stands above axum's
//!   `#[debug_handler]`, which checks the arguments that it finds.
//! - [`AccessToken`] and `Option<AccessToken>` are extractors; the second is `None` only where no credentials were
//!   sent, and refuses bad ones.
//! - [`RequireLayer`] guards a whole router by a [`Policy`].
//! - [`Owner`] loads an object and checks its owner before the handler runs; [`OwnerOrSafe`] for unsafe methods alone.
//! - [`Refused`] is every refusal as a response; in handlers, `?` makes one of [`Denied`] and [`Refusal`].
//!
//! # Answering refusals in your own way
//! A refusal's response carries the [`Refusal`] in its extensions:
//!
//! ```
//! use axioms_axum::Refusal;
//! use axum::response::{IntoResponse, Response};
//!
//! async fn render(response: Response) -> Response {
//!     match response.extensions().get::<Refusal>() {
//!         Some(refusal) => {
//!             let page = format!("<h1>{}</h1>", refusal.description());
//!             (refusal.status(), refusal.headers(), page).into_response()
//!         }
//!         None => response,
//!     }
//! }
//!
//! # let router: axum::Router = axum::Router::new()
//! # .layer(axum::middleware::map_response(render));
//! ```

#![forbid(unsafe_code)]
#![deny(missing_docs)]

/// The code on the pages for users compiles.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../../README.md")]
    struct Readme;

    #[doc = include_str!("../../docs/observability.md")]
    struct Observability;

    #[doc = include_str!("../../docs/migrating-from-python.md")]
    struct MigratingFromPython;
}

mod guard;
mod layer;
mod owner;
mod response;

#[doc(hidden)]
pub use axioms_core::__private;
pub use axioms_core::policy::{DemandBuilder, Owned, PolicyBuilder};
#[cfg(feature = "testing")]
pub use axioms_core::testing;
pub use axioms_core::{
    Algorithm, Backend, BadCredentials, ClaimError, ConfigError, Denied, HasPolicy, Health, InvalidToken,
    IssuerHealth, Policy, PolicyErrors, Provider, Refusal, RefusalCause, Stats, Validator, ValidatorBuilder,
};
pub use axioms_macros::{OwnedAxum as Owned, requires_axum as requires};
pub use guard::{AccessToken, Authorized};
pub use layer::{Require, RequireLayer, ValidatorLayer, WithValidator};
pub use owner::{Owner, OwnerOrSafe, OwnerRejection};
pub use response::Refused;
