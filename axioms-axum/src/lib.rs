//! Axioms for axum: guards handlers and routers with OAuth2 and OpenID Connect access tokens.
//!
//! Install a [`Validator`] with a [`ValidatorLayer`], then state on each handler what the token
//! must grant:
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
//! - [`requires`] inserts an [`Authorized`] guard as the handler's first argument, so a refused
//!   request is answered before any other extractor runs and before the body is read. The token
//!   need not be an argument. Write it above axum's `#[debug_handler]`, which checks the arguments.
//! - [`state`] uses the validator in the router's state instead of a layer. A missing validator is
//!   then a compile error.
//! - [`AccessToken`] and `Option<AccessToken>` are extractors. The second is `None` only if the
//!   request has no credentials, and refuses bad credentials.
//! - [`Claims`] extracts the token's claims as a type of the program.
//! - [`RequireLayer`] guards a part of a router with a [`Policy`].
//! - [`Owner`] loads a resource and checks its owner before the handler runs; [`OwnerOrSafe`]
//!   checks the owner only for unsafe methods.
//! - [`Refused`] is every refusal as a response. It is the only error that a program's own error
//!   type must convert from.
//! - [`requires_token`] guards a plain function that takes a token.
//!
//! A token is verified once per request: later guards reuse it as long as the `Authorization`
//! header is unchanged. If a middleware changes the header, the request is checked again.
//!
//! # Guarding a part of a router
//! `Router::route_layer` guards only the existing routes, and unknown paths still answer 404.
//! `Router::layer` also covers the fallback: if the router is merged into another one, every
//! unknown path then answers 401, including paths such as `/.well-known/...`.
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
//! A middleware function with [`requires`] does the same, with a policy that is checked at compile
//! time:
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
//! A guard uses the method that it sees, so a middleware that changes the method must be outside
//! the guard.
//!
//! # Browsers
//! A CORS preflight is an `OPTIONS` request without a token, so a guard refuses it. Put the CORS
//! layer outside the guards, which means adding it last. It then answers preflights, and allows
//! scripts to read the challenge of a refusal:
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
//! # Custom responses to refusals
//! The response to a refused request has the [`Refusal`] in its extensions, whether a guard, a
//! layer or the handler itself refused. One middleware can render all of them:
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
//! The extension only states why the server refused; it grants nothing. A handler that inserts one
//! into its own response only changes how that response is rendered.

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

/// Re-exports all of axioms-core, so a program needs no dependency on it. Items defined here, such
/// as [`AccessToken`] and [`requires`](macro@requires), shadow those of core.
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
