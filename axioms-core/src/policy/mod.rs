//! Policies: the demands of a route, as data that is checked against a token's claims.

mod builder;
pub(crate) mod constant;
mod display;
mod error;
mod evaluate;
mod fixed;
mod form;
mod kind;
mod method;
mod named;
mod one_or_many;
mod owned;
mod requirement;
mod view;

use http::Method;

use method::MethodList;

pub use builder::{DemandBuilder, PolicyBuilder};
pub use error::{PolicyError, PolicyErrors, PolicyFault};
pub(crate) use evaluate::Grants;
#[doc(hidden)]
pub use fixed::{check_route_of_get, claims};
pub use kind::{GrantKind, Quantifier};
pub use one_or_many::OneOrMany;
#[doc(hidden)]
pub use owned::is_shown_as;
pub use owned::{Owned, OwnerIssuer, OwnerValue};
pub use requirement::Requirement;
pub use view::{RequirementRef, ValuesRef};

/// The demands of a route on the access token of a request.
///
/// A policy is either one demand for every method, or a demand for each named method and an
/// optional default. A method that is not named has the default demand, or is refused if there is
/// none. A policy is plain data: `#[requires]` generates it as a constant, [`Policy::builder`]
/// creates it at run time, and the two are equivalent.
///
/// # Examples
/// ```
/// use axioms_core::Policy;
///
/// let policy = Policy::builder().any_scopes(["read:messages", "read:data"]).all_roles("admin").build()?;
/// assert_eq!(
///     policy.to_string(),
///     "(any scope of [read:messages, read:data] and all roles of [admin])",
/// );
/// # Ok::<(), axioms_core::PolicyErrors>(())
/// ```
///
/// # Constants
/// [`Policy::new`] and [`Policy::per_method`] create a policy as a constant without a macro, from
/// the constructors of [`Requirement`]. A mistake in it is a compile error.
///
/// # Reading
/// [`Policy::methods`] and [`Policy::default_demand`] list every demand, and [`Requirement::view`]
/// inspects one. A program can use them to generate documentation, to compare policies, or to list
/// the scopes that an API uses:
///
/// ```
/// use std::collections::BTreeSet;
///
/// use axioms_core::{Demand, GrantKind, Policy, Requirement, RequirementRef};
///
/// fn scopes(requirement: &Requirement) -> BTreeSet<&str> {
///     match requirement.view() {
///         RequirementRef::Grants { kind: GrantKind::Scope, values, .. } => values.iter().collect(),
///         RequirementRef::Any(members) | RequirementRef::All(members) => {
///             members.iter().flat_map(scopes).collect()
///         }
///         _ => BTreeSet::new(),
///     }
/// }
///
/// let policy = Policy::builder()
///     .public("GET")
///     .method("PUT", |put| put.any(|any| any.any_scopes("write").all(|all| all.any_scopes("admin").any_roles("staff"))))
///     .default(|other| other.any_scopes("admin"))
///     .build()?;
///
/// let demands = policy.methods().map(|(_, demand)| demand).chain(policy.default_demand());
/// let all: BTreeSet<&str> = demands
///     .filter_map(|demand| match demand {
///         Demand::Token(requirement) => Some(scopes(requirement)),
///         _ => None,
///     })
///     .flatten()
///     .collect();
/// assert_eq!(all, BTreeSet::from(["admin", "write"]));
/// # Ok::<(), axioms_core::PolicyErrors>(())
/// ```
///
/// # JSON
/// A policy implements the traits of [serde](https://serde.rs), so it can be read from a file and
/// written to one. JSON is the reference; other self-describing formats have the same members.
///
/// | written | means |
/// |---|---|
/// | `"any_scopes": "a"`, `"any_scopes": ["a", "b"]` | at least one of these scopes; likewise `any_roles`, `any_permissions` |
/// | `"all_scopes": ["a", "b"]` | every one of these scopes; likewise `all_roles`, `all_permissions` |
/// | `"any": [{...}, {...}]` | at least one of these demands |
/// | `"all": [{...}, {...}]` | every one of these demands |
/// | `{"any_scopes": "a", "any_roles": "b"}` | a demand: its members are joined by AND, in any order |
/// | `"valid_token"` | a demand: a valid token is enough |
/// | `"methods": {"GET": "public", "PUT": {...}}` | the demand of each method, by its name in upper case; only a method can be `"public"` |
/// | `"default": {...}` | the demand of every other method; without it, other methods are refused. `HEAD` has the demand of `GET` |
///
/// A policy is one demand, or an object of `methods` and `default`. Unknown and repeated members,
/// `null`, empty lists and objects, values that no token can contain, methods in lower case, and
/// groups nested deeper than 32 are errors. All errors are reported together, each with its path
/// ([`PolicyError::path`]). A policy that is written and read again is equal to the original.
///
/// ```
/// use axioms_core::Policy;
///
/// let policy: Policy = serde_json::from_str(r#"{
///     "methods": {
///         "GET": "public",
///         "PUT": {"any": [{"any_scopes": ["write", "admin"]}, {"all_roles": "editor"}]}
///     },
///     "default": {"any_scopes": "admin"}
/// }"#)?;
/// assert_eq!(
///     policy.to_string(),
///     "GET: nothing; PUT: (any scope of [write, admin] or all roles of [editor]); any other method: any scope of [admin]",
/// );
///
/// let error = serde_json::from_str::<Policy>(r#"{"methods": {"GET": {"any": [{"any_scope": "read"}]}}}"#).unwrap_err();
/// assert!(error.to_string().starts_with("methods.GET.any[0].any_scope: the member is unknown"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    methods: MethodList,
    /// The demand of every method that is not named; never public.
    default: Option<Demand>,
}

/// The demand of one method.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Demand {
    /// No token is needed. If there is one, it is not checked.
    Public,
    /// A valid token whose claims meet the requirement.
    Token(Requirement),
}

impl Demand {
    /// A valid token with any claims.
    pub const VALID_TOKEN: Self = Self::Token(Requirement::VALID_TOKEN);
}

impl Policy {
    /// Requires a valid access token and nothing more, as a bare `#[requires]` does.
    pub const VALID_TOKEN: Self = Self::new(Requirement::VALID_TOKEN);

    /// Returns a builder for a policy at run time.
    pub fn builder() -> PolicyBuilder {
        PolicyBuilder::new()
    }

    /// Returns the demand for `method`, or `None` if this policy refuses the method.
    ///
    /// A method that is not named has the default demand, if there is one. If `GET` is named and
    /// `HEAD` is not, `HEAD` has the demand of `GET`, because it reveals part of the same answer. A
    /// method that differs from a named method only by case is refused.
    #[must_use]
    pub fn demand(&self, method: &Method) -> Option<&Demand> {
        self.methods
            .of(method)
            .or_else(|| self.default.as_ref().filter(|_| !self.methods.has_in_another_case(method)))
    }

    /// The named methods, each with its demand, in the order in which they were written.
    pub fn methods(&self) -> impl Iterator<Item = (&str, &Demand)> {
        self.methods.iter()
    }

    /// The demand of every method that [`Policy::methods`] does not list; `None` if those methods
    /// are refused. A policy with the same demand for every method lists none.
    #[must_use]
    pub const fn default_demand(&self) -> Option<&Demand> {
        self.default.as_ref()
    }

    /// Whether the policy names this method. A policy that names `GET` also names `HEAD`.
    pub(crate) fn names(&self, method: &Method) -> bool {
        self.methods.of(method).is_some()
    }

    /// Whether the demand depends on the method.
    #[must_use]
    pub const fn differs_by_method(&self) -> bool {
        self.demand_of_every_method().is_none()
    }

    /// The demand that is the same for every method; `None` if the demand depends on the method.
    pub(crate) const fn demand_of_every_method(&self) -> Option<&Demand> {
        if self.methods.is_empty() { self.default.as_ref() } else { None }
    }
}

/// A type that represents a policy. `#[requires]` puts such a type in the handler's signature.
///
/// Implement it to use a guard without the macro:
///
/// ```
/// use axioms_core::{HasPolicy, Policy, Requirement};
///
/// struct Editors;
///
/// impl HasPolicy for Editors {
///     const POLICY: &'static Policy = &Policy::new(Requirement::any_scopes(&["write:data", "edit:data"]));
/// }
/// ```
///
/// [`policy!`](crate::policy!) generates such a type from its demands.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of a policy",
    label = "expected a type that implements `HasPolicy`",
    note = "`policy!` defines such a type"
)]
pub trait HasPolicy {
    /// The policy that the type represents.
    const POLICY: &'static Policy;
}
