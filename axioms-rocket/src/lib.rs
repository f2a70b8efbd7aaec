//! Axioms for Rocket: guards routes with OAuth2 and OpenID Connect access tokens.
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod check;
mod fairing;
mod guard;
mod mount;
mod record;
mod response;

#[doc(hidden)]
pub use axioms_core::__private;
#[cfg(feature = "testing")]
pub use axioms_core::testing;
pub use axioms_core::{
    Algorithm, ClaimError, ConfigError, Denied, HasPolicy, InvalidToken, Owned, Policy, Refusal,
    RefusalCause, Validator, ValidatorBuilder,
};
pub use axioms_macros::requires_rocket as requires;
pub use fairing::ValidatorFairing;
pub use guard::{AccessToken, Authorized, OptionalAccessToken};
pub use mount::require;
pub use response::Refused;
