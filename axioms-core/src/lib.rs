//! The core of Axioms.

#![forbid(unsafe_code)]
#![deny(missing_docs)]

pub mod clock;
mod crypto;
pub mod policy;
#[cfg(feature = "testing")]
pub mod testing;
pub use clock::{Clock, SystemClock};
pub use crypto::{Algorithm, UnknownAlgorithm};
pub use http;
pub use policy::{HasPolicy, Owned, Policy, PolicyErrors};

/// For the output of the macros only; not covered by semantic versioning.
#[doc(hidden)]
pub mod __private {
    pub use crate::policy::emitted::{every_method, per_method};
    pub use crate::policy::requirement_emitted::{claims, group};
    pub use crate::policy::{Demand, HasPolicy, Kind, Owned, OwnerValue, Policy, Quantifier, Requirement};
    pub use http::Method;
}
