//! What a route demands of an access token: [`Policy`], data that is checked against a token's claims.

mod builder;
mod display;
mod evaluate;
mod method;
mod owned;
#[cfg(feature = "doctor")]
mod parts;
mod requirement;
pub(crate) mod value;
mod view;

use http::Method;

use method::MethodList;

pub use builder::{DemandBuilder, PolicyBuilder, PolicyErrors};
pub(crate) use evaluate::Grants;
#[doc(hidden)]
pub use owned::is_shown_as;
pub use owned::{Owned, OwnerIssuer, OwnerValue};
pub(crate) use requirement::emitted as requirement_emitted;
pub use requirement::{GrantKind, Quantifier, Requirement};
pub use view::{RequirementRef, ValuesRef};

/// What a route demands of a request's access token.
///
/// A policy is one demand for every method, or one for each of several methods. A method that it does not name falls under
/// its default demand; where it has none, the method is refused. It is plain data: `#[requires]` writes it as a constant,
/// [`Policy::builder`] makes it at run time, and both mean the same.
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
pub struct Policy {
    methods: MethodList,
    /// Of each method that is not named; never public.
    default: Option<Demand>,
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
    pub const VALID_TOKEN: Self = Self::Token(Requirement::VALID_TOKEN);
}

impl Policy {
    /// Demands a valid access token and nothing more: what a bare `#[requires]` means.
    pub const VALID_TOKEN: Self = Self::of_every_method(Requirement::VALID_TOKEN);

    const fn of_every_method(requirement: Requirement) -> Self {
        Self { methods: MethodList::NONE, default: Some(Demand::Token(requirement)) }
    }

    /// Starts a policy that is built at run time.
    #[must_use]
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::default()
    }

    /// The demand for `method`, or `None` if this policy refuses the method.
    ///
    /// A method that is not named has the default demand, if there is one. `HEAD` falls under `GET` where only that is
    /// named, since it answers with what `GET` would reveal.
    #[must_use]
    pub fn demand(&self, method: &Method) -> Option<&Demand> {
        self.methods.of(method).or(self.default.as_ref())
    }

    /// The methods that are named, each with its demand, in the order in which the policy was written.
    pub fn methods(&self) -> impl Iterator<Item = (&str, &Demand)> {
        self.methods.iter()
    }

    /// The demand of every method that [`Policy::methods`] does not name; `None` if these are refused. A policy that demands
    /// the same of every method names none.
    #[must_use]
    pub const fn default_demand(&self) -> Option<&Demand> {
        self.default.as_ref()
    }

    /// Whether the policy says of this very method what it demands. `HEAD` is named where `GET` is.
    pub(crate) fn names(&self, method: &Method) -> bool {
        self.methods.of(method).is_some()
    }

    /// Whether the demand depends on the method.
    #[must_use]
    pub const fn differs_by_method(&self) -> bool {
        self.demand_of_every_method().is_none()
    }

    /// The demand, if it is the same for every method.
    pub(crate) const fn demand_of_every_method(&self) -> Option<&Demand> {
        if self.methods.is_empty() { self.default.as_ref() } else { None }
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
    #![allow(clippy::panic, missing_docs)] // Evaluated by the compiler alone.

    use super::{Demand, MethodList, Policy, Requirement, method};

    #[must_use]
    pub const fn every_method(requirement: Requirement) -> Policy {
        Policy::of_every_method(requirement)
    }

    /// # Panics
    /// While the program compiles, when nothing is named, a name is not one of a method or is there twice, or the default
    /// is public.
    #[must_use]
    pub const fn per_method(methods: &'static [(&'static str, Demand)], default: Option<Demand>) -> Policy {
        assert!(
            !methods.is_empty() || default.is_some(),
            "#[requires]: a policy that names no method and has no default refuses every request; name a method"
        );
        assert!(
            !matches!(default, Some(Demand::Public)),
            "#[requires]: the default is never public; name each method that is"
        );
        let mut rest = methods;
        while let [(name, _), tail @ ..] = rest {
            assert!(
                method::fault(name).is_none(),
                "#[requires]: a method is one token in upper case, as in \"GET\" or \"PROPFIND\" (RFC 9110, section 9.1)"
            );
            let mut others = tail;
            while let [(other, _), tail @ ..] = others {
                assert!(
                    !method::same(name, other),
                    "#[requires]: a method has two demands; join them in one"
                );
                others = tail;
            }
            rest = tail;
        }
        Policy { methods: MethodList::Static(methods), default }
    }
}
