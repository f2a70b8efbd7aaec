//! A stand-in for an adapter: the shape that the generated code expects, and nothing behind it.

#![allow(dead_code, missing_docs)] // No fixture uses all of it.

use std::marker::PhantomData;

pub struct AccessToken;

#[derive(Debug)]
pub struct Denied;

pub struct Authorized<P>(PhantomData<P>);

impl<P: __private::HasPolicy> Authorized<P> {
    pub fn new() -> Self {
        Self(PhantomData)
    }

    pub fn policy(&self) -> &'static __private::Policy {
        P::POLICY
    }
}

/// What the handler's guard demands, as an adapter would learn it from the handler's type alone.
pub fn policy_of<P: __private::HasPolicy, R>(
    _: impl FnOnce(Authorized<P>) -> R,
) -> &'static __private::Policy {
    P::POLICY
}

pub mod __private {
    use super::{AccessToken, Denied};

    pub trait HasPolicy {
        const POLICY: &'static Policy;
    }

    #[derive(Debug, PartialEq)]
    pub enum Policy {
        EveryMethod(Demand),
        PerMethod(&'static [(Method, Demand)]),
    }

    impl Policy {
        pub const VALID_TOKEN: Self = Self::EveryMethod(Demand::VALID_TOKEN);
    }

    #[derive(Debug, PartialEq)]
    pub enum Demand {
        Public,
        Token(Requirement),
    }

    impl Demand {
        pub const VALID_TOKEN: Self = Self::Token(Requirement::Group(Quantifier::All, &[]));
    }

    #[derive(Debug, PartialEq)]
    pub enum Requirement {
        Claims(Kind, Quantifier, &'static [&'static str]),
        Group(Quantifier, &'static [Requirement]),
    }

    #[derive(Debug, PartialEq)]
    pub enum Kind {
        Scope,
        Role,
        Permission,
    }

    #[derive(Debug, PartialEq)]
    pub enum Quantifier {
        Any,
        All,
    }

    #[derive(Debug, PartialEq)]
    pub struct Method(&'static str);

    impl Method {
        pub const GET: Self = Self("GET");
        pub const POST: Self = Self("POST");
        pub const PUT: Self = Self("PUT");
        pub const PATCH: Self = Self("PATCH");
        pub const DELETE: Self = Self("DELETE");
        pub const HEAD: Self = Self("HEAD");
        pub const OPTIONS: Self = Self("OPTIONS");
        pub const TRACE: Self = Self("TRACE");
        pub const CONNECT: Self = Self("CONNECT");
    }

    pub const fn claims(kind: Kind, quantifier: Quantifier, values: &'static [&'static str]) -> Requirement {
        Requirement::Claims(kind, quantifier, values)
    }

    pub const fn group(quantifier: Quantifier, members: &'static [Requirement]) -> Requirement {
        Requirement::Group(quantifier, members)
    }

    pub const fn every_method(requirement: Requirement) -> Policy {
        Policy::EveryMethod(Demand::Token(requirement))
    }

    pub const fn per_method(rules: &'static [(Method, Demand)]) -> Policy {
        Policy::PerMethod(rules)
    }

    /// Refuses everything but a policy that only asks for a valid token.
    pub fn enforce(_: &AccessToken, policy: &'static Policy) -> Result<(), Denied> {
        if *policy == Policy::VALID_TOKEN { Ok(()) } else { Err(Denied) }
    }

    pub trait Owned {
        const OWNER_CLAIM: &'static str = "sub";

        fn is_owned_by(&self, value: &str) -> bool;

        fn owner_issuer(&self) -> OwnerIssuer<'_> {
            OwnerIssuer::Unstated
        }
    }

    pub enum OwnerIssuer<'a> {
        Unstated,
        Is(&'a dyn OwnerValue),
        Any,
    }

    pub fn is_shown_as(owner: &impl std::fmt::Display, claim: &str) -> bool {
        owner.to_string() == claim
    }

    #[diagnostic::on_unimplemented(
        message = "`{Self}` cannot be compared with a claim of an access token",
        label = "this field cannot hold an owner"
    )]
    pub trait OwnerValue {
        fn is_owner(&self, claim: &str) -> bool;
    }

    impl OwnerValue for str {
        fn is_owner(&self, claim: &str) -> bool {
            self == claim
        }
    }

    impl OwnerValue for String {
        fn is_owner(&self, claim: &str) -> bool {
            self == claim
        }
    }

    impl<T: OwnerValue> OwnerValue for Option<T> {
        fn is_owner(&self, claim: &str) -> bool {
            self.as_ref().is_some_and(|owner| owner.is_owner(claim))
        }
    }

    impl<T: OwnerValue + ?Sized> OwnerValue for &T {
        fn is_owner(&self, claim: &str) -> bool {
            (**self).is_owner(claim)
        }
    }
}
