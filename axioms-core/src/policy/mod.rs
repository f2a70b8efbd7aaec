//! What a route demands of an access token: [`Policy`], data that is checked against a token's claims.

mod builder;
mod evaluate;
mod owned;
#[cfg(feature = "doctor")]
mod parts;
mod requirement;
pub(crate) mod value;

use std::borrow::Cow;
use std::fmt;

use http::Method;

pub use builder::{DemandBuilder, PolicyBuilder, PolicyErrors};
pub(crate) use evaluate::Grants;
#[doc(hidden)]
pub use owned::is_shown_as;
pub use owned::{Owned, OwnerIssuer, OwnerValue};
pub(crate) use requirement::emitted as requirement_emitted;
pub use requirement::{Kind, Quantifier, Requirement};

/// What a route demands of a request's access token.
///
/// A policy is one demand for every method, or one for each of several methods, in which case a method that it
/// does not name is refused. It is plain data: `#[requires]` writes it as a constant, [`Policy::builder`] makes
/// it at run time, and both mean the same.
///
/// # Examples
/// ```
/// use axioms_core::Policy;
///
/// let policy = Policy::builder().any_scopes(["read:messages", "read:data"]).all_roles(["admin"]).build()?;
/// assert_eq!(
///     policy.to_string(),
///     "(any scope of [read:messages, read:data] and all roles of [admin])",
/// );
/// # Ok::<(), axioms_core::PolicyErrors>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy(Rules);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Rules {
    EveryMethod(Demand),
    PerMethod(Cow<'static, [(Method, Demand)]>),
}

/// What one method demands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Demand {
    /// No token is needed, and none is looked at.
    Public,
    /// A valid token whose claims meet the requirement.
    Token(Requirement),
}

impl Demand {
    /// A valid token, whatever its claims.
    pub const VALID_TOKEN: Self = Self::Token(Requirement::NOTHING_MORE);
}

impl Policy {
    /// Demands a valid access token and nothing more: what a bare `#[requires]` means.
    pub const VALID_TOKEN: Self = Self(Rules::EveryMethod(Demand::VALID_TOKEN));

    /// Starts a policy that is built at run time.
    #[must_use]
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::default()
    }

    /// The demand for `method`, or `None` if this policy refuses the method. `HEAD` falls under `GET` where it
    /// has no demand of its own, since it answers with what `GET` would reveal.
    #[must_use]
    pub fn demand(&self, method: &Method) -> Option<&Demand> {
        match &self.0 {
            Rules::EveryMethod(demand) => Some(demand),
            Rules::PerMethod(rules) => named(rules, method),
        }
    }

    /// Whether the policy says of this very method what it demands. `HEAD` is named where `GET` is.
    pub(crate) fn names(&self, method: &Method) -> bool {
        match &self.0 {
            Rules::EveryMethod(_) => false,
            Rules::PerMethod(rules) => named(rules, method).is_some(),
        }
    }

    /// Whether each method has a demand of its own.
    #[must_use]
    pub const fn differs_by_method(&self) -> bool {
        matches!(self.0, Rules::PerMethod(_))
    }

    /// The demand, if it is the same for every method.
    pub(crate) fn demand_of_every_method(&self) -> Option<&Demand> {
        match &self.0 {
            Rules::EveryMethod(demand) => Some(demand),
            Rules::PerMethod(_) => None,
        }
    }
}

fn named<'p>(rules: &'p [(Method, Demand)], method: &Method) -> Option<&'p Demand> {
    let of = |wanted: &Method| rules.iter().find(|(named, _)| named == wanted).map(|(_, demand)| demand);
    of(method).or_else(|| if method == Method::HEAD { of(&Method::GET) } else { None })
}

impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Rules::EveryMethod(demand) => demand.fmt(f),
            Rules::PerMethod(rules) => {
                for (n, (method, demand)) in rules.iter().enumerate() {
                    write!(f, "{}{method}: {demand}", if n == 0 { "" } else { "; " })?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Demand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("nothing"),
            Self::Token(requirement) => requirement.fmt(f),
        }
    }
}

/// A type that stands for a policy: what `#[requires]` puts in a handler's signature.
///
/// Implement it by hand to use a guard without the macro:
///
/// ```
/// use axioms_core::{HasPolicy, Policy};
///
/// struct Authenticated;
///
/// impl HasPolicy for Authenticated {
///     const POLICY: &'static Policy = &Policy::VALID_TOKEN;
/// }
/// ```
pub trait HasPolicy {
    /// The policy that the type stands for.
    const POLICY: &'static Policy;
}

/// What is wrong with one part of a policy that a program tried to build.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PolicyError {
    /// A list of values was empty, and so would demand nothing, or everything.
    #[error("{quantifier}_{kind}s was given no value; name at least one {kind}, or drop the call")]
    NoValues {
        /// The kind of claim: scope, role or permission.
        kind: &'static str,
        /// `any` or `all`.
        quantifier: &'static str,
    },
    /// A value cannot stand in a token, so no token could ever hold it.
    #[error("the {kind} {value:?} cannot be granted: {fault}")]
    BadValue {
        /// The kind of claim: scope, role or permission.
        kind: &'static str,
        /// The value as given.
        value: String,
        /// What is wrong with it.
        fault: &'static str,
    },
    /// An any/all group had no member.
    #[error("the {quantifier} group is empty; add a demand to it, or drop it")]
    EmptyGroup {
        /// `any` or `all`.
        quantifier: &'static str,
    },
    /// A method was given two demands.
    #[error("{0} has two demands; join them in one")]
    MethodTwice(Method),
    /// Demands for every method stand beside demands per method.
    #[error(
        "a policy is either one demand for every method or one demand per method; move the shared demands into each method"
    )]
    MixedMethods,
    /// A method is public and yet demands something.
    #[error("{0} is public and demands claims of a token at once; drop one of the two")]
    PublicWithDemands(Method),
}

/// Constructors for the output of `#[requires]`.
pub(crate) mod emitted {
    #![allow(missing_docs)]

    use super::{Cow, Demand, Method, Policy, Requirement, Rules};

    #[must_use]
    pub const fn every_method(requirement: Requirement) -> Policy {
        Policy(Rules::EveryMethod(Demand::Token(requirement)))
    }

    #[must_use]
    pub const fn per_method(rules: &'static [(Method, Demand)]) -> Policy {
        Policy(Rules::PerMethod(Cow::Borrowed(rules)))
    }
}
