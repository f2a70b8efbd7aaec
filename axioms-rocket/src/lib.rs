//! Axioms for Rocket: guards routes with OAuth2 and OpenID Connect access tokens.
//!
//! Attach a [`ValidatorFairing`], then say on each route what its token must grant:
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
//! - [`requires`] goes above `#[get]` and its kin, on `async` functions and others, and puts an
//!   [`Authorized`] guard in front of the other guards: it answers before them, before path and
//!   query are parsed, and before a data guard reads the body. The handler need not name the token.
//! - [`AccessToken`] is a request guard; so is [`OptionalAccessToken`], which is empty only where
//!   no credentials were sent, and refuses bad ones. Use it in place of `Option<AccessToken>`.
//! - [`Claims`] is the token's claims as a type of the program.
//! - [`require`] guards all routes of a mount by a [`Policy`].
//! - [`Owner`] loads an object and checks its owner before the handler runs; [`OwnerOrSafe`] for
//!   unsafe methods alone.
//! - [`Refused`] is every refusal as a response and as the error of a guard; in handlers, `?` makes
//!   one of [`Denied`] and [`Refusal`].
//! - [`ValidatorFairing`] answers refused requests in the place of Rocket's catchers, and
//!   [`render`](ValidatorFairing::render) changes how. Several resources in one rocket have
//!   [one each](ValidatorFairing#several-resources).
//!
//! # Whose object is it
//! A handler that has loaded an object asks whether the token's subject owns it:
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
//! Issuers of one resource belong to one validator:
//! [`add_issuer`](axioms_core::ValidatorBuilder::add_issuer). Resources of one rocket, each with
//! its own audience and issuers, have a validator and a fairing each: see [`ValidatorFairing::at`].
//!
//! # Browsers on other origins
//! Let a CORS fairing, such as that of `rocket_cors`, answer preflights, which carry no token: no
//! guard lets `OPTIONS` pass without one. Have it expose `WWW-Authenticate`, so that scripts can
//! read the challenge. The headers that a fairing adds to a refused request's response are kept.
//!
//! # Optional tokens
//! Use [`OptionalAccessToken`] on routes that are open to guests. Rocket's own
//! `Option<AccessToken>` is `None` for bad credentials too: the handler then runs, and the client
//! gets the refusal in place of what it answered.
//!
//! # Header values
//! Rocket drops header values that are not UTF-8 before any guard sees them. An `Authorization`
//! header with such a value counts as absent.

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

/// All of core, so that a program needs no dependency on it beside this crate. What has a name of
/// its own here, such as [`requires`](macro@requires), takes the place of core's.
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
