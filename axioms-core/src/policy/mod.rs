//! What a route demands of an access token: [`Policy`], data that is checked against a token's claims.

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
/// let policy = Policy::builder().any_scopes(["read:messages", "read:data"]).all_roles("admin").build()?;
/// assert_eq!(
///     policy.to_string(),
///     "(any scope of [read:messages, read:data] and all roles of [admin])",
/// );
/// # Ok::<(), axioms_core::PolicyErrors>(())
/// ```
///
/// # Constants
/// [`Policy::new`] and [`Policy::per_method`] write a policy as a constant without a macro, by the constructors of
/// [`Requirement`]. What is wrong with it is a compile error.
///
/// # Reading
/// [`Policy::methods`] and [`Policy::default_demand`] list every demand, and [`Requirement::view`] opens one. This is how a
/// program renders documentation, compares policies, or lists the scopes that an API asks for:
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
/// By [serde](https://serde.rs), a policy is read from a file, and written to one. JSON is the reference; other formats that
/// describe themselves have the same members.
///
/// | written | means |
/// |---|---|
/// | `"any_scopes": "a"`, `"any_scopes": ["a", "b"]` | at least one of these scopes; likewise `any_roles`, `any_permissions` |
/// | `"all_scopes": ["a", "b"]` | every one of these scopes; likewise `all_roles`, `all_permissions` |
/// | `"any": [{...}, {...}]` | at least one of these demands |
/// | `"all": [{...}, {...}]` | every one of these demands |
/// | `{"any_scopes": "a", "any_roles": "b"}` | a demand: its members are joined by AND, whatever their order |
/// | `"valid_token"` | a demand: a valid token is enough |
/// | `"methods": {"GET": "public", "PUT": {...}}` | what each method demands, by its name in upper case; only a method can be `"public"` |
/// | `"default": {...}` | what every method demands that is not named; without it, these are refused. `HEAD` falls under `GET` |
///
/// A policy is one demand, or an object of `methods` and `default`. Unknown and repeated members, `null`, empty lists and
/// objects, a value that no token can hold, methods in lower case, and groups nested deeper than 32 are errors. All are reported at once, each by its path
/// ([`PolicyError::path`]). Reading what was written gives an equal policy.
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
/// assert!(error.to_string().starts_with("methods.GET.any[0].any_scope: no member has this name here"));
/// # Ok::<(), serde_json::Error>(())
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
    /// named, since it answers with what `GET` would reveal. A method that differs from a named one by its case alone is
    /// refused.
    #[must_use]
    pub fn demand(&self, method: &Method) -> Option<&Demand> {
        self.methods
            .of(method)
            .or_else(|| self.default.as_ref().filter(|_| !self.methods.has_in_another_case(method)))
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
/// use axioms_core::{HasPolicy, Policy, Requirement};
///
/// struct Editors;
///
/// impl HasPolicy for Editors {
///     const POLICY: &'static Policy = &Policy::new(Requirement::any_scopes(&["write:data", "edit:data"]));
/// }
/// ```
///
/// [`policy!`](crate::policy!) writes such a type from the demands alone.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not the type of a policy",
    label = "expected a type that implements `HasPolicy`",
    note = "`policy!` defines such a type"
)]
pub trait HasPolicy {
    /// The policy that the type stands for.
    const POLICY: &'static Policy;
}
