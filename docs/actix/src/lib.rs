//! Axioms for actix-web 4.

#![forbid(unsafe_code)]

mod extract;
mod guards;
mod head;
mod refused;

pub use axioms_actix_macros::{Owned, requires, requires_token};
pub use axioms_core::*;
pub use extract::{AccessToken, Authorized, OptionalAccessToken};
pub use guards::guards;
pub use refused::Refused;
