//! Policies that a program builds at run time.

use std::borrow::Cow;
use std::fmt;

use http::Method;

use super::method::MethodList;
use super::requirement::{GrantKind, Quantifier, Requirement};
use super::{Demand, Policy, PolicyError};

/// Collects the demands of one policy, of one method, or of one group; they are joined by AND (in an `any` group, by OR).
///
/// Problems are kept until [`PolicyBuilder::build`], which reports them all at once.
#[derive(Debug, Clone, Default)]
pub struct DemandBuilder {
    demands: Vec<Requirement>,
    public: bool,
    errors: Vec<PolicyError>,
}

impl DemandBuilder {
    /// Demands at least one of these scopes.
    #[must_use]
    pub fn any_scopes<I: IntoIterator<Item: Into<String>>>(self, scopes: I) -> Self {
        self.claims(GrantKind::Scope, Quantifier::Any, scopes)
    }

    /// Demands every one of these scopes.
    #[must_use]
    pub fn all_scopes<I: IntoIterator<Item: Into<String>>>(self, scopes: I) -> Self {
        self.claims(GrantKind::Scope, Quantifier::All, scopes)
    }

    /// Demands at least one of these roles.
    #[must_use]
    pub fn any_roles<I: IntoIterator<Item: Into<String>>>(self, roles: I) -> Self {
        self.claims(GrantKind::Role, Quantifier::Any, roles)
    }

    /// Demands every one of these roles.
    #[must_use]
    pub fn all_roles<I: IntoIterator<Item: Into<String>>>(self, roles: I) -> Self {
        self.claims(GrantKind::Role, Quantifier::All, roles)
    }

    /// Demands at least one of these permissions.
    #[must_use]
    pub fn any_permissions<I: IntoIterator<Item: Into<String>>>(self, permissions: I) -> Self {
        self.claims(GrantKind::Permission, Quantifier::Any, permissions)
    }

    /// Demands every one of these permissions.
    #[must_use]
    pub fn all_permissions<I: IntoIterator<Item: Into<String>>>(self, permissions: I) -> Self {
        self.claims(GrantKind::Permission, Quantifier::All, permissions)
    }

    /// Demands at least one of the demands that `members` adds.
    #[must_use]
    pub fn any(self, members: impl FnOnce(Self) -> Self) -> Self {
        self.group(Quantifier::Any, members)
    }

    /// Demands every one of the demands that `members` adds.
    #[must_use]
    pub fn all(self, members: impl FnOnce(Self) -> Self) -> Self {
        self.group(Quantifier::All, members)
    }

    /// Demands nothing, not even a token. It stands alone, inside [`PolicyBuilder::method`].
    #[must_use]
    pub fn public(mut self) -> Self {
        self.public = true;
        self
    }

    fn claims<I: IntoIterator<Item: Into<String>>>(
        mut self,
        kind: GrantKind,
        quantifier: Quantifier,
        values: I,
    ) -> Self {
        match Requirement::claims(kind, quantifier, values) {
            Ok(demand) => self.demands.push(demand),
            Err(error) => self.errors.push(error),
        }
        self
    }

    fn group(mut self, quantifier: Quantifier, members: impl FnOnce(Self) -> Self) -> Self {
        let inner = members(Self::default());
        let already_told = !inner.errors.is_empty();
        self.errors.extend(inner.errors);
        match Requirement::group(quantifier, inner.demands) {
            Ok(demand) => self.demands.push(demand),
            Err(error) if !already_told => self.errors.push(error),
            Err(_) => {}
        }
        self
    }

    /// The joined demands: a single one stays itself, and none means that a valid token is enough.
    fn joined(mut demands: Vec<Requirement>) -> Demand {
        match (demands.pop(), demands.is_empty()) {
            (None, _) => Demand::VALID_TOKEN,
            (Some(only), true) => Demand::Token(only),
            (Some(last), false) => {
                demands.push(last);
                Demand::Token(Requirement::joined(Quantifier::All, Cow::Owned(demands)))
            }
        }
    }
}

/// Builds a [`Policy`] at run time.
///
/// # Examples
/// Reading is public, writing needs a scope:
/// ```
/// use axioms_core::{Policy, http::Method};
///
/// let policy = Policy::builder()
///     .method(Method::GET, |get| get.public())
///     .method(Method::POST, |post| post.any_scopes(["write:data"]))
///     .build()?;
/// assert_eq!(policy.to_string(), "GET: nothing; POST: any scope of [write:data]");
/// # Ok::<(), axioms_core::PolicyErrors>(())
/// ```
///
/// Nested groups:
/// ```
/// # use axioms_core::Policy;
/// let policy = Policy::builder()
///     .any(|either| either.all(|both| both.any_scopes(["a"]).any_scopes(["b"])).any_roles(["admin"]))
///     .build()?;
/// # Ok::<(), axioms_core::PolicyErrors>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct PolicyBuilder {
    every_method: DemandBuilder,
    per_method: Vec<(Method, DemandBuilder)>,
}

macro_rules! for_every_method {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[must_use]
        pub fn $name<I: IntoIterator<Item: Into<String>>>(mut self, values: I) -> Self {
            self.every_method = self.every_method.$name(values);
            self
        }
    )*};
}

impl PolicyBuilder {
    for_every_method! {
        /// Demands at least one of these scopes.
        any_scopes;
        /// Demands every one of these scopes.
        all_scopes;
        /// Demands at least one of these roles.
        any_roles;
        /// Demands every one of these roles.
        all_roles;
        /// Demands at least one of these permissions.
        any_permissions;
        /// Demands every one of these permissions.
        all_permissions;
    }

    /// Demands at least one of the demands that `members` adds.
    #[must_use]
    pub fn any(mut self, members: impl FnOnce(DemandBuilder) -> DemandBuilder) -> Self {
        self.every_method = self.every_method.any(members);
        self
    }

    /// Demands every one of the demands that `members` adds.
    #[must_use]
    pub fn all(mut self, members: impl FnOnce(DemandBuilder) -> DemandBuilder) -> Self {
        self.every_method = self.every_method.all(members);
        self
    }

    /// Sets what one method demands. From then on, a method that is not named is refused.
    #[must_use]
    pub fn method(mut self, method: Method, demands: impl FnOnce(DemandBuilder) -> DemandBuilder) -> Self {
        self.per_method.push((method, demands(DemandBuilder::default())));
        self
    }

    /// The policy.
    ///
    /// # Errors
    /// Every problem of the policy at once.
    pub fn build(self) -> Result<Policy, PolicyErrors> {
        let mut errors = self.every_method.errors;
        let shared = self.every_method.demands;
        if !shared.is_empty() && !self.per_method.is_empty() {
            errors.push(PolicyError::MixedMethods);
        }
        let per_method = per_method_rules(self.per_method, &mut errors);
        if !errors.is_empty() {
            return Err(PolicyErrors(errors));
        }
        Ok(if per_method.is_empty() {
            Policy { methods: MethodList::NONE, default: Some(DemandBuilder::joined(shared)) }
        } else {
            let methods = per_method.into_iter().map(|(method, demand)| (method.as_str().into(), demand));
            Policy { methods: MethodList::Owned(methods.collect()), default: None }
        })
    }
}

fn per_method_rules(
    given: Vec<(Method, DemandBuilder)>,
    errors: &mut Vec<PolicyError>,
) -> Vec<(Method, Demand)> {
    let mut rules: Vec<(Method, Demand)> = Vec::with_capacity(given.len());
    for (method, builder) in given {
        errors.extend(builder.errors);
        if rules.iter().any(|(named, _)| *named == method) {
            errors.push(PolicyError::MethodTwice(method.clone()));
        }
        if builder.public && !builder.demands.is_empty() {
            errors.push(PolicyError::PublicWithDemands(method.clone()));
        }
        let demand = if builder.public { Demand::Public } else { DemandBuilder::joined(builder.demands) };
        rules.push((method, demand));
    }
    rules
}

/// Every problem that [`PolicyBuilder::build`] found, each of which says what to write instead.
#[derive(Clone, PartialEq, Eq)]
pub struct PolicyErrors(Vec<PolicyError>);

/// The text of `Display`, since `unwrap` and a `main` that returns the error print it by `Debug`.
impl fmt::Debug for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl PolicyErrors {
    /// The problems, in the order in which the policy was written.
    pub fn iter(&self) -> impl Iterator<Item = &PolicyError> {
        self.0.iter()
    }
}

impl fmt::Display for PolicyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if n == 0 { "" } else { "; " })?;
        }
        Ok(())
    }
}

impl std::error::Error for PolicyErrors {}
