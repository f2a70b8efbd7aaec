//! Axioms for warp: guards filters and handlers with OAuth2 and OpenID Connect access tokens.
//!
//! State on each handler what the token must grant, mount it after [`authorized`], and answer
//! refusals with [`recover()`]:
//!
//! ```no_run
//! use axioms_warp::{AccessToken, Validator, authorized, authorized_with_token, recover, requires};
//! use std::convert::Infallible;
//! use warp::{Filter, Reply};
//!
//! #[requires(any_scopes = ["read:messages"])]
//! async fn messages() -> Result<impl Reply, Infallible> {
//!     Ok("messages")
//! }
//!
//! #[requires(any_scopes = ["write:messages"])]
//! async fn post(token: AccessToken, message: String) -> Result<impl Reply, Infallible> {
//!     Ok(format!("{} wrote {message}", token.subject().unwrap_or("a service")))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let validator = Validator::builder()
//!     .audience("https://api.example.com")
//!     .issuer("https://issuer.example.com")
//!     .build_async()
//!     .await?;
//! let messages = warp::path!("messages")
//!     .and(warp::get())
//!     .and(authorized(&validator))
//!     .and_then(messages);
//! let post = warp::path!("messages")
//!     .and(warp::post())
//!     .and(authorized_with_token(&validator))
//!     .and(warp::body::json())
//!     .and_then(post);
//! warp::serve(messages.or(post).recover(recover)).run(([127, 0, 0, 1], 8000)).await;
//! # Ok(())
//! # }
//! ```
//!
//! - [`requires`] inserts an [`Authorized`] guard as the handler's first argument, and
//!   [`authorized`] extracts it. If the handler takes the token, mount it after
//!   [`authorized_with_token`].
//! - [`access_token`] and [`optional_access_token`] extract the token without a policy. The second
//!   is `None` only if the request has no credentials, and refuses bad credentials.
//! - [`claims`] extracts the token's claims as a type of the program.
//! - [`require`] guards a whole tree of filters with a [`Policy`].
//! - [`Refused`] is every refusal as a rejection, as a reply and as a handler's error.
//! - [`recover()`] and [`recover_with`] answer rejections that are refusals.
//!
//! # The order of filters
//! Put path and method first, then the guard, then everything else. warp runs filters from left to
//! right, so the guard then refuses a request before its query is parsed or its body is read, and
//! only if the route matches.
//!
//! # Refusals are rejections
//! warp tries the next route after a rejection, and answers an unrecovered rejection with 500. So
//! put [`recover()`] after all routes. If a later route would match the same request, also put it
//! on the guarded route, which makes its refusals final.
//!
//! # Several issuers, several resources
//! Several issuers of one resource belong to one validator:
//! [`add_issuer`](axioms_core::ValidatorBuilder::add_issuer). Several resources of one program,
//! each with its own audience and issuers, need one validator each. Pass each filter the validator
//! of its resource:
//!
//! ```
//! # use axioms_warp::{Validator, access_token, recover};
//! # use warp::Filter;
//! # fn routes(customers: &Validator, employees: &Validator) {
//! let messages = warp::path!("messages").and(access_token(customers)).map(|_| "yours");
//! let metrics = warp::path!("internal" / "metrics").and(access_token(employees)).map(|_| "42");
//! let routes = messages.or(metrics).recover(recover);
//! # let _ = routes;
//! # }
//! ```
//!
//! The path decides which guard runs, so put the path before the guard.
//!
//! # Browsers on other origins
//! Put CORS outside the guards. It then answers preflights, which have no token, and allows scripts
//! to read the challenge:
//!
//! ```
//! # use axioms_warp::{Validator, access_token, recover};
//! # use warp::Filter;
//! # fn routes(validator: &Validator) {
//! let cors = warp::cors()
//!     .allow_origin("https://app.example.com")
//!     .allow_methods(["GET", "POST"])
//!     .allow_headers(["authorization", "content-type"])
//!     .expose_header("www-authenticate");
//! let account = warp::path!("account").and(access_token(validator)).map(|_| "yours");
//! let routes = account.recover(recover).with(cors);
//! # let _ = routes;
//! # }
//! ```
//!
//! # Refused uploads
//! A client that is refused while it is still sending a large body may lose the answer with the
//! connection. warp's own server cannot read the rest of the body. To do so, run the routes as a
//! Tower service inside a [`ValidatorLayer`]:
//!
//! ```no_run
//! use axioms_warp::{Validator, ValidatorLayer, access_token, recover};
//! use hyper_util::rt::{TokioExecutor, TokioIo};
//! use hyper_util::server::conn::auto;
//! use hyper_util::service::TowerToHyperService;
//! use tower::Layer;
//! use warp::Filter;
//!
//! # async fn serve(validator: Validator) -> std::io::Result<()> {
//! let routes = warp::path!("account").and(access_token(&validator)).map(|_| "yours".to_owned()).recover(recover);
//! let service = ValidatorLayer::new(validator).layer(warp::service(routes));
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
//! # Ownership
//! Load the resource, then check its owner. A handler that returns [`Refused`] and is mounted with
//! `then` can use `?`. A filter can check the owner before the handler runs:
//!
//! ```
//! use axioms_warp::{AccessToken, Owned, Refused, Validator, access_token, authorized_with_token, requires};
//! use warp::http::StatusCode;
//! use warp::{Filter, Rejection};
//!
//! #[derive(Owned)]
//! struct Article {
//!     #[owner]
//!     author: String,
//! }
//!
//! async fn load(id: u32) -> Option<Article> {
//!     // From the database.
//! #   Some(Article { author: format!("author of {id}") })
//! }
//!
//! #[requires(any_scopes = "write:articles")]
//! async fn edit(token: AccessToken, id: u32) -> Result<StatusCode, Refused> {
//!     let Some(article) = load(id).await else { return Ok(StatusCode::NOT_FOUND) };
//!     token.require_owner(&article)?;
//!     Ok(StatusCode::NO_CONTENT)
//! }
//!
//! async fn own_article(token: AccessToken, id: u32) -> Result<Article, Rejection> {
//!     let article = load(id).await.ok_or_else(warp::reject::not_found)?;
//!     token.require_owner(&article).map_err(Refused::from)?;
//!     Ok(article)
//! }
//!
//! # fn routes(validator: &Validator) {
//! let edit = warp::path!("articles" / ..)
//!     .and(warp::put())
//!     .and(authorized_with_token(validator))
//!     .and(warp::path!(u32))
//!     .then(edit);
//! let publish = warp::path!("publish" / ..)
//!     .and(access_token(validator))
//!     .and(warp::path!(u32))
//!     .and_then(own_article)
//!     .map(|article: Article| format!("published {}", article.author));
//! # let _ = edit.or(publish).recover(axioms_warp::recover);
//! # }
//! ```
//!
//! # Custom responses to refusals
//! [`recover_with`] renders rejections. If a handler returns [`Refused`] as a reply, the
//! [`Refusal`] is in the response's extensions, where a later filter can read it.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod guard;
mod recover;
mod request;
mod require;
mod response;
mod token;

/// Re-exports all of axioms-core, so a program needs no dependency on it. Items defined here, such
/// as [`requires`](macro@requires), shadow those of core.
pub use axioms_core::*;
pub use axioms_macros::{
    OwnedWarp as Owned, requires_token_warp as requires_token, requires_warp as requires,
};
pub use axioms_tower::ValidatorLayer;
pub use guard::{Authorized, authorized, authorized_with_token};
pub use recover::{recover, recover_with};
pub use require::require;
pub use response::Refused;
pub use token::{access_token, claims, optional_access_token};

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
