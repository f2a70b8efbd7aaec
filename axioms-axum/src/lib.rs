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
//!     .build_async()
//!     .await?;
//! let app = Router::new().route("/messages", get(messages)).layer(ValidatorLayer::new(validator));
//! axum::serve(tokio::net::TcpListener::bind("127.0.0.1:8000").await?, app).await?;
//! # Ok(())
//! # }
//! ```
//!
//! - [`requires`] puts an [`Authorized`] guard in front of a handler's arguments, so that it answers before any other
//!   extractor and before the body is read. The handler need not name the token. Write it above axum's
//!   `#[debug_handler]`, which checks the arguments that it finds.
//! - [`state`] takes the validator from the router's state in place of a layer: a forgotten one does not compile.
//! - [`AccessToken`] and `Option<AccessToken>` are extractors; the second is `None` only where no credentials were
//!   sent, and refuses bad ones.
//! - [`Claims`] is the token's claims as a type of the program.
//! - [`RequireLayer`] guards a part of a router by a [`Policy`].
//! - [`Owner`] loads an object and checks its owner before the handler runs; [`OwnerOrSafe`] for unsafe methods alone.
//! - [`Refused`] is every refusal as a response, and the one error that a program's own error type must take.
//! - [`requires_token`] guards a plain function that takes a token.
//!
//! A token is verified once for each request: the guards after the first take it from the request, as long as the
//! `Authorization` header is the one that it was read from. A middleware that changes the header has the request checked
//! again.
//!
//! # Guarding a part of a router
//! `Router::route_layer` puts a guard before the routes that are there, and leaves unknown paths alone. `Router::layer`
//! covers the fallback too: on a router that is merged into another one, every unknown path then answers 401, and so do
//! paths such as `/.well-known/...` that other parts of the program do not serve.
//!
//! ```
//! use axioms_axum::{Policy, RequireLayer, Validator, ValidatorLayer};
//! use axum::{Router, routing::get};
//!
//! # fn router(validator: Validator) -> Result<Router, Box<dyn std::error::Error>> {
//! let admin = Router::new()
//!     .route("/metrics", get(|| async { "42" }))
//!     .route_layer(RequireLayer::new(Policy::builder().any_roles(["admin"]).build()?));
//! let app = Router::new()
//!     .route("/health", get(|| async { "up" }))
//!     .merge(admin)
//!     .layer(ValidatorLayer::new(validator));
//! # Ok(app)
//! # }
//! ```
//!
//! A middleware function with [`requires`] does the same, with the policy checked while the program compiles:
//!
//! ```
//! use axioms_axum::requires;
//! use axum::extract::Request;
//! use axum::middleware::{Next, from_fn};
//! use axum::response::Response;
//! use axum::{Router, routing::get};
//!
//! #[requires(any_roles = "admin")]
//! async fn admins(request: Request, next: Next) -> Response {
//!     next.run(request).await
//! }
//!
//! # let router: Router =
//! Router::new().route("/metrics", get(|| async { "42" })).route_layer(from_fn(admins))
//! # ;
//! ```
//!
//! A guard decides by the method that it sees. A middleware that changes a request's method must be outside the guard.
//!
//! # Browsers
//! A CORS preflight is an `OPTIONS` request without a token, and no method passes a guard without one. Put the CORS layer
//! outside, so after the others; it answers preflights, and lets scripts read the challenge of a refusal:
//!
//! ```
//! use axioms_axum::{Validator, ValidatorLayer};
//! use axum::Router;
//! use axum::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
//! use axum::http::Method;
//! use tower_http::cors::CorsLayer;
//!
//! # fn app(router: Router, validator: Validator) -> Router {
//! let cors = CorsLayer::new()
//!     .allow_origin(HeaderValue::from_static("https://app.example.com"))
//!     .allow_methods([Method::GET, Method::POST])
//!     .allow_headers([AUTHORIZATION])
//!     .expose_headers([WWW_AUTHENTICATE]);
//! router.layer(ValidatorLayer::new(validator)).layer(cors)
//! # }
//! ```
//!
//! # Answering refusals in your own way
//! The response to a refused request carries the [`Refusal`] in its extensions, whether a handler's guard, a layer or the
//! handler itself refused. One middleware renders them all:
//!
//! ```
//! use axioms_axum::Refusal;
//! use axum::body::Body;
//! use axum::http::header::{CONTENT_TYPE, HeaderValue};
//! use axum::response::Response;
//!
//! async fn render(mut response: Response) -> Response {
//!     if let Some(refusal) = response.extensions().get::<Refusal>() {
//!         *response.body_mut() = Body::from(format!("<h1>{}</h1>", refusal.error_description()));
//!         response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
//!     }
//!     response
//! }
//!
//! # let router: axum::Router = axum::Router::new()
//! # .layer(axum::middleware::map_response(render));
//! ```
//!
//! It says why the server refused and grants nothing: a handler that puts one into its own response changes only how that
//! response is rendered.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod claims;
mod guard;
mod layer;
mod owner;
mod response;
pub mod state;
mod token;

/// All of core, so that a program needs no dependency on it beside this crate. What has a name of its own here, such as
/// [`AccessToken`] and [`requires`](macro@requires), takes the place of core's.
pub use axioms_core::*;
pub use axioms_macros::{
    OwnedAxum as Owned, requires_axum as requires, requires_token_axum as requires_token,
};
pub use axioms_tower::{RequireLayer, access_token};
pub use claims::Claims;
pub use guard::Authorized;
pub use layer::ValidatorLayer;
pub use owner::{Owner, OwnerOrSafe, OwnerRejection};
pub use response::Refused;
pub use token::AccessToken;

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
