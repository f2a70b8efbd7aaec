//! Axioms for warp: guards filters and handlers with OAuth2 and OpenID Connect access tokens.
//!
//! Say on each handler what its token must grant, mount it behind [`authorized`], and answer refusals with
//! [`recover()`]:
//!
//! ```no_run
//! use axioms_warp::{AccessToken, Validator, access_token, authorized, recover, requires};
//! use std::convert::Infallible;
//! use warp::{Filter, Reply};
//!
//! #[requires(any_scopes = ["read:messages"])]
//! async fn messages(token: AccessToken) -> Result<impl Reply, Infallible> {
//!     Ok(format!("messages of {}", token.subject().unwrap_or("a service")))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let validator = Validator::builder()
//!     .audience("https://api.example.com")
//!     .issuer("https://issuer.example.com")
//!     .build()?;
//! let messages = warp::path!("messages")
//!     .and(warp::get())
//!     .and(authorized(&validator))
//!     .and(access_token(&validator))
//!     .and_then(messages);
//! let health = warp::path!("health").map(|| "up");
//! warp::serve(messages.or(health).recover(recover)).run(([127, 0, 0, 1], 8000)).await;
//! # Ok(())
//! # }
//! ```

#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod guard;
mod recover;
mod request;
mod require;
mod response;
mod token;

#[doc(hidden)]
pub use axioms_core::__private;
#[cfg(feature = "testing")]
pub use axioms_core::testing;
pub use axioms_core::{
    AccessToken, Algorithm, ClaimError, ConfigError, Denied, HasPolicy, InvalidToken, Owned, Policy, Refusal,
    RefusalCause, Validator, ValidatorBuilder,
};
pub use axioms_macros::requires_warp as requires;
pub use guard::{Authorized, authorized, authorized_with_token};
pub use recover::{recover, recover_with};
pub use require::require;
pub use response::Refused;
pub use token::{access_token, optional_access_token};
