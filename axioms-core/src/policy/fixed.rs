//! Constructors for policies as constants. They check their arguments at compile time.

#![expect(clippy::panic, reason = "a panic in a constant is a compile error, with this text")]

use std::borrow::Cow;

use super::kind::{GrantKind, Quantifier};
use super::method::{self, MethodList};
use super::requirement::{GroupFault, Node, Requirement, ValueList, fault, group_fault};
use super::{Demand, Policy};

macro_rules! grants {
    ($($(#[$doc:meta])* $name:ident($quantifier:ident, $kind:ident);)*) => {$(
        $(#[$doc])*
        ///
        /// # Panics
        /// If the list is empty, or contains a value that no token can contain. In a constant, this
        /// is a compile error.
        #[must_use]
        pub const fn $name(values: &'static [&'static str]) -> Self {
            check_values(GrantKind::$kind, values);
            let (kind, quantifier) = (GrantKind::$kind, Quantifier::$quantifier);
            Self(Node::Grants { kind, quantifier, values: ValueList::Static(values) })
        }
    )*};
}

impl Requirement {
    grants! {
        /// Requires at least one of these scopes.
        any_scopes(Any, Scope);
        /// Requires every one of these scopes.
        all_scopes(All, Scope);
        /// Requires at least one of these roles.
        any_roles(Any, Role);
        /// Requires every one of these roles.
        all_roles(All, Role);
        /// Requires at least one of these permissions.
        any_permissions(Any, Permission);
        /// Requires every one of these permissions.
        all_permissions(All, Permission);
    }

    /// Requires at least one of these to be met.
    ///
    /// # Panics
    /// If the list is empty, if one of them demands only a valid token, or if groups are nested
    /// deeper than 32. In a constant, this is a compile error.
    #[must_use]
    pub const fn any(members: &'static [Self]) -> Self {
        group(Quantifier::Any, members)
    }

    /// Requires every one of these to be met.
    ///
    /// # Panics
    /// If the list is empty, or if groups are nested deeper than 32. In a constant, this is a
    /// compile error.
    #[must_use]
    pub const fn all(members: &'static [Self]) -> Self {
        group(Quantifier::All, members)
    }

    /// Uses the demand of another policy, so that several policies can share it.
    ///
    /// # Panics
    /// If the policy differs by method. In a constant, this is a compile error.
    #[must_use]
    pub const fn of(policy: &'static Policy) -> Self {
        match policy.demand_of_every_method() {
            Some(Demand::Token(requirement)) => Self(Node::Shared(requirement)),
            _ => panic!(
                "a policy that differs by method cannot be part of another; use one with the same \
                    demand for every method"
            ),
        }
    }
}

impl Policy {
    /// Creates a policy with the same requirement for every method.
    #[must_use]
    pub const fn new(requirement: Requirement) -> Self {
        Self { methods: MethodList::NONE, default: Some(Demand::Token(requirement)) }
    }

    /// Creates a policy with a demand for each named method and a default for every other method.
    /// Names are in upper case. Without a default, every other method is refused. If `GET` is named
    /// and `HEAD` is not, `HEAD` has the demand of `GET`.
    ///
    /// # Panics
    /// If no method is named and there is no default, if a name is invalid or repeated, or if the
    /// default is public. In a constant, this is a compile error.
    ///
    /// # Examples
    /// ```
    /// use axioms_core::{Demand, Policy, Requirement};
    ///
    /// const METHODS: &[(&str, Demand)] =
    ///     &[("GET", Demand::Public), ("PROPFIND", Demand::Token(Requirement::any_scopes(&["read:data"])))];
    /// const POLICY: Policy = Policy::per_method(METHODS, Some(Demand::VALID_TOKEN));
    ///
    /// assert_eq!(
    ///     POLICY.to_string(),
    ///     "GET: nothing; PROPFIND: any scope of [read:data]; any other method: a valid access token",
    /// );
    /// ```
    #[must_use]
    pub const fn per_method(methods: &'static [(&'static str, Demand)], default: Option<Demand>) -> Self {
        assert!(
            !methods.is_empty() || default.is_some(),
            "a policy without methods and default refuses every request; name a method"
        );
        assert!(
            !matches!(default, Some(Demand::Public)),
            "the default is never public; name each public method"
        );
        let mut rest = methods;
        while let [(name, _), tail @ ..] = rest {
            assert!(
                method::fault(name).is_none(),
                "the name of a method is one token in upper case, as in \"GET\" or \"PROPFIND\" \
                    (RFC 9110, section 9.1)"
            );
            let mut others = tail;
            while let [(other, _), tail @ ..] = others {
                assert!(!method::same(name, other), "a method has two demands; merge them");
                others = tail;
            }
            rest = tail;
        }
        Self { methods: MethodList::Static(methods), default }
    }
}

const fn check_values(kind: GrantKind, mut values: &[&str]) {
    assert!(!values.is_empty(), "an empty list demands nothing; name at least one value");
    while let [value, rest @ ..] = values {
        match (kind, fault(kind, value)) {
            (_, None) => {}
            (GrantKind::Scope, Some(_)) => panic!(
                "a scope must be non-empty printable ASCII with no space, double quote or \
                    backslash (RFC 6749, section 3.3)"
            ),
            (_, Some(_)) => panic!("a role or permission must not be empty"),
        }
        values = rest;
    }
}

const fn group(quantifier: Quantifier, members: &'static [Requirement]) -> Requirement {
    match group_fault(quantifier, members) {
        None => Requirement::joined(quantifier, Cow::Borrowed(members)),
        Some(GroupFault::Empty) => panic!("an empty group demands nothing; name at least one member"),
        Some(GroupFault::MetByEveryToken) => panic!(
            "every valid token meets this `any` group, because one member demands only a valid \
                token; remove that member, or the group"
        ),
        Some(GroupFault::TooDeep) => panic!("groups are nested too deep; nest fewer"),
    }
}

/// Used by the code that `#[requires]` generates. It passes one list for each constant among the
/// values, which may be a list itself, and one for each run of literals between them.
///
/// # Panics
/// As [`Requirement::any_scopes`] does.
#[must_use]
pub const fn claims(
    kind: GrantKind,
    quantifier: Quantifier,
    lists: &'static [&'static [&'static str]],
) -> Requirement {
    assert!(!lists.is_empty(), "an empty list demands nothing; name at least one value");
    let mut rest = lists;
    while let [list, tail @ ..] = rest {
        check_values(kind, list);
        rest = tail;
    }
    Requirement(Node::Grants { kind, quantifier, values: ValueList::Lists(lists) })
}

/// Used by the code that `#[requires]` generates for a route of Rocket. Rocket answers `HEAD` with
/// the route of `GET`, whose guards see `GET`, so a demand for `HEAD` would have no effect. The
/// attribute detects demands written in it; this function checks named policies.
///
/// # Panics
/// If the policy names `HEAD`.
pub const fn check_route_of_get(policy: &Policy) {
    // A constant never has an owned list.
    if let MethodList::Static(list) = &policy.methods {
        let mut rest = *list;
        while let [(name, _), tail @ ..] = rest {
            assert!(
                !method::same(name, "HEAD"),
                "this policy names `HEAD`, but Rocket answers `HEAD` with the route of `GET`, \
                    whose guards see `GET`: use a policy without `HEAD`"
            );
            rest = tail;
        }
    }
}
