//! What a route demands of an access token: [`Policy`], data that is checked against a token's claims.

mod builder;
pub(crate) mod constant;
mod display;
mod error;
mod evaluate;
mod fixed;
mod method;
mod one_or_many;
mod owned;
mod requirement;
mod view;

use http::Method;

use method::MethodList;

pub use builder::{DemandBuilder, PolicyBuilder};
pub use error::{PolicyError, PolicyErrors, PolicyFault};
pub(crate) use evaluate::Grants;
pub(crate) use fixed::emitted;
pub use one_or_many::OneOrMany;
#[doc(hidden)]
pub use owned::is_shown_as;
pub use owned::{Owned, OwnerIssuer, OwnerValue};
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
    pub const VALID_TOKEN: Self = Self::new(Requirement::VALID_TOKEN);

    /// Starts a policy that is built at run time.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::new()
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
