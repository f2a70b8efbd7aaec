//! Axioms for Rocket: guards routes with OAuth2 and OpenID Connect access tokens.
//!
//! Attach a [`ValidatorFairing`], then state on each route what the token must grant:
//!
//! ```no_run
//! use axioms_rocket::{AccessToken, Validator, ValidatorFairing, requires};
//! use rocket::{get, routes};
//!
//! #[requires(any_scopes = ["read:messages"])]
//! #[get("/messages")]
//! fn messages(token: AccessToken) -> String {
//!     format!("messages of {}", token.subject().unwrap_or("a service"))
//! }
//!
//! #[rocket::main]
//! async fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let validator = Validator::builder()
//!         .audience("https://api.example.com")
//!         .issuer("https://issuer.example.com")
//!         .build_async()
//!         .await?;
//!     rocket::build().attach(ValidatorFairing::new(validator)).mount("/", routes![messages]).launch().await?;
//!     Ok(())
//! }
//! ```
//!
//! - [`requires`] goes above `#[get]` and the other route attributes, on `async` and other
//!   functions. It inserts an [`Authorized`] guard before the other guards, so a refused request is
//!   answered before they run, before path and query are parsed, and before a data guard reads the
//!   body. The token need not be an argument.
//! - [`AccessToken`] is a request guard, and so is [`OptionalAccessToken`], which is empty only if
//!   the request has no credentials, and refuses bad credentials. Use it instead of
//!   `Option<AccessToken>`.
//! - [`Claims`] is a request guard for the token's claims as a type of the program.
//! - [`require`] guards all routes of a mount with a [`Policy`].
//! - [`Owner`] loads a resource and checks its owner before the handler runs; [`OwnerOrSafe`]
//!   checks the owner only for unsafe methods.
//! - [`Refused`] is every refusal as a response and as a guard's error. In handlers, `?` converts
//!   [`Denied`] and [`Refusal`] into it.
//! - [`ValidatorFairing`] answers refused requests instead of Rocket's catchers, and
//!   [`render`](ValidatorFairing::render) customizes the answers. Several resources in one rocket
//!   need [one fairing each](ValidatorFairing#several-resources).
//!
//! # Ownership
//! After loading a resource, a handler checks whether the token's subject owns it:
//!
//! ```
//! use std::collections::HashMap;
//!
//! use axioms_rocket::{AccessToken, Owned, Refused, requires};
//! use rocket::{State, get};
//!
//! #[derive(Owned)]
//! struct Article {
//!     text: String,
//!     #[owner]
//!     author: String,
//! }
//!
//! #[requires(any_scopes = "read:articles")]
//! #[get("/articles/<id>")]
//! fn article(
//!     id: u64,
//!     token: AccessToken,
//!     articles: &State<HashMap<u64, Article>>,
//! ) -> Result<Option<String>, Refused> {
//!     let Some(article) = articles.get(&id) else { return Ok(None) };
//!     token.require_owner(article)?;
//!     Ok(Some(article.text.clone()))
//! }
//! ```
//!
//! # Several issuers, several resources
//! Several issuers of one resource belong to one validator:
//! [`add_issuer`](axioms_core::ValidatorBuilder::add_issuer). Several resources of one rocket, each
//! with its own audience and issuers, need one validator and one fairing each: see
//! [`ValidatorFairing::at`].
//!
//! # Browsers on other origins
//! Let a CORS fairing, such as that of `rocket_cors`, answer preflights. They have no token, and
//! guards refuse `OPTIONS` without a token. Configure it to expose `WWW-Authenticate`, so that
//! scripts can read the challenge. Headers that a fairing adds to the response of a refused request
//! are kept.
//!
//! # Optional tokens
//! Use [`OptionalAccessToken`] on routes with optional tokens. Rocket's `Option<AccessToken>` is
//! `None` for bad credentials too: the handler then runs, and its response is replaced by the
//! refusal.
//!
//! # Header values
//! Rocket drops header values that are not UTF-8 before guards run, so an `Authorization` header
//! with such a value counts as absent.

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod check;
mod claims;
mod fairing;
mod guard;
mod installed;
mod mount;
mod owner;
mod record;
mod response;
mod token;
mod upload;

/// Re-exports all of axioms-core, so a program needs no dependency on it. Items defined here, such
/// as [`requires`](macro@requires), shadow those of core.
pub use axioms_core::*;
pub use axioms_macros::{
    OwnedRocket as Owned, requires_rocket as requires, requires_token_rocket as requires_token,
};
pub use claims::Claims;
pub use fairing::ValidatorFairing;
pub use guard::Authorized;
pub use mount::require;
pub use owner::{Owner, OwnerOrSafe, OwnerRejection};
pub use response::Refused;
pub use token::{AccessToken, OptionalAccessToken};

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
