//! The core of Axioms: validates OAuth2 and OpenID Connect access tokens (RFC 9068, RFC 7519)
//! against an issuer's JWK Set, and authorizes requests by policy. It depends on no web framework
//! and no async runtime.
//!
//! For axum, Rocket, warp and Tower services, use the crates `axioms-axum`, `axioms-rocket`,
//! `axioms-warp` and `axioms-tower`; each re-exports this crate. Any other server calls a
//! [`Validator`]:
//!
//! ```no_run
//! use axioms_core::http::{Request, Response};
//! use axioms_core::{HasPolicy, Validator, policy};
//!
//! policy! {
//!     /// May read messages.
//!     Readers(any_scopes = ["read:messages"]);
//! }
//!
//! fn messages(validator: &Validator, request: &Request<()>) -> Response<String> {
//!     match validator.authorize(request, Readers::POLICY) {
//!         Ok(token) => {
//!             let subject = token.as_ref().and_then(|token| token.subject());
//!             Response::new(format!("messages of {}", subject.unwrap_or("a service")))
//!         }
//!         Err(refusal) => refusal.into(),
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let validator = Validator::from_env()?; // AXIOMS_ISS_URL and AXIOMS_AUDIENCE
//! # Ok(())
//! # }
//! ```
//!
//! | you want to | look at |
//! |---|---|
//! | configure | [`ValidatorBuilder`], [`Issuer`], [`Provider`], [`BuildError`] |
//! | check a request or a token | [`Validator`], [`RequestHead`], [`AccessToken`] |
//! | state what a route requires | [`requires`](macro@requires), [`policy!`], [`Policy`], [`Requirement`] |
//! | state who owns a resource | [`Owned`](trait@Owned), [`AccessToken::require_owner`] |
//! | inspect or reformat a refusal | [`Refusal`], [`RefusalCause`], [`Challenge`] |
//! | operate it | [`Validator::health`], [`Validator::stats`] |
//! | write an adapter | [`RequestHeaders`], [`Refusal::headers`] |

#![cfg_attr(docsrs, feature(doc_cfg))]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod clock;
mod config;
mod crypto;
mod decision;
#[cfg(feature = "doctor")]
pub mod diagnosis;
mod fetch;
#[cfg(fuzzing)]
#[doc(hidden)]
pub mod fuzzing;
mod health;
mod jose;
mod json;
mod jwks;
mod metrics;
mod notice;
mod policy;
mod proof;
mod refusal;
mod request;
mod resource_server;
mod stats;
mod text;
mod token;
mod validator;

pub use axioms_macros::{Owned, requires_core as requires};
pub use clock::{Clock, SystemClock};
pub use config::{BuildError, ConfigError, Issuer, KeysError, Problem, Provider, Setting, ValidatorBuilder};
pub use crypto::{Algorithm, Backend, UnknownAlgorithm};
pub use health::{Health, IssuerHealth};
pub use http;
pub use policy::{
    Demand, DemandBuilder, GrantKind, HasPolicy, OneOrMany, Owned, OwnerIssuer, OwnerValue, Policy,
    PolicyBuilder, PolicyError, PolicyErrors, PolicyFault, Quantifier, Requirement, RequirementRef,
    ValuesRef,
};
pub use refusal::{
    Challenge, Claim, DenialReason, Denied, HeaderParameter, InvalidToken, Refusal, RefusalCause, TokenKind,
    TokenPart,
};
pub use request::{BadCredentials, ClientCertificate, Credentials, RequestHead, RequestHeaders, Scheme};
pub use stats::Stats;
pub use token::{AccessToken, ClaimError};
pub use validator::Validator;

/// Only for code that the macros generate; not covered by semantic versioning.
#[doc(hidden)]
pub mod __private {
    pub use crate::policy::constant::{Constant, form};
    pub use crate::policy::{
        Demand, GrantKind, HasPolicy, Owned, OwnerIssuer, OwnerValue, Policy, Quantifier, Requirement,
        check_route_of_get, claims, is_shown_as,
    };
    pub use crate::token::which::{IsOther, Which};
    pub use axioms_macros::policies;

    use crate::{AccessToken, Denied};

    /// The check that `#[requires]` inserts at the start of a plain function.
    #[allow(missing_docs, clippy::missing_errors_doc)]
    pub fn enforce(token: &AccessToken, policy: &'static Policy) -> Result<(), Denied> {
        token.require(policy)
    }
}

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
