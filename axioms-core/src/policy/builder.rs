//! Builds policies at run time.

use std::collections::BTreeSet;

use super::error::{PolicyError, PolicyErrors, PolicyFault};
use super::kind::{GrantKind, Quantifier};
use super::method::{self, MethodList};
use super::one_or_many::OneOrMany;
use super::requirement::Requirement;
use super::{Demand, Policy};

/// Collects the demands of one method, of the default, or of one group. They are joined by AND, and
/// by OR in an `any` group.
///
/// [`PolicyBuilder`] passes an empty one to a closure, which adds demands and returns it. It cannot
/// be created or cloned elsewhere, so no demand can be lost. Problems are collected, and
/// [`PolicyBuilder::build`] reports all of them.
#[derive(Debug)]
#[must_use = "the demands of a dropped builder are lost"]
pub struct DemandBuilder {
    demands: Vec<Requirement>,
    errors: Vec<PolicyError>,
}

impl DemandBuilder {
    pub(super) const fn new() -> Self {
        Self { demands: Vec::new(), errors: Vec::new() }
    }

    /// Requires at least one of these scopes.
    pub fn any_scopes<Form>(self, scopes: impl OneOrMany<Form>) -> Self {
        self.grants(Quantifier::Any, GrantKind::Scope, scopes.owned())
    }

    /// Requires every one of these scopes.
    pub fn all_scopes<Form>(self, scopes: impl OneOrMany<Form>) -> Self {
        self.grants(Quantifier::All, GrantKind::Scope, scopes.owned())
    }

    /// Requires at least one of these roles.
    pub fn any_roles<Form>(self, roles: impl OneOrMany<Form>) -> Self {
        self.grants(Quantifier::Any, GrantKind::Role, roles.owned())
    }

    /// Requires every one of these roles.
    pub fn all_roles<Form>(self, roles: impl OneOrMany<Form>) -> Self {
        self.grants(Quantifier::All, GrantKind::Role, roles.owned())
    }

    /// Requires at least one of these permissions.
    pub fn any_permissions<Form>(self, permissions: impl OneOrMany<Form>) -> Self {
        self.grants(Quantifier::Any, GrantKind::Permission, permissions.owned())
    }

    /// Requires every one of these permissions.
    pub fn all_permissions<Form>(self, permissions: impl OneOrMany<Form>) -> Self {
        self.grants(Quantifier::All, GrantKind::Permission, permissions.owned())
    }

    /// Requires at least one of the demands that `members` adds.
    pub fn any(self, members: impl FnOnce(Self) -> Self) -> Self {
        self.group(Quantifier::Any, members(Self::new()))
    }

    /// Requires every one of the demands that `members` adds.
    pub fn all(self, members: impl FnOnce(Self) -> Self) -> Self {
        self.group(Quantifier::All, members(Self::new()))
    }

    /// Adds the demand of `policy`, which must not differ by method.
    pub fn policy(self, policy: &Policy) -> Self {
        self.add(match policy.demand_of_every_method() {
            Some(Demand::Token(requirement)) => Ok(requirement.clone()),
            _ => Err(vec![PolicyFault::DiffersByMethod.into()]),
        })
    }

    pub(super) fn grants(self, quantifier: Quantifier, kind: GrantKind, values: Box<[Box<str>]>) -> Self {
        let key = kind.key(quantifier);
        self.add_at(key, Requirement::grants(kind, quantifier, values))
    }

    pub(super) fn group(self, quantifier: Quantifier, members: Self) -> Self {
        let group = if members.errors.is_empty() {
            Requirement::group(quantifier, members.demands).map_err(|fault| vec![fault.into()])
        } else {
            Err(members.errors)
        };
        self.add_at(quantifier.word(), group)
    }

    pub(super) fn add(mut self, demand: Result<Requirement, Vec<PolicyError>>) -> Self {
        match demand {
            Ok(demand) => {
                self.demands.push(demand);
                self
            }
            Err(errors) => self.add_errors(errors),
        }
    }

    pub(super) fn add_errors(mut self, errors: impl IntoIterator<Item = PolicyError>) -> Self {
        self.errors.extend(errors);
        self
    }

    /// Adds the demand written as the member of this name; the name becomes part of the paths of
    /// its problems.
    pub(super) fn add_at(self, member: &str, demand: Result<Requirement, Vec<PolicyError>>) -> Self {
        self.add(demand.map_err(|errors| errors.into_iter().map(|error| error.within(member)).collect()))
    }

    const fn is_untouched(&self) -> bool {
        self.demands.is_empty() && self.errors.is_empty()
    }

    /// Joins the demands. A single demand is returned unchanged; without any, a valid token is
    /// enough.
    pub(super) fn joined(mut self) -> Result<Requirement, Vec<PolicyError>> {
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        match (self.demands.pop(), self.demands.is_empty()) {
            (None, _) => Ok(Requirement::VALID_TOKEN),
            (Some(only), true) => Ok(only),
            (Some(last), false) => {
                self.demands.push(last);
                Requirement::group(Quantifier::All, self.demands).map_err(|fault| vec![fault.into()])
            }
        }
    }
}

/// Builds a [`Policy`] at run time.
///
/// # Examples
/// Reading is public, deleting requires a role, and every other method requires a scope:
/// ```
/// use axioms_core::{Policy, http::Method};
///
/// let policy = Policy::builder()
///     .public(Method::GET)
///     .method(Method::DELETE, |delete| delete.any_roles("admin"))
///     .default(|other| other.any_scopes(["write:data", "write:all"]))
///     .build()?;
/// assert_eq!(
///     policy.to_string(),
///     "GET: nothing; DELETE: any role of [admin]; any other method: any scope of [write:data, write:all]",
/// );
/// # Ok::<(), axioms_core::PolicyErrors>(())
/// ```
///
/// Nested groups, and a policy as part of another:
/// ```
/// # use axioms_core::Policy;
/// let editors = Policy::builder().all_scopes("write").any_roles(["editor", "author"]).build()?;
/// let policy = Policy::builder()
///     .any(|either| either.policy(&editors).any_roles("admin"))
///     .build()?;
/// # Ok::<(), axioms_core::PolicyErrors>(())
/// ```
#[derive(Debug)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct PolicyBuilder {
    pub(super) every_method: DemandBuilder,
    methods: Vec<(Box<str>, Demand)>,
    default: Option<Demand>,
    pub(super) errors: Vec<PolicyError>,
}

macro_rules! for_every_method {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name<Form>(mut self, values: impl OneOrMany<Form>) -> Self {
            self.every_method = self.every_method.$name(values);
            self
        }
    )*};
}

impl PolicyBuilder {
    pub(super) const fn new() -> Self {
        Self { every_method: DemandBuilder::new(), methods: Vec::new(), default: None, errors: Vec::new() }
    }

    for_every_method! {
        /// Requires at least one of these scopes.
        any_scopes;
        /// Requires every one of these scopes.
        all_scopes;
        /// Requires at least one of these roles.
        any_roles;
        /// Requires every one of these roles.
        all_roles;
        /// Requires at least one of these permissions.
        any_permissions;
        /// Requires every one of these permissions.
        all_permissions;
    }

    /// Requires at least one of the demands that `members` adds.
    pub fn any(mut self, members: impl FnOnce(DemandBuilder) -> DemandBuilder) -> Self {
        self.every_method = self.every_method.any(members);
        self
    }

    /// Requires every one of the demands that `members` adds.
    pub fn all(mut self, members: impl FnOnce(DemandBuilder) -> DemandBuilder) -> Self {
        self.every_method = self.every_method.all(members);
        self
    }

    /// Adds the demand of `policy`, which must not differ by method.
    pub fn policy(mut self, policy: &Policy) -> Self {
        self.every_method = self.every_method.policy(policy);
        self
    }

    /// Sets the demands of one method, given as an [`http::Method`] or by its name in upper case.
    /// If no demand is added, a valid token is enough. Methods that are not named then have the
    /// demand of [`PolicyBuilder::default`], or are refused if there is none.
    pub fn method(
        mut self,
        method: impl AsRef<str>,
        demands: impl FnOnce(DemandBuilder) -> DemandBuilder,
    ) -> Self {
        let method = method.as_ref();
        let demand = self.kept(demands(DemandBuilder::new()), |error| error.within(method).within("methods"));
        self.methods.push((method.into(), demand));
        self
    }

    /// Makes one method public: it requires nothing, not even a token.
    pub fn public(mut self, method: impl AsRef<str>) -> Self {
        self.methods.push((method.as_ref().into(), Demand::Public));
        self
    }

    /// Sets the demands of every method that is not named. The default is never public. If no
    /// demand is added, a valid token is enough. If `GET` is named and `HEAD` is not, `HEAD` has
    /// the demand of `GET`. A default names no method, so [safe
    /// methods](crate::ValidatorBuilder::safe_methods) still pass a guarding layer.
    pub fn default(mut self, demands: impl FnOnce(DemandBuilder) -> DemandBuilder) -> Self {
        if self.default.is_some() {
            self.errors.push(PolicyError::from(PolicyFault::DefaultTwice).within("default"));
        }
        self.default = Some(self.kept(demands(DemandBuilder::new()), |error| error.within("default")));
        self
    }

    /// Joins the demands. Problems are recorded, and `build` then returns no policy.
    fn kept(&mut self, demands: DemandBuilder, place: impl Fn(PolicyError) -> PolicyError) -> Demand {
        let requirement = demands.joined().unwrap_or_else(|errors| {
            self.errors.extend(errors.into_iter().map(place));
            Requirement::VALID_TOKEN
        });
        Demand::Token(requirement)
    }

    /// Builds the policy.
    ///
    /// # Errors
    /// [`PolicyErrors`] with every problem of the policy.
    pub fn build(mut self) -> Result<Policy, PolicyErrors> {
        self.check_methods();
        let is_shared = self.methods.is_empty() && self.default.is_none();
        if !is_shared && !self.every_method.is_untouched() {
            self.errors.push(PolicyFault::MixedMethods.into());
        }
        let shared = std::mem::replace(&mut self.every_method, DemandBuilder::new());
        let shared = self.kept(shared, |error| error);
        if !self.errors.is_empty() {
            return Err(PolicyErrors(self.errors));
        }
        let default = if is_shared { Some(shared) } else { self.default };
        Ok(Policy { methods: MethodList::Owned(self.methods.into()), default })
    }

    fn check_methods(&mut self) {
        let mut seen = BTreeSet::new();
        for (method, _) in &self.methods {
            let fault = match method::fault(method) {
                Some(_) => PolicyFault::BadMethod(method.to_string()),
                None if seen.insert(method) => continue,
                None => PolicyFault::MethodTwice,
            };
            self.errors.push(PolicyError::from(fault).within(method).within("methods"));
        }
    }
}
